"""How fast a platform may be called, and who goes first: one `Pace` for each connection.

A call waits at its gates only while its bearer has patience; what would have to wait longer leaves as `RateLimited`
with the time at which to come again, so that it holds nobody up. The outbox says how pressing an effect is; whatever
else calls a platform stands for a person who waits for an answer.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol

from bot.errors import RateLimited
from bot.model import Priority

LONGEST_NAP = 0.25  # seconds until a waiting call looks again: a gate may have been shut or opened meanwhile
PERSONS = Priority.URGENT - 1
LEFT_FREE: dict[int, float] = {Priority.NOTICE: 0.1, Priority.CARD: 0.25, Priority.LATER: 0.5}


@dataclass(frozen=True, slots=True)
class Bearing:
    """Who calls: how pressing it is, and how many seconds it may wait at a gate. A person's call goes before every
    effect."""

    priority: int = PERSONS
    patience: float = 30.0


PERSON = Bearing()
_bearing: ContextVar[Bearing] = ContextVar("bearing", default=PERSON)


def bearing() -> Bearing:
    """That of the call under way."""
    return _bearing.get()


@contextmanager
def bearing_of(priority: int, patience: float) -> Iterator[None]:
    """What is called inside has this bearing."""
    token = _bearing.set(Bearing(priority, patience))
    try:
        yield
    finally:
        _bearing.reset(token)


class Gate(Protocol):
    """Something that lets a number of calls through in a time. Times are seconds of the pace's clock."""

    def wait(self, now: float, ahead: int, priority: int) -> float:
        """Seconds until a call of that priority may pass, when `ahead` others pass before it; 0 for now."""

    def take(self, now: float) -> None:
        """A call passes."""


def share(whole: int, priority: int) -> int:
    """How many of a limit's places that priority may fill: the rest stays free for what is more pressing."""
    return max(1, int(whole * (1 - LEFT_FREE.get(priority, 0.0))))


@dataclass(slots=True)
class Window:
    """At most `limit` calls in any `seconds`."""

    limit: int
    seconds: float
    times: deque[float] = field(default_factory=deque)

    def wait(self, now: float, ahead: int, priority: int) -> float:
        """Until enough of the calls before lie far enough back."""
        while self.times and self.times[0] <= now - self.seconds:
            self.times.popleft()
        late = ahead - (share(self.limit, priority) - len(self.times))
        if late < 0:
            return 0.0
        if late >= len(self.times):  # not even those still to come have passed
            return self.seconds
        return self.times[late] + self.seconds - now

    def take(self, now: float) -> None:
        """Count a call."""
        self.times.append(now)


@dataclass(slots=True)
class Shut:
    """Lets nobody through until the platform has been given the time that it asked for."""

    until: float = 0.0

    def wait(self, now: float, ahead: int, priority: int) -> float:  # noqa: ARG002 - it is shut for everybody
        """Until it opens."""
        return max(0.0, self.until - now)

    def take(self, now: float) -> None:
        """Nothing is counted."""


class Pace:
    """The gates' keeper. More pressing calls pass before others that wait at the same gate."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._numbers = count()
        self._waiting: list[tuple[int, int, tuple[Gate, ...]]] = []

    async def pass_through(self, gates: tuple[Gate, ...], refusal: str) -> None:
        """Wait for all these gates and pass; one that stands there twice counts twice. Raises `RateLimited` with
        `refusal` when that takes more patience than there is."""
        held = bearing()
        mine = (held.priority, next(self._numbers), gates)
        self._waiting.append(mine)
        begun = self.clock()
        try:
            while (wait := self._wait(mine)) > 0:
                if self.clock() - begun + wait > held.patience:
                    raise RateLimited(refusal, wait)
                await asyncio.sleep(min(wait, LONGEST_NAP))
        finally:
            self._waiting.remove(mine)
        for gate in gates:
            gate.take(self.clock())

    def _wait(self, mine: tuple[int, int, tuple[Gate, ...]]) -> float:
        priority, number, gates = mine
        before = [others for rank, turn, others in self._waiting if (rank, turn) < (priority, number)]
        now = self.clock()
        return max(gate.wait(now, _at(gate, [*before, gates[:nth]]), priority) for nth, gate in enumerate(gates))


def _at(gate: Gate, waiting: Sequence[tuple[Gate, ...]]) -> int:
    return sum(one is gate for gates in waiting for one in gates)
