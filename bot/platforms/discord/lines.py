"""One line of work per channel (or member): what happens there is handled in the order it came, lines side by side."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

import structlog

log = structlog.get_logger()

PAUSES = (0.5, 2.0, 5.0, 15.0)  # seconds after each failed try
ROOM = 2000  # happenings waiting per channel

Work = Callable[[], Awaitable[None]]


class Lines:
    """`put` never waits. When a channel's line is full, what comes next is not taken until the line is empty; then
    `missed(channel)` is called once, in the same line, so that the channel can be read again from where we stopped."""

    def __init__(
        self, missed: Callable[[str], Awaitable[None]], room: int = ROOM, pauses: Sequence[float] = PAUSES
    ) -> None:
        self._missed, self._room, self._pauses = missed, room, pauses
        self._waiting: dict[str, deque[Work]] = {}
        self._turned_away: dict[str, int] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}

    def put(self, channel: str, work: Work) -> bool:
        """Line up some work; False when it was turned away."""
        line = self._waiting.setdefault(channel, deque())
        if channel in self._turned_away or len(line) >= self._room:
            self._turn_away(channel)
            return False
        line.append(work)
        if channel not in self._workers:
            self._workers[channel] = asyncio.create_task(self._serve(channel, line))
        return True

    def _turn_away(self, channel: str) -> None:
        if channel not in self._turned_away:
            log.error("discord.line_full", channel=channel, room=self._room)
        self._turned_away[channel] = self._turned_away.get(channel, 0) + 1

    async def _serve(self, channel: str, line: deque[Work]) -> None:
        while line or channel in self._turned_away:
            if line:
                await self._do(channel, line.popleft())
                continue
            count = self._turned_away.pop(channel)
            log.warning("discord.line_missed", channel=channel, count=count)
            await self._do(channel, lambda: self._missed(channel))
        del self._workers[channel], self._waiting[channel]

    async def _do(self, channel: str, work: Work) -> None:
        """Do it, again after a pause when it fails: the database may be away. What fails for good stops no other."""
        for pause in (*self._pauses, None):
            try:
                await work()
            except Exception:
                log.exception("discord.handling_failed", channel=channel, again=pause)
            else:
                return
            if pause is not None:
                await asyncio.sleep(pause)

    async def settle(self) -> None:
        """Wait until everything taken is handled."""
        while self._workers:
            await asyncio.wait(self._workers.values())
