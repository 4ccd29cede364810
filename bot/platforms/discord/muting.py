"""When Discord stops us from writing to people: nobody is written to until a stated time, then one message tries
whether it lets us again. What must reach somebody meanwhile goes another way, such as e-mail."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import structlog

from bot.errors import Forbidden, Gone, Muted, PlatformError, Unreachable
from bot.platforms.discord.kept import Kept

KEY = "muted:discord"
FLAGGED, TOO_FAST = "20026", "40003"
PAUSES = {FLAGGED: timedelta(hours=1), TOO_FAST: timedelta(minutes=10)}
LONGEST = timedelta(hours=6)
TRYING = 60.0  # seconds to come again after, while the one message that tries is under way
log = structlog.get_logger()

Answered = TypeVar("Answered")


@dataclass(frozen=True, slots=True)
class Spell:
    """A time in which nobody is written to. `until` is ISO 8601; `seconds` is how long it was to last."""

    until: str
    seconds: float

    def left(self, now: datetime) -> float:
        """Seconds until it is over."""
        return max(0.0, (datetime.fromisoformat(self.until) - now).total_seconds())


class Muting:
    """Stands before every private message. What it knows outlives a restart."""

    def __init__(self, kept: Kept, now: Callable[[], datetime]) -> None:
        self._kept, self._now = kept, now
        self._trying = False

    async def direct(self, write: Callable[[], Awaitable[Answered]]) -> Answered:
        """Write to somebody, if Discord lets us at the moment. Raises `Muted` when it does not, and whatever `write`
        raises."""
        spell = await self._spell()
        if spell is None:
            return await self._watched(write, None)
        left = spell.left(self._now())
        if left > 0 or self._trying:
            raise self._muted(left or TRYING)
        self._trying = True
        try:
            return await self._watched(write, spell)
        finally:
            self._trying = False

    async def _watched(self, write: Callable[[], Awaitable[Answered]], spell: Spell | None) -> Answered:
        try:
            done = await write()
        except PlatformError as error:
            if error.code in PAUSES:
                raise await self._begin(error.code) from error
            if spell is not None and isinstance(
                error, (Unreachable, Forbidden, Gone)
            ):  # about that person, not about us
                await self._end()
            raise
        if spell is not None:
            await self._end()
        return done

    async def _spell(self) -> Spell | None:
        found = await self._kept.load(KEY)
        return Spell(**json.loads(found)) if found else None

    async def _begin(self, code: str) -> Muted:
        """A spell begins; one right after another lasts twice as long. Several messages may learn of the same one."""
        now, last = self._now(), await self._spell()
        if last is not None and last.left(now) > 0:
            return self._muted(last.left(now))
        pause = PAUSES[code] if last is None else timedelta(seconds=2 * last.seconds)
        pause = min(pause, LONGEST)
        spell = Spell((now + pause).astimezone(UTC).isoformat(), pause.total_seconds())
        await self._kept.save(KEY, json.dumps(asdict(spell)))
        log.error("discord.muted", code=code, until=spell.until, note="what is urgent goes by e-mail meanwhile")
        return self._muted(pause.total_seconds())

    async def _end(self) -> None:
        await self._kept.save(KEY, "")
        log.info("discord.muted_no_more")

    def _muted(self, seconds: float) -> Muted:
        minutes = max(1, round(seconds / 60))
        wait = "a minute" if minutes == 1 else f"{minutes} minutes" if minutes < 120 else f"{round(minutes / 60)} hours"
        return Muted(f"Discord has stopped Porter from writing to people privately. It tries again in {wait}.", seconds)
