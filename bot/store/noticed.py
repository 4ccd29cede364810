"""Lines for the day's digest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from bot.store.change import Change, Read
from bot.store.tables import noticed


@dataclass(frozen=True, slots=True)
class Noticed:
    """One message that a rule noticed, and why."""

    id: int
    society_id: int
    chat_id: int
    subject_id: int
    channel: str
    message: str
    why: str
    noticed_at: datetime


async def add(change: Change, **values: Any) -> None:
    """A new line; a message that has one keeps it."""
    await change.add_new(noticed, noticed_at=change.now, **values)


async def of_society(read: Read, society_id: int) -> list[Noticed]:
    """A society's lines, oldest first."""
    return await read.all(Noticed, select(noticed).where(noticed.c.society_id == society_id).order_by(noticed.c.id))


async def forget(change: Change, ids: Sequence[int]) -> None:
    """Drop lines that were told."""
    await change.execute(delete(noticed).where(noticed.c.id.in_(list(ids))))
