"""What watchers ask of the database: how much waits, how old it is, what became of the rest. Counts, never content."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select

from bot.model import CaseState, Chat, Escalation
from bot.store.change import Change, Read
from bot.store.inbox import WAITING
from bot.store.tables import cases, effects, escalations, heard, inbox, marks, posts, reports

WRITTEN = "health:written"


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many updates of a platform wait to be handled, and since when the oldest does."""

    count: int
    oldest: datetime


async def effects_by_kind(read: Read) -> dict[tuple[str, str], int]:
    """How many effects there are, by (kind, state)."""
    query = select(effects.c.kind, effects.c.state, func.count().label("count"))
    rows = await read.rows(query.group_by(effects.c.kind, effects.c.state))
    return {(str(row["kind"]), str(row["state"])): int(row["count"]) for row in rows}


async def reports_by_kind(read: Read) -> dict[str, int]:
    """How many reports there are, by who claimed it."""
    query = select(reports.c.kind, func.count().label("count")).group_by(reports.c.kind)
    return {str(row["kind"]): int(row["count"]) for row in await read.rows(query)}


async def cards(read: Read) -> int:
    """How many case cards stand somewhere."""
    return int(await read.scalar(select(func.count()).select_from(posts).where(posts.c.key.startswith("card:"))))


async def unscreened(read: Read, chat: Chat | None = None) -> int:
    """How many held messages no screening could judge yet, in one chat or in all."""
    query = select(func.count()).select_from(heard).where(heard.c.unscreened)
    if chat is not None:
        query = query.where(heard.c.platform == chat.platform, heard.c.chat == chat.external_id)
    return int(await read.scalar(query))


async def waiting_updates(read: Read) -> dict[str, Waiting]:
    """What waits to be handled, by platform."""
    query = select(inbox.c.platform, func.count().label("count"), func.min(inbox.c.received_at).label("oldest"))
    rows = await read.rows(query.where(inbox.c.state == WAITING).group_by(inbox.c.platform))
    return {str(row["platform"]): Waiting(int(row["count"]), row["oldest"]) for row in rows}


async def running_escalations(read: Read) -> list[Escalation]:
    """Escalations that no officer has acknowledged."""
    open_case = and_(cases.c.id == escalations.c.case_id, cases.c.state != CaseState.CLOSED)
    query = select(escalations).join(cases, open_case).where(escalations.c.acknowledged_at.is_(None))
    return await read.all(Escalation, query.order_by(escalations.c.id))


async def write(change: Change) -> None:
    """Write something, to know that it can be done."""
    await change.put(marks, {"key": WRITTEN}, value=change.now.isoformat())
