"""Waiting for a condition without polling the clock."""

import asyncio
from collections.abc import Callable


class Unmet(AssertionError):
    """A condition was still false when its time was up."""


class Bell:
    """Rings whenever something happened; those who wait look at their condition again."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def until(self, condition: Callable[[], object], seconds: float, what: str = "") -> None:
        """Return when `condition()` is true; raise `Unmet` after `seconds` of real time."""
        try:
            async with asyncio.timeout(seconds):
                while not condition():
                    await self._rung()
        except TimeoutError:
            raise Unmet(f"{what or 'the condition'} did not come about in {seconds} s") from None

    async def quiet(self, seconds: float) -> None:
        """Return once the bell stayed silent for `seconds`."""
        while True:
            try:
                async with asyncio.timeout(seconds):
                    await self._rung()
            except TimeoutError:
                return

    async def _rung(self) -> None:
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await future
        finally:
            self._waiting.discard(future)
