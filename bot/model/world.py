"""What a platform shows us: accounts, places, messages. Identifiers are the platform's own, as strings."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class AuthorKind(StrEnum):
    """Who spoke, as far as the platform tells. Only a PERSON can be warned, flagged as a subject or hold a seat."""

    PERSON = "person"
    BOT = "bot"
    ANONYMOUS = "anonymous"  # a Telegram administrator hidden behind the chat: cannot be told from another
    CHANNEL = "channel"  # a channel posting into the chat
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class AccountRef:
    """An account as its platform knows it. Only `platform` and `id` identify; the names are as last seen."""

    platform: str
    id: str
    name: str = field(default="", compare=False)
    handle: str = field(default="", compare=False)
    kind: AuthorKind = field(default=AuthorKind.PERSON, compare=False)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said. `chat` is a Discord server or Telegram group (or, when `private`, the person we talk
    with); `channel` is a Discord channel or thread, or a Telegram forum topic, and empty where there is none."""

    platform: str
    chat: str
    channel: str = ""
    private: bool = False
    title: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class MessageRef:
    """One message in one place. `album` are the ids of the other messages sent as one with it (Telegram)."""

    place: Place
    id: str
    album: tuple[str, ...] = field(default=(), compare=False)


class View(StrEnum):
    """Where in a message some words stand. The words of FORWARD and QUOTE are not the author's own."""

    TEXT = "text"
    CAPTION = "caption"
    LINK = "link"
    FILE_NAME = "file_name"
    POLL = "poll"
    EMBED = "embed"
    STICKER = "sticker"
    QUOTE = "quote"
    FORWARD = "forward"
    NAME = "name"


TEXT, CAPTION = View.TEXT, View.CAPTION  # by themselves: looking them up takes longer than comparing them


@dataclass(frozen=True, slots=True)
class Text:
    """Words of a message and the view they stand in."""

    view: View
    text: str


class MarkKind(StrEnum):
    """What a stretch of text is, beyond its characters."""

    MENTION = "mention"
    LINK = "link"
    CODE = "code"
    EMOJI = "emoji"
    SPOILER = "spoiler"


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch [start, end) of the message's first text, in code points; `target` is a link or an account id."""

    start: int
    end: int
    kind: MarkKind
    target: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file with a message. `handle` is what the platform needs to fetch it again; `size` is in bytes."""

    handle: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Message:
    """Something said, as it stood when we read it. `texts[0]`, if any, is its body, mentions already readable.

    `raw` is the platform's own JSON for the record; times are UTC.
    """

    ref: MessageRef
    author: AccountRef
    sent_at: datetime
    texts: tuple[Text, ...] = ()
    marks: tuple[Mark, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    reply_to: MessageRef | None = None
    reply_author: AccountRef | None = None
    mentions: tuple[AccountRef, ...] = ()
    edited_at: datetime | None = None
    raw: str = field(default="", compare=False)

    @property
    def body(self) -> str:
        """The author's own words: text or caption."""
        for text in self.texts:
            if text.view is TEXT or text.view is CAPTION:
                return text.text
        return ""
