"""A message as it stands in a chat, and as the Bot API writes it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.wire.telegram.account import Account
from tests.wire.telegram.content import Button, File
from tests.wire.telegram.errors import JSON
from tests.wire.telegram.text import length, part

if TYPE_CHECKING:
    from tests.wire.telegram.chat import Chat

SERVICE = frozenset(
    {
        "new_chat_members",
        "left_chat_member",
        "new_chat_title",
        "group_chat_created",
        "supergroup_chat_created",
        "channel_chat_created",
        "migrate_to_chat_id",
        "migrate_from_chat_id",
        "pinned_message",
        "forum_topic_created",
    }
)


@dataclass(frozen=True, slots=True)
class Topic:
    """A forum topic; `id` is its message_thread_id. The General topic has none: say nothing to write there."""

    id: int
    name: str


@dataclass(eq=False, slots=True)
class Message:
    """`content` holds the Bot API's own fields (text, entities, caption, photo …).
    `author` is who really wrote it, even when anonymous."""

    chat: "Chat"
    id: int
    date: int
    author: Account
    sender: Account | None
    content: JSON
    sender_chat: "Chat | None" = None
    reply_to: "Message | None" = None
    quote: str | None = None
    topic: Topic | None = None
    keyboard: list[list[JSON]] = field(default_factory=list)
    origin: JSON | None = None
    album: str | None = None
    automatic: bool = False
    edited_at: int | None = None
    deleted: bool = False
    known_to: set[int] = field(default_factory=set)
    reactions: dict[int, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return (
            f"<Message {self.id} in {self.chat.title!r} by {self.author.name}: {self.words or sorted(self.content)!r}>"
        )

    @property
    def text(self) -> str:
        """The text, empty when there is none."""
        return str(self.content.get("text", ""))

    @property
    def caption(self) -> str:
        """The caption, empty when there is none."""
        return str(self.content.get("caption", ""))

    @property
    def words(self) -> str:
        """The text or the caption."""
        return self.text or self.caption

    @property
    def entities(self) -> list[JSON]:
        """What is marked up in `words`, offsets in UTF-16 code units."""
        found: list[JSON] = self.content.get("entities") or self.content.get("caption_entities") or []
        return found

    @property
    def styled(self) -> list[tuple[str, str]]:
        """What is marked up, readable: (kind, the piece of text)."""
        return [(entity["type"], part(self.words, entity["offset"], entity["length"])) for entity in self.entities]

    @property
    def buttons(self) -> list[list[Button]]:
        """The rows of buttons under it."""
        return [[Button(one["text"], one.get("callback_data"), one.get("url")) for one in row] for row in self.keyboard]

    @property
    def labels(self) -> list[str]:
        """What is written on its buttons, in reading order."""
        return [button.text for row in self.buttons for button in row]

    @property
    def picture(self) -> bytes | None:
        """The bytes of its photo in the largest size."""
        photo = self.content.get("photo")
        return self.chat.world.files.kept[photo[-1]["file_id"]].file.data if photo else None

    @property
    def document(self) -> File | None:
        """The document in it, with its bytes."""
        document = self.content.get("document")
        return self.chat.world.files.kept[document["file_id"]].file if document else None

    @property
    def file(self) -> File | None:
        """The document, or the photo as a file."""
        photo = self.content.get("photo")
        return self.chat.world.files.kept[photo[-1]["file_id"]].file if photo else self.document

    @property
    def poll(self) -> JSON | None:
        """The poll in it."""
        found: JSON | None = self.content.get("poll")
        return found

    @property
    def service(self) -> str:
        """What kind of service message it is, empty for an ordinary one."""
        return next((key for key in self.content if key in SERVICE), "")

    def as_json(self, *, nested: bool = False) -> JSON:
        """The `Message`; a nested one leaves out what it replies to."""
        message: JSON = {"message_id": self.id, "date": self.date, "chat": self.chat.as_json()}
        message |= self._sender_json() | self._context_json()
        message |= {key: _nested(value) for key, value in self.content.items() if value not in ([], "")}
        if self.reply_to is not None and not nested:
            message |= self._reply_json(self.reply_to)
        if self.keyboard:
            message["reply_markup"] = {"inline_keyboard": self.keyboard}
        return message

    def _reply_json(self, answered: "Message") -> JSON:
        if answered.chat is self.chat:
            reply: JSON = {"reply_to_message": answered.as_json(nested=True)}
        else:
            outside = {"origin": answered.as_origin(), "chat": answered.chat.as_json(), "message_id": answered.id}
            reply = {"external_reply": outside}
        if self.quote is not None:
            position = length(answered.words[: answered.words.find(self.quote)])
            reply["quote"] = {"text": self.quote, "position": position, "is_manual": True}
        return reply

    def _sender_json(self) -> JSON:
        senders: JSON = {"from": self.sender.as_json()} if self.sender else {}
        return senders | ({"sender_chat": self.sender_chat.as_json()} if self.sender_chat else {})

    def _context_json(self) -> JSON:
        context: JSON = {"message_thread_id": self.topic.id, "is_topic_message": True} if self.topic else {}
        extras = {
            "forward_origin": self.origin,
            "media_group_id": self.album,
            "edit_date": self.edited_at,
            "is_automatic_forward": self.automatic or None,
        }
        return context | {key: value for key, value in extras.items() if value is not None}

    def stub(self) -> JSON:
        """The `InaccessibleMessage` a bot sees when it is too old or gone."""
        return {"chat": self.chat.as_json(), "message_id": self.id, "date": 0}

    def as_origin(self) -> JSON:
        """The `MessageOrigin` somebody sees who gets it forwarded."""
        if self.origin is not None:
            return self.origin
        if self.chat.kind == "channel":
            return {"type": "channel", "date": self.date, "chat": self.chat.as_json(), "message_id": self.id}
        if self.sender_chat is not None:
            return {"type": "chat", "date": self.date, "sender_chat": self.sender_chat.as_json()}
        if self.author.hides_forwards:
            return {"type": "hidden_user", "date": self.date, "sender_user_name": self.author.name}
        return {"type": "user", "date": self.date, "sender_user": self.author.as_json()}


def _nested(value: Any) -> Any:
    return value.as_json(nested=True) if isinstance(value, Message) else value
