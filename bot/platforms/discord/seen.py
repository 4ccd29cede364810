"""Where we stopped reading each channel, kept so that what was said while we were away is read afterwards."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from bot.platforms.discord.kept import Kept

GROUP_SECONDS = 5.0


def key(channel: str) -> str:
    """The name under which a channel's mark is kept."""
    return f"discord:seen:{channel}"


class Seen:
    """The highest message id handled in each channel. It only grows; it is written in groups, and on `flush`.

    A mark that was not written in time is older than the truth: then some messages are handled twice, none is lost.
    `first` is done before marks are written: what they stand for must be on disk before them."""

    def __init__(self, kept: Kept, first: Callable[[], Awaitable[None]]) -> None:
        self._kept, self._first = kept, first
        self._marks: dict[str, int] = {}
        self._changed: set[str] = set()
        self._timer: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()

    async def mark(self, channel: str) -> int:
        """The highest id handled in a channel; 0 when it was never read."""
        if channel not in self._marks:
            found = int(await self._kept.load(key(channel)) or 0)
            self._marks[channel] = max(found, self._marks.get(channel, 0))
        return self._marks[channel]

    async def advance(self, channel: str, message_id: int) -> None:
        """A message was handled."""
        if message_id <= await self.mark(channel):
            return
        self._marks[channel] = message_id
        self._changed.add(channel)
        if self._timer is None or self._timer.done():
            self._timer = asyncio.create_task(self._soon())

    async def _soon(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), GROUP_SECONDS)
        await self.flush()

    async def flush(self) -> None:
        """Write what changed; what cannot be written stays changed."""
        marks = {channel: self._marks[channel] for channel in self._changed}
        if not marks:
            return
        await self._first()
        for channel, mark in marks.items():
            await self._kept.save(key(channel), str(mark))
            if self._marks[channel] == mark:
                self._changed.discard(channel)

    async def stop(self) -> None:
        """Write what changed and end the timer, which is never cut off while it writes."""
        self._stopping.set()
        if self._timer is not None:
            await asyncio.wait({self._timer})
        await self.flush()
