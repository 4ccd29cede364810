"""Bound chats, the codes that bind them, and the marks that adapters keep."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from bot.model import BindCode, Chat, ChatPurpose
from bot.store.change import Change, Read
from bot.store.tables import bind_codes, chats, marks


async def bound(read: Read) -> list[Chat]:
    """Every chat bound now."""
    return await read.all(Chat, select(chats).where(chats.c.unbound_at.is_(None)).order_by(chats.c.id))


async def chat(read: Read, platform: str, external_id: str) -> Chat | None:
    """The chat bound now under that id."""
    query = select(chats).where(
        chats.c.platform == platform, chats.c.external_id == external_id, chats.c.unbound_at.is_(None)
    )
    return await read.one(Chat, query)


async def chat_by_id(read: Read, chat_id: int) -> Chat:
    """A chat by id; the id comes from our own rows."""
    return (await read.all(Chat, select(chats).where(chats.c.id == chat_id)))[0]


async def of_society(read: Read, society_id: int) -> list[Chat]:
    """A society's chats bound now."""
    query = select(chats).where(chats.c.society_id == society_id, chats.c.unbound_at.is_(None))
    return await read.all(Chat, query.order_by(chats.c.id))


async def bind(
    change: Change, society_id: int, platform: str, external_id: str, title: str, purpose: ChatPurpose
) -> int:
    """Bind a chat."""
    change.tell("chats")
    return await change.add(
        chats,
        society_id=society_id,
        platform=platform,
        external_id=external_id,
        title=title[:200],
        purpose=purpose,
        bound_at=change.now,
    )


async def set_chat(change: Change, chat_id: int, **values: Any) -> None:
    """Set values on a chat."""
    change.tell("chats")
    await change.set(chats, chat_id, **values)


async def move(change: Change, platform: str, old: str, new: str) -> bool:
    """Follow a chat to its new id; False when that was done already."""
    change.tell("chats")
    statement = update(chats).where(
        chats.c.platform == platform, chats.c.external_id == old, chats.c.unbound_at.is_(None)
    )
    return await change.execute(statement.values(external_id=new)) == 1


async def add_bind_code(
    change: Change, society_id: int, purpose: ChatPurpose, hash_: bytes, expires_at: datetime
) -> int:
    """Keep a one-time code's keyed hash."""
    return await change.add(bind_codes, society_id=society_id, purpose=purpose, hash=hash_, expires_at=expires_at)


async def bind_code(read: Read, hash_: bytes, now: datetime) -> BindCode | None:
    """The unused, unexpired code with that hash."""
    query = select(bind_codes).where(
        bind_codes.c.hash == hash_, bind_codes.c.used_at.is_(None), bind_codes.c.expires_at > now
    )
    return await read.one(BindCode, query)


async def use_bind_code(change: Change, code_id: int) -> bool:
    """Use a code up; False when it was used meanwhile."""
    statement = update(bind_codes).where(bind_codes.c.id == code_id, bind_codes.c.used_at.is_(None))
    return await change.execute(statement.values(used_at=change.now)) == 1


async def mark(read: Read, key: str) -> str:
    """A kept value; empty when there is none."""
    return str(await read.scalar(select(marks.c.value).where(marks.c.key == key)) or "")


async def marks_under(read: Read, prefix: str) -> dict[str, str]:
    """The kept values whose names begin so, by the rest of the name; those that are empty are left out."""
    query = select(marks.c.key, marks.c.value).where(
        marks.c.key.startswith(prefix, autoescape=True), marks.c.value != ""
    )
    return {str(row["key"]).removeprefix(prefix): str(row["value"]) for row in await read.rows(query)}


async def set_mark(change: Change, key: str, value: str) -> None:
    """Keep a value."""
    await change.put(marks, {"key": key}, value=value)
