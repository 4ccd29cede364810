"""The rows of the outbox: added with their cause, claimed by lease, ended with a receipt."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from bot.model import Effect, EffectKind, EffectState
from bot.store.change import Change, Read
from bot.store.tables import effects

RETRIED = (EffectState.FAILED, EffectState.UNKNOWN, EffectState.POISON)
ENDED = (EffectState.DONE, EffectState.REFUSED, EffectState.FAILED, EffectState.UNKNOWN, EffectState.POISON)


async def add(change: Change, **values: Any) -> int | None:
    """A new effect; None when its key is taken: what it would do is being done, or was."""
    change.tell("effects")
    return await change.add_new(effects, state=EffectState.READY, **values)


def _due(now: datetime) -> ColumnElement[bool]:
    earlier = effects.alias("earlier")
    blocked = (
        select(earlier.c.id)
        .where(earlier.c.id == effects.c.after, earlier.c.state.not_in(ENDED))
        .correlate(effects)
        .exists()
    )
    ready = and_(effects.c.state == EffectState.READY, effects.c.run_at <= now)
    dropped = and_(effects.c.state == EffectState.RUNNING, effects.c.lease_until <= now)
    return and_(or_(ready, dropped), ~blocked)


async def claim(change: Change, owner: str, lease: timedelta, limit: int) -> list[Effect]:
    """Take up to `limit` due effects, the most pressing first, and lease them to `owner`.

    A CTE with SKIP LOCKED lets several processes claim on PostgreSQL; SQLite leaves that out, its one writer is enough.
    """
    due = (
        select(effects.c.id)
        .where(_due(change.now))
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


async def intend(change: Change, effect_id: int, owner: str) -> bool:
    """Note that the effect is about to be tried; False when the lease is lost."""
    return await _fenced(change, effect_id, owner, intent_at=change.now)


async def end(change: Change, effect_id: int, owner: str, state: EffectState, **values: Any) -> bool:
    """End an effect; False when the lease is lost."""
    return await _fenced(change, effect_id, owner, state=state, lease_owner=None, lease_until=None, **values)


async def again(change: Change, effect_id: int, owner: str, run_at: datetime, error: str, *, sent: bool) -> bool:
    """Try later. Unless it may have been `sent`, the intention is taken back."""
    values: dict[str, Any] = {} if sent else {"intent_at": None}
    return await _fenced(
        change,
        effect_id,
        owner,
        state=EffectState.READY,
        lease_owner=None,
        lease_until=None,
        run_at=run_at,
        error=error[:2000],
        **values,
    )


async def renew(change: Change, owner: str, lease: timedelta, ids: Sequence[int]) -> None:
    """Keep the lease of effects that are still being worked on."""
    statement = update(effects).where(effects.c.id.in_(list(ids)), effects.c.lease_owner == owner)
    await change.execute(statement.values(lease_until=change.now + lease))


async def _fenced(change: Change, effect_id: int, owner: str, **values: Any) -> bool:
    statement = update(effects).where(effects.c.id == effect_id, effects.c.lease_owner == owner)
    return await change.execute(statement.values(**values)) == 1


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
    found = await read.scalar(select(func.min(effects.c.run_at)).where(_due(now)))
    return found if isinstance(found, datetime) else None


async def retry(change: Change, effect_id: int) -> bool:
    """Put an ended effect back to be tried, as a person asked for it."""
    change.tell("effects")
    statement = update(effects).where(effects.c.id == effect_id, effects.c.state.in_(RETRIED))
    return (
        await change.execute(statement.values(state=EffectState.READY, run_at=change.now, attempts=0, intent_at=None))
        == 1
    )


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
