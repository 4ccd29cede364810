"""What a platform handed us, stored before it is confirmed, and what was handled already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update

from bot.store.change import Change, Read, Store
from bot.store.tables import inbox

WAITING, DONE, ASIDE = "waiting", "done", "aside"
ABOUT = "inbox"  # what updates are sealed to


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One raw update, sealed."""

    id: int
    key: str
    sealed: bytes
    attempts: int


async def keep(store: Store, platform: str, updates: Sequence[tuple[str, bytes]], now: datetime) -> None:
    """Store updates (key, sealed bytes) in one transaction; one that is known already is left as it is."""
    async with store.work(now) as work:
        for key, sealed in updates:
            row = {"platform": platform, "key": key, "sealed": sealed}
            await work.add_new(inbox, **row, state=WAITING, received_at=now)


async def waiting(store: Store, platform: str, limit: int) -> list[InboxRow]:
    """What is still to be handled, in the order it came."""
    query = (
        select(inbox.c.id, inbox.c.key, inbox.c.sealed, inbox.c.attempts)
        .where(inbox.c.platform == platform, inbox.c.state == WAITING)
        .order_by(inbox.c.id)
        .limit(limit)
    )
    async with store.read() as read:
        return await read.all(InboxRow, query)


async def tried(store: Store, row_id: int, now: datetime) -> None:
    """Count a try, before it is made."""
    async with store.work(now) as work:
        await work.execute(update(inbox).where(inbox.c.id == row_id).values(attempts=inbox.c.attempts + 1))


async def settle(store: Store, row_ids: Sequence[int], now: datetime) -> None:
    """These were handled; their content is dropped, their key stays to know a repeat."""
    async with store.work(now) as work:
        await work.execute(update(inbox).where(inbox.c.id.in_(list(row_ids))).values(state=DONE, sealed=None))


async def set_aside(store: Store, row_id: int, error: str, now: datetime) -> None:
    """This one cannot be handled: keep it for a person, and let the others pass."""
    async with store.work(now) as work:
        await work.execute(update(inbox).where(inbox.c.id == row_id).values(state=ASIDE, error=error[:2000]))


async def aside(read: Read, platform: str) -> int:
    """How many wait for a person."""
    query = select(func.count()).select_from(inbox).where(inbox.c.platform == platform, inbox.c.state == ASIDE)
    return int(await read.scalar(query))


async def first_time(change: Change, platform: str, key: str) -> bool:
    """Whether this is the first time that something with this key is handled; notes it."""
    row = {"platform": platform, "key": key, "state": DONE, "received_at": change.now}
    return await change.add_new(inbox, **row) is not None


async def forget(change: Change, before: datetime) -> int:
    """Drop the keys of what was handled before then."""
    return await change.execute(delete(inbox).where(inbox.c.state == DONE, inbox.c.received_at < before))
