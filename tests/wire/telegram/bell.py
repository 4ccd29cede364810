"""Waiting until something is true: everything that happens rings the bell, and whoever waits looks again."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from tests.wire.telegram.errors import UnheardError

Found = TypeVar("Found")
PATIENCE = 60.0


class Bell:
    """Rung after every change of the world."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Something happened."""
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)

    async def next(self) -> None:
        """Wait for the next ring."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        try:
            await waiter
        finally:
            self._waiting.discard(waiter)

    async def until(self, look: Callable[[], Found | None], what: Callable[[], str], limit: float = PATIENCE) -> Found:
        """What `look` finds once it finds something true. Raises `UnheardError` with `what()` after `limit` seconds of
        the wall."""
        try:
            async with asyncio.timeout(limit):
                while not (found := look()):
                    await self.next()
                return found
        except TimeoutError:
            raise UnheardError(f"within {limit:g} s: {what()}") from None
