"""What a person's Telegram lets them say, and how it puts it into a message."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tests.wire.telegram.account import Account
from tests.wire.telegram.content import File, Poll, poll_json, rich_message
from tests.wire.telegram.errors import JSON, ImpossibleError, RefusedError
from tests.wire.telegram.text import marked

if TYPE_CHECKING:
    from tests.wire.telegram.chat import Chat
    from tests.wire.telegram.message import Message
    from tests.wire.telegram.world import World

START_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")
NEEDED = {
    "photo": "can_send_photos",
    "document": "can_send_documents",
    "poll": "can_send_polls",
    "sticker": "can_send_other_messages",
}


def composed(
    world: "World",
    text: str | None,
    *,
    entities: Sequence[JSON] | None = None,
    photo: bytes | None = None,
    document: File | None = None,
    poll: Poll | None = None,
    rich: Sequence[str] | None = None,
    more: JSON | None = None,
) -> JSON:
    """The content of a message; the text is the caption when there is a picture or a file.
    Raises `ImpossibleError` for what cannot be sent."""
    try:
        content = _attached(world, photo, document)
    except RefusedError as refused:
        raise ImpossibleError(refused.description) from refused
    if poll is not None:
        content["poll"] = poll_json(poll, str(world.number("poll", 5_000_000_000)))
    if rich is not None:
        content["rich_message"] = rich_message(rich)
    if text:
        words, marks = ("caption", "caption_entities") if photo or document else ("text", "entities")
        content |= {words: text, marks: list(entities) if entities is not None else marked(text)}
    content |= more or {}
    if not content:
        raise ImpossibleError("there is nothing to send")
    return content


def _attached(world: "World", photo: bytes | None, document: File | None) -> JSON:
    content: JSON = {"photo": world.files.keep_photo(photo)} if photo else {}
    return content | ({"document": world.files.keep_document(document)} if document else {})


def check_may_say(chat: "Chat", account: Account, content: JSON, via: "Chat | None") -> None:
    """Raises `ImpossibleError` when that account may not say that there."""
    if account.deactivated:
        raise ImpossibleError(f"{account.name} has no account any more")
    if chat.kind == "private":
        if chat.blocked:
            raise ImpossibleError(f"{account.name} has blocked the bot")
        return
    if chat.moved_to is not None:
        raise ImpossibleError(f"{chat.title} is a supergroup now")
    standing = chat.standing_of(account.id)
    if not standing.present:
        raise ImpossibleError(f"{account.name} is not in {chat.title}")
    if via is not None and (via.id in chat.banned_chats or not via.standing_of(account.id).in_charge):
        raise ImpossibleError(f"{account.name} cannot speak as {via.title} in {chat.title}")
    if chat.kind == "channel" and not standing.may("can_post_messages"):
        raise ImpossibleError(f"{account.name} cannot post in {chat.title}")
    if not standing.in_charge and not _allowed(chat, account, content):
        raise ImpossibleError(f"{account.name} may not write that in {chat.title}")


def _allowed(chat: "Chat", account: Account, content: JSON) -> bool:
    standing = chat.standing_of(account.id)
    held = chat.permissions & standing.permissions if standing.status == "restricted" else chat.permissions
    return next((right for kind, right in NEEDED.items() if kind in content), "can_send_messages") in held


def check_may_change(message: "Message", account: Account, *, deleting: bool) -> None:
    """Raises `ImpossibleError` when that account may not edit, or delete, the message."""
    in_charge = deleting and message.chat.standing_of(account.id).may("can_delete_messages")
    if message.deleted or (message.author is not account and not in_charge):
        raise ImpossibleError(f"{account.name} cannot change message {message.id}")
