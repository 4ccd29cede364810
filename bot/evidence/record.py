"""Messages as bytes for the record, and back: canonical JSON, the same bytes for the same message."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError

from bot.model import Message, View


@dataclass(frozen=True, slots=True)
class Recorded:
    """One version of a message as captured. `edition` grows from version to version; `deleted_at`: gone from the
    chat."""

    message: Message
    edition: int = 0
    deleted_at: datetime | None = None
    deleted_by: str = ""


MESSAGE = TypeAdapter(Message)
CONTEXT = TypeAdapter(tuple[Recorded, ...])


def message_bytes(message: Message) -> bytes:
    """A message as JSON; lone surrogates, which JSON readers refuse, become the replacement character."""
    try:
        return MESSAGE.dump_json(message)
    except PydanticSerializationError:
        return MESSAGE.dump_json(_whole(message))


def message_of(data: bytes) -> Message:
    """The message that `message_bytes` wrote."""
    return MESSAGE.validate_json(data)


def context_bytes(recorded: Sequence[Recorded]) -> bytes:
    """Several messages as JSON."""
    try:
        return CONTEXT.dump_json(tuple(recorded))
    except PydanticSerializationError:
        return CONTEXT.dump_json(tuple(replace(one, message=_whole(one.message)) for one in recorded))


def context_of(data: bytes) -> tuple[Recorded, ...]:
    """The messages that `context_bytes` wrote."""
    return CONTEXT.validate_json(data)


def edition_of(message: Message) -> int:
    """The least number a version may have: seconds since 1970 of the edit, 0 for the first version. Of several edits in
    one second each later one has the next number that is free."""
    return 0 if message.edited_at is None else int(message.edited_at.timestamp())


def says_the_same(one: Message, other: Message) -> bool:
    """Whether two versions of a message read the same. Where a file lies changes all the time and is no part of it."""
    return _read(one) == _read(other)


def _read(message: Message) -> tuple[object, ...]:
    files = tuple((file.name, file.size) for file in message.attachments)
    said = tuple(one for one in message.texts if one.view is not View.NAME)  # a name that was new when it was heard
    return said, message.marks, files


def _whole(message: Message) -> Message:
    texts = tuple(replace(text, text=mend(text.text)) for text in message.texts)
    author = replace(message.author, name=mend(message.author.name), handle=mend(message.author.handle))
    return replace(message, texts=texts, author=author, raw=mend(message.raw))


def mend(text: str) -> str:
    """The text with lone surrogates replaced."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def digest(data: bytes) -> str:
    """SHA-256 of bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def seal(parts: Sequence[tuple[str, str]]) -> str:
    """One SHA-256 over (key, sha256) of all exhibits: what was there when a case was sealed."""
    return digest("\n".join(f"{key} {sha256}" for key, sha256 in sorted(parts)).encode())
