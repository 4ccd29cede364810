"""What is said: new messages, edits, deletions, pins, topics, and the posts of channels."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.wire.telegram import hearing
from tests.wire.telegram.account import ANONYMOUS_ADMINISTRATOR, CHANNEL_SPEAKER, TELEGRAM_ITSELF, Account
from tests.wire.telegram.errors import JSON
from tests.wire.telegram.message import Message, Topic

if TYPE_CHECKING:
    from tests.wire.telegram.chat import Chat


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything about a message that is about to be said; `via` is the channel it is said in the name of."""

    author: Account
    content: JSON
    via: "Chat | None" = None
    reply_to: Message | None = None
    quote: str | None = None
    topic: Topic | None = None
    keyboard: tuple[tuple[JSON, ...], ...] = ()
    origin: JSON | None = None
    album: str | None = None
    automatic: bool = False


def post(chat: "Chat", draft: Draft) -> Message:
    """Say it: the message stands in the chat and the bots that may hear it are told."""
    sender, sender_chat = faces(chat, draft)
    message = Message(
        chat=chat,
        id=next_id(chat),
        date=chat.world.date(),
        author=draft.author,
        sender=sender,
        content=draft.content,
        sender_chat=sender_chat,
        reply_to=draft.reply_to,
        quote=draft.quote,
        topic=draft.topic,
        keyboard=[list(row) for row in draft.keyboard],
        origin=draft.origin,
        album=draft.album,
        automatic=draft.automatic,
    )
    chat.history.append(message)
    hearing.tell_message(message)
    chat.world.bell.ring()
    if chat.kind == "channel" and chat.linked is not None and not message.service:
        _carry_over(message, chat.linked)
    return message


def next_id(chat: "Chat") -> int:
    """Supergroups and channels count their own messages; all other chats share one count, as a bot sees them."""
    return chat.world.number(f"message {chat.id}" if chat.kind in ("supergroup", "channel") else "message")


def faces(chat: "Chat", draft: Draft) -> "tuple[Account | None, Chat | None]":
    """Who appears to say it: (from, sender_chat)."""
    if chat.kind == "channel":
        return None, chat
    if draft.automatic:
        return TELEGRAM_ITSELF, draft.via
    if draft.via is not None:
        return CHANNEL_SPEAKER, draft.via
    if chat.standing_of(draft.author.id).anonymous:
        return ANONYMOUS_ADMINISTRATOR, chat
    return draft.author, None


def _carry_over(message: Message, group: "Chat") -> None:
    copied = Draft(
        message.author,
        dict(message.content),
        via=message.chat,
        origin=message.as_origin(),
        album=message.album,
        automatic=True,
    )
    pin(group, post(group, copied), TELEGRAM_ITSELF, quiet=True)


def service(chat: "Chat", author: Account, content: JSON, topic: Topic | None = None) -> Message:
    """A service message."""
    return post(chat, Draft(author, content, topic=topic))


def edit(message: Message, content: JSON, keyboard: list[list[JSON]] | None = None) -> Message:
    """Change what a message says and, when given, its buttons."""
    message.content = content
    if keyboard is not None:
        message.keyboard = keyboard
    message.edited_at = message.chat.world.date()
    hearing.tell_edit(message)
    message.chat.world.bell.ring()
    return message


def erase(message: Message) -> None:
    """Delete a message for everybody. No bot is told."""
    message.deleted = True
    message.chat.world.bell.ring()


def pin(chat: "Chat", message: Message, by: Account, *, quiet: bool = False) -> Message:
    """Pin a message; unless quiet, a service message (which is returned) says so."""
    if message not in chat.pins:
        chat.pins.append(message)
    chat.world.bell.ring()
    return message if quiet else service(chat, by, {"pinned_message": message}, message.topic)


def open_topic(chat: "Chat", name: str, by: Account) -> Topic:
    """Open a forum topic: its thread id is the id of the service message that opens it."""
    made = Message(
        chat, next_id(chat), chat.world.date(), by, by, {"forum_topic_created": {"name": name, "icon_color": 7322096}}
    )
    topic = made.topic = Topic(made.id, name)
    chat.topics.append(topic)
    chat.history.append(made)
    hearing.tell_message(made)
    return topic


def react(message: Message, account: Account, emoji: str) -> None:
    """Set somebody's reaction; "" takes it away."""
    before = message.reactions.pop(account.id, "")
    if emoji:
        message.reactions[account.id] = emoji
    hearing.tell_reaction(message, account, before, emoji)
    message.chat.world.bell.ring()


def forwarded(message: Message, author: Account, *, topic: Topic | None = None) -> Draft:
    """The draft of a forward, with where it comes from."""
    return Draft(author, dict(message.content), origin=message.as_origin(), topic=topic)


async def publish(channel: "Chat", text: str | None, **more: Any) -> Message:
    """The creator of a channel posts there."""
    from tests.wire.telegram.person import Person  # here, because people are made of chats and chats of posts

    return await Person(channel.world, channel.creator).say(channel, text, **more)
