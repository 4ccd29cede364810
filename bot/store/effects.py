"""The rows of the outbox: added with their cause, claimed by lease, ended with a receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, update

from bot.model import Effect, EffectKind, EffectState, Priority
from bot.store.change import Change, Read
from bot.store.tables import effects

MESSAGES = 1_000  # receipts looked through for one message: as many messages as a platform is asked for
RETRIED = (EffectState.FAILED, EffectState.UNKNOWN, EffectState.POISON)
FREE: dict[str, Any] = {"lease_owner": None, "lease_until": None}
PRESSING = Priority.DIRECT  # this and whatever is more pressing
ENDED = (EffectState.DONE, EffectState.REFUSED, EffectState.FAILED, EffectState.UNKNOWN, EffectState.POISON)


@dataclass(frozen=True, slots=True)
class Lane:
    """Effects that keep each other waiting and no others: those of one platform, the pressing ones apart."""

    platform: str
    pressing: bool


def lane_of(effect: Effect) -> Lane:
    """The lane of an effect."""
    return Lane(effect.platform, effect.priority <= PRESSING)


async def add(change: Change, **values: Any) -> int | None:
    """A new effect; None when its key is taken: what it would do is being done, or was."""
    change.tell("effects")
    return await change.add_new(effects, state=EffectState.READY, **values)


def _waiting(now: datetime) -> ColumnElement[bool]:
    return and_(effects.c.state == EffectState.READY, effects.c.run_at <= now)


def _blocked() -> ColumnElement[bool]:
    """Whether the effect that must end first has not."""
    earlier = effects.alias("earlier")
    waits = select(earlier.c.id).where(earlier.c.id == effects.c.after, earlier.c.state.not_in(ENDED))
    return waits.correlate(effects).exists()


def _dropped(now: datetime) -> ColumnElement[bool]:
    """Leased to somebody who let the lease run out."""
    return and_(effects.c.state == EffectState.RUNNING, effects.c.lease_until <= now)


async def lanes(read: Read, now: datetime) -> list[Lane]:
    """The lanes in which something is due, pressing ones first."""
    pressing = (effects.c.priority <= PRESSING).label("pressing")
    query = select(effects.c.platform, pressing).where(or_(_waiting(now), _dropped(now))).distinct()
    found = [Lane(row["platform"], bool(row["pressing"])) for row in await read.rows(query)]
    return sorted(found, key=lambda lane: (not lane.pressing, lane.platform))


async def claim(change: Change, owner: str, lease: timedelta, limit: int, lane: Lane | None = None) -> list[Effect]:
    """Take up to `limit` due effects, of one lane or of all, the most pressing first, and lease them to `owner`.

    A CTE with SKIP LOCKED lets several processes claim on PostgreSQL; SQLite leaves that out, its one writer is enough.
    """
    back = update(effects).where(_dropped(change.now)).values(state=EffectState.READY, **FREE)
    await change.execute(back)  # its intention stays: it may have happened
    wanted = [_waiting(change.now), ~_blocked()]
    if lane is not None:
        urgent = effects.c.priority <= PRESSING
        wanted += [effects.c.platform == lane.platform, urgent if lane.pressing else ~urgent]
    due = (
        select(effects.c.id)
        .where(*wanted)
        .order_by(effects.c.priority, effects.c.run_at, effects.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=effects)
        .cte("due")
    )
    taken = (
        update(effects)
        .where(effects.c.id.in_(select(due.c.id)))
        .values(
            state=EffectState.RUNNING,
            lease_owner=owner,
            lease_until=change.now + lease,
            attempts=effects.c.attempts + 1,
        )
        .returning(effects)
    )
    found = await change.all(Effect, taken)
    return sorted(found, key=lambda effect: (effect.priority, effect.run_at, effect.id))


@dataclass(frozen=True, slots=True)
class Note:
    """What its owner writes on the row of an effect it has leased."""

    effect_id: int
    values: dict[str, Any]


def intended(effect: Effect, at: datetime) -> Note:
    """It is about to be tried. The first time stays, until it is known that nothing happened: from then on a platform
    may forget the nonce."""
    return Note(effect.id, {"intent_at": effect.intent_at or at})


def ended(effect_id: int, state: EffectState, receipt: dict[str, Any], error: str = "") -> Note:
    """It has ended."""
    return Note(effect_id, {**FREE, "state": state, "receipt": receipt, "error": error[:2000]})


def postponed(effect_id: int, run_at: datetime, error: str, **more: Any) -> Note:
    """It is tried later. `more`: `intent_at` as it was before a try that surely did not happen, `attempts` where a try
    is not counted."""
    return Note(effect_id, {**FREE, "state": EffectState.READY, "run_at": run_at, "error": error[:2000], **more})


async def note(change: Change, owner: str, notes: Sequence[Note]) -> set[int]:
    """Write notes on the effects that `owner` has leased still; answers which those are."""
    ids = [one.effect_id for one in notes]
    query = select(effects.c.id).where(effects.c.id.in_(ids), effects.c.lease_owner == owner)
    ours = {int(row["id"]) for row in await change.rows(query.with_for_update())}
    kinds: dict[frozenset[str], list[dict[str, Any]]] = {}
    for one in notes:
        if one.effect_id in ours:
            kinds.setdefault(frozenset(one.values), []).append({"row": one.effect_id, **one.values})
    for rows in kinds.values():  # one statement for all of a kind
        await change.connection.execute(update(effects).where(effects.c.id == bindparam("row")), rows)
    return ours


async def renew(change: Change, owner: str, lease: timedelta, ids: Sequence[int]) -> None:
    """Keep the lease of effects that are still being worked on."""
    statement = update(effects).where(effects.c.id.in_(list(ids)), effects.c.lease_owner == owner)
    await change.execute(statement.values(lease_until=change.now + lease))


async def effect(read: Read, effect_id: int) -> Effect | None:
    """An effect by id."""
    return await read.one(Effect, select(effects).where(effects.c.id == effect_id))


async def by_key(read: Read, key: str) -> Effect | None:
    """An effect by key."""
    return await read.one(Effect, select(effects).where(effects.c.key == key))


async def count(read: Read, prefix: str) -> int:
    """How many effects have a key that begins so."""
    query = select(func.count()).select_from(effects).where(effects.c.key.startswith(prefix, autoescape=True))
    return int(await read.scalar(query))


async def of_case(read: Read, case_id: int) -> list[Effect]:
    """A case's effects, oldest first."""
    return await read.all(Effect, select(effects).where(effects.c.case_id == case_id).order_by(effects.c.id))


async def messages_of(read: Read, kind: EffectKind, platform: str) -> set[str]:
    """The messages that effects of this kind have for a receipt on a platform, the newest."""
    query = (
        select(effects.c.receipt)
        .where(effects.c.kind == kind, effects.c.platform == platform, effects.c.state == EffectState.DONE)
        .order_by(effects.c.id.desc())
        .limit(MESSAGES)
    )
    receipts = [row["receipt"] for row in await read.rows(query)]
    return {str(one["message"]) for one in receipts if "message" in one}  # not of what a person said was there


async def listed(read: Read, states: Sequence[EffectState], limit: int) -> list[Effect]:
    """Effects in these states, oldest first."""
    query = select(effects).where(effects.c.state.in_(list(states))).order_by(effects.c.id).limit(limit)
    return await read.all(Effect, query)


async def counts(read: Read) -> dict[str, int]:
    """How many effects there are in each state."""
    query = select(effects.c.state, func.count().label("count")).group_by(effects.c.state)
    return {str(row["state"]): int(row["count"]) for row in await read.rows(query)}


async def next_due(read: Read) -> datetime | None:
    """When the next effect falls due, or its lease runs out."""
    ready = await read.scalar(select(func.min(effects.c.run_at)).where(effects.c.state == EffectState.READY))
    leased = await read.scalar(select(func.min(effects.c.lease_until)).where(effects.c.state == EffectState.RUNNING))
    times = [time for time in (ready, leased) if time is not None]
    return min(times) if times else None


async def oldest_due(read: Read, now: datetime) -> datetime | None:
    """Since when the effect that waits longest could have been done; None when nothing waits."""
    found = await read.scalar(select(func.min(effects.c.run_at)).where(or_(_waiting(now), _dropped(now)), ~_blocked()))
    return found if isinstance(found, datetime) else None


async def retry(change: Change, effect_id: int) -> bool:
    """Put an ended effect back to be tried, as a person asked for it."""
    change.tell("effects")
    statement = update(effects).where(effects.c.id == effect_id, effects.c.state.in_(RETRIED))
    return (
        await change.execute(statement.values(state=EffectState.READY, run_at=change.now, attempts=0, intent_at=None))
        == 1
    )


async def resolve(change: Change, effect_id: int, state: EffectState, payload: dict[str, Any]) -> bool:
    """Take a person's word for one of unknown outcome: it was done, it is to be tried, or it is left. False when it is
    not of unknown outcome any more."""
    change.tell("effects")
    statement = update(effects).where(effects.c.id == effect_id, effects.c.state == EffectState.UNKNOWN)
    anew = {"run_at": change.now, "attempts": 0, "intent_at": None} if state is EffectState.READY else {}
    return await change.execute(statement.values(state=state, payload=payload, **anew)) == 1


async def settle(change: Change, effect_id: int, **values: Any) -> None:
    """Set values on an effect whoever had it leased: only where nobody else is at work."""
    await change.execute(update(effects).where(effects.c.id == effect_id).values(**values))


async def reschedule(change: Change, effect_id: int, run_at: datetime) -> None:
    """Let a waiting effect fall due then instead."""
    change.tell("effects")
    statement = update(effects).where(effects.c.id == effect_id, effects.c.state == EffectState.READY)
    await change.execute(statement.values(run_at=run_at))


async def waiting(read: Read, kind: EffectKind, society_id: int) -> list[Effect]:
    """A society's effects of one kind that nobody has begun, in the order of their times."""
    chosen = and_(effects.c.kind == kind, effects.c.state == EffectState.READY, effects.c.society_id == society_id)
    return await read.all(Effect, select(effects).where(chosen).order_by(effects.c.run_at, effects.c.id))


async def release(change: Change) -> int:
    """Take back every lease. Only for a process that knows itself to be the only one: those that held them are gone.
    Where there are others, a dead one's leases run out by themselves."""
    statement = update(effects).where(effects.c.state == EffectState.RUNNING)
    return await change.execute(statement.values(lease_until=change.now, lease_owner=None))
