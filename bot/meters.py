"""What the running program knows of itself since it started: counts, connections, how late its loop is. Numbers and
names of our own only, never people or societies."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

LAG_EVERY = 0.5  # seconds between two looks at the loop
LAG_KEPT = 120  # looks: one minute


@dataclass(frozen=True, slots=True)
class Line:
    """Whether the way to a platform is open, and since when it has been so."""

    connected: bool
    since: datetime


@dataclass(slots=True)
class Meters:
    """`counts` by (what, which): `verdict` by level; `too_many` (an answer 429) and `knock` by platform.

    `lines` and `heard` are by platform: the connection, and when an update last came in. `latency` answers seconds, or
    None while there is no connection.
    """

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    lines: dict[str, Line] = field(default_factory=dict)
    heard: dict[str, datetime] = field(default_factory=dict)
    latency: dict[str, Callable[[], float | None]] = field(default_factory=dict)
    _lags: deque[float] = field(default_factory=lambda: deque(maxlen=LAG_KEPT))

    def count(self, what: str, which: str = "") -> None:
        """One more of something."""
        self.counts[what, which] += 1

    def of(self, what: str) -> dict[str, int]:
        """The counts of something, by which."""
        return {which: number for (one, which), number in self.counts.items() if one == what}

    def connected(self, platform: str, now: datetime, *, up: bool) -> None:
        """The way to a platform is open, or closed. `since` moves only when that changes."""
        known = self.lines.get(platform)
        if known is None or known.connected != up:
            self.lines[platform] = Line(up, now)

    @property
    def lag(self) -> float:
        """The longest that the loop was late within the last minute, in seconds."""
        return max(self._lags, default=0.0)

    async def watch_loop(self) -> None:
        """Measure how late the loop is, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LAG_EVERY
            await asyncio.sleep(LAG_EVERY)
            self._lags.append(max(0.0, loop.time() - due))
