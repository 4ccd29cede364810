"""Small facts to keep between runs, by key."""

from sqlalchemy import delete, select

from bot.store.change import Change, Read
from bot.store.tables import marks

RESTORED = "restored"  # when the copy was made that was put back, until the first start has seen to it
COPIED = "copied"  # the same, for good


async def get(read: Read, key: str) -> str:
    """The value; empty when there is none."""
    return str(await read.scalar(select(marks.c.value).where(marks.c.key == key)) or "")


async def put(change: Change, key: str, value: str) -> None:
    """Keep a value."""
    await change.put(marks, {"key": key}, value=value)


async def drop(change: Change, key: str) -> None:
    """Forget it."""
    await change.execute(delete(marks).where(marks.c.key == key))
