"""How far rules are trusted: their standing, the sheet of those on trial, and what people decided on their cases."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import case, delete, func, select, update

from bot.model import Record, RuleStanding, Sighting
from bot.store.change import Change, Read
from bot.store.tables import decisions, reports, sightings, standings


async def every(read: Read) -> dict[str, RuleStanding]:
    """The standing of every rule that was ever in force or on trial, by id."""
    return {one.rule: one for one in await read.all(RuleStanding, select(standings).order_by(standings.c.rule))}


async def put(change: Change, one: RuleStanding) -> None:
    """Set how a rule stands."""
    values = {"print": one.print, "state": one.state, "since": one.since, "until": one.until, "told": one.told}
    await change.put(standings, {"rule": one.rule}, **values)


async def note_told(change: Change, rules: Iterable[str]) -> None:
    """Those who look after the rules know that these trials are over."""
    await change.execute(update(standings).where(standings.c.rule.in_(list(rules))).values(told=True))


async def see(change: Change, rule: str, society_id: int, chat_id: int, channel: str, message: str) -> None:
    """A rule on trial would have brought up a message."""
    where = {"society_id": society_id, "chat_id": chat_id, "channel": channel, "message": message}
    await change.add_new(sightings, rule=rule, noticed_at=change.now, **where)


async def sheet(read: Read, rule: str) -> list[Sighting]:
    """What a rule would have brought up, oldest first."""
    return await read.all(Sighting, select(sightings).where(sightings.c.rule == rule).order_by(sightings.c.id))


async def seen(read: Read) -> dict[str, int]:
    """How many messages each rule on trial would have brought up."""
    query = select(sightings.c.rule, func.count().label("count")).group_by(sightings.c.rule)
    return {str(row["rule"]): int(row["count"]) for row in await read.rows(query)}


async def forget_sheet(change: Change, rule: str) -> None:
    """The trial is decided: its sheet goes."""
    await change.execute(delete(sightings).where(sightings.c.rule == rule))


async def rules_behind(read: Read, case_id: int) -> list[str]:
    """The rules that brought a case, each once."""
    query = select(reports.c.rule).where(reports.c.case_id == case_id, reports.c.rule != "").distinct()
    return sorted({str(row["rule"]).partition("@")[0] for row in await read.rows(query)})


async def decide(change: Change, rule: str, case_id: int, *, upheld: bool) -> bool:
    """Note what people made of a rule's case; False when that was noted before."""
    row = {"rule": rule, "case_number": case_id, "upheld": upheld, "decided_at": change.now}
    return await change.add_new(decisions, **row) is not None


async def record(read: Read, rule: str, since: datetime) -> Record:
    """What people decided on a rule's cases since then."""
    upheld = func.sum(case((decisions.c.upheld, 1), else_=0))
    query = select(upheld.label("upheld"), func.count().label("decided"))
    row = (await read.rows(query.where(decisions.c.rule == rule, decisions.c.decided_at >= since)))[0]
    right, decided = int(row["upheld"] or 0), int(row["decided"])
    return Record(right, decided - right)
