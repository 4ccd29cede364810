"""How effects stand."""

from collections import Counter
from datetime import datetime

from sqlalchemy import ColumnElement, select

from bot.model import EffectState
from bot.parts import App
from bot.store.tables import effects


def waiting_now(now: datetime) -> ColumnElement[bool]:
    """In hand, due, or tried already and to be tried again; not what waits for its hour."""
    due = (effects.c.run_at <= now) | (effects.c.attempts > 0)
    return (effects.c.state == EffectState.RUNNING) | ((effects.c.state == EffectState.READY) & due)


async def states(app: App) -> dict[str, Counter[str]]:
    """For every kind of effect: how many there are in each state."""
    found: dict[str, Counter[str]] = {}
    async with app.store.read() as read:
        for row in await read.rows(select(effects.c.kind, effects.c.state)):
            found.setdefault(str(row["kind"]), Counter())[str(row["state"])] += 1
    return found


async def unended(app: App) -> list[str]:
    """The keys of what is to be done now, or failed."""
    failed = effects.c.state.in_((EffectState.FAILED, EffectState.POISON))
    query = select(effects.c.key).where(waiting_now(app.now()) | failed)
    async with app.store.read() as read:
        return [str(row["key"]) for row in await read.rows(query)]
