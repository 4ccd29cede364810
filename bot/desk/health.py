"""How Porter is, in words: what is wrong with its connections, database, outbox, disk, screening and escalations."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

import structlog

from bot.desk import card, ways
from bot.parts import App
from bot.store import chats, effects, watch
from bot.store.change import Read

PATIENCE = 5.0  # seconds that the database may take to take a line
MEGABYTE = 1_000_000
log = structlog.get_logger()


class Status(StrEnum):
    """FAILING: what Porter is there for does not happen. DEGRADED: a part of it does not."""

    OK = "ok"
    DEGRADED = "degraded"
    FAILING = "failing"


RANK = {Status.OK: 0, Status.DEGRADED: 1, Status.FAILING: 2}


@dataclass(frozen=True, slots=True)
class Reason:
    """Something that is wrong: its name for scripts, and a sentence that says what it is and what to do."""

    status: Status
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Health:
    """How Porter is. `waiting`, `stuck` and `unscreened` are counts, `lag` is seconds; `muted` is by platform the time
    at which one private message tries again whether they are let through."""

    reasons: tuple[Reason, ...] = ()
    waiting: int = 0
    stuck: int = 0
    unscreened: int = 0
    lag: float = 0.0
    muted: dict[str, str] = field(default_factory=dict)

    @property
    def status(self) -> Status:
        """The worst of what is wrong."""
        return max((reason.status for reason in self.reasons), key=RANK.__getitem__, default=Status.OK)


async def examine(app: App) -> Health:
    """Look at everything. Never raises: a database that does not answer is what there is to say."""
    reasons = [*connections(app), *disk(app)]
    try:
        async with asyncio.timeout(PATIENCE):
            async with app.store.work(app.now()) as work:
                await watch.write(work)
            return await _kept(app, reasons)
    except Exception as error:  # whatever it is, it keeps us from keeping anything
        log.exception("health.database_failed")
        why = type(error).__name__
        text = app.wording.text("health.database", why=why)
        return Health((Reason(Status.FAILING, "database", text), *reasons))


async def _kept(app: App, reasons: list[Reason]) -> Health:
    async with app.store.read() as read:
        counts = await effects.counts(read)
        oldest = await effects.oldest_due(read, app.now())
        unscreened = await watch.unscreened(read)
        reasons += [one async for one in unreached(app, read)]
        until = await muted(read, app.now())
    reasons += [
        _degraded(app, "muted", platform=name.capitalize(), time=card.clock(app, at)) for name, at in until.items()
    ]
    lag = max(timedelta(), app.now() - oldest).total_seconds() if oldest is not None else 0.0
    reasons += outbox(app, counts.get("poison", 0), lag)
    if unscreened:
        reasons.append(_degraded(app, "unscreened", count=unscreened))
    waiting = counts.get("ready", 0) + counts.get("running", 0)
    stuck = counts.get("poison", 0) + counts.get("unknown", 0)
    told = {name: at.isoformat() for name, at in until.items()}
    return Health(tuple(reasons), waiting, stuck, unscreened, lag, told)


async def muted(read: Read, now: datetime) -> dict[str, datetime]:
    """Platforms in whose private chats nobody is written to now, with the time at which one message tries again."""
    kept = {name: json.loads(one)["until"] for name, one in (await chats.marks_under(read, "muted:")).items()}
    return {name: at for name, one in kept.items() if (at := datetime.fromisoformat(one)) > now}


def _degraded(app: App, name: str, **fillings: str | int) -> Reason:
    return Reason(Status.DEGRADED, name, app.wording.text(f"health.{name}", **fillings))


def connections(app: App) -> list[Reason]:
    """Platforms that have been out of reach for longer than a moment; all of them at once is more than some."""
    limit = timedelta(seconds=app.settings.health.disconnected_seconds)
    lines = {name: app.meters.lines[name] for name in sorted(app.platforms) if name in app.meters.lines}
    down = {name: line for name, line in lines.items() if not line.connected and app.now() - line.since > limit}
    if down and len(down) == len(app.platforms):
        time = card.clock(app, max(line.since for line in down.values()))
        return [Reason(Status.FAILING, "disconnected", app.wording.text("health.all_disconnected", time=time))]
    return [
        _degraded(app, "disconnected", platform=name.capitalize(), time=card.clock(app, line.since))
        for name, line in down.items()
    ]


def outbox(app: App, poison: int, lag: float) -> list[Reason]:
    """Effects that were set aside, and effects that should have been done by now."""
    found = [_degraded(app, "poison", count=poison)] if poison else []
    if lag > app.settings.health.lag_seconds:
        found.append(_degraded(app, "lag", minutes=max(1, round(lag / 60))))
    return found


def disk(app: App) -> list[Reason]:
    """Whether there is room for what is still to come."""
    folder = _existing(app.settings.data.folder)
    left = shutil.disk_usage(folder).free // MEGABYTE
    if left >= app.settings.health.free_megabytes:
        return []
    return [_degraded(app, "disk", folder=str(folder), megabytes=left)]


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())


async def unreached(app: App, read: Read) -> AsyncIterator[Reason]:
    """Reports that every way to the Union failed for."""
    for escalated in await watch.running_escalations(read):
        case = await ways.unreached(app, read, escalated)
        if case is not None:
            yield Reason(Status.FAILING, "unreached", app.wording.text("health.unreached", reference=case.ref))
