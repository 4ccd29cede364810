"""Updates are on disk before Telegram is told that we have them, and handled from there: in order within a chat, side
by side across chats, again after a crash, and set aside when they cannot be handled at all."""

import asyncio
import json
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

import structlog

from bot import failpoints
from bot.errors import VaultError
from bot.parts import App
from bot.platforms.telegram import NAME
from bot.platforms.telegram.lanes import lane_of
from bot.store import inbox
from bot.store.inbox import InboxRow

Json = dict[str, Any]
TRIES = 5
PAUSES = (0.5, 2.0, 5.0, 15.0)  # seconds after each failed try
PAUSE = 1.0  # seconds after the database failed us
LIMIT = 300.0  # seconds that one update may take
ROOM, MOST = 200, 2000  # rows fetched at once, rows in hand
TICK = 5.0  # seconds after which the table is looked at without being told
PATIENCE = 20.0  # seconds that stopping waits for what is being handled
log = structlog.get_logger(__name__)


class UnreadableError(Exception):
    """An update that cannot be read; trying again is of no use."""


class Inbox:
    """The stored updates of one bot. `handle` is given each as Telegram sent it; raising means to try again."""

    def __init__(self, app: App, handle: Callable[[Json], Awaitable[None]], pauses: Sequence[float] = PAUSES) -> None:
        self._app, self._handle, self._pauses = app, handle, pauses
        self._lanes: dict[str, deque[tuple[InboxRow, Json]]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._in_hand: set[int] = set()
        self._done: list[int] = []
        self._settling = asyncio.Lock()
        self._wake, self._stopping = asyncio.Event(), asyncio.Event()
        self._loop: asyncio.Task[None] | None = None

    async def keep(self, updates: Sequence[Any]) -> None:
        """Store updates; what was stored before is known by its id and left alone. Returns once they are on disk."""
        rows = [(str(one["update_id"]), self._sealed(one)) for one in updates if has_id(one)]
        if len(rows) < len(updates):
            log.error("telegram.updates_without_id", count=len(updates) - len(rows))
        if rows:
            self._app.meters.heard[NAME] = self._app.now()
            await inbox.keep(self._app.store, NAME, rows, self._app.now())
            self._wake.set()

    def _sealed(self, update: Json) -> bytes:
        sealed: bytes = self._app.vault.seal(inbox.ABOUT, json.dumps(update, separators=(",", ":")).encode())
        return sealed

    async def start(self) -> None:
        """Begin to handle, first what an earlier run left."""
        self._stopping.clear()
        self._loop = asyncio.create_task(self._run(), name="telegram:inbox")

    async def stop(self) -> None:
        """Finish what is being handled; the rest is handled after the next start."""
        self._stopping.set()
        self._wake.set()
        if self._loop is not None:
            await self._loop
        tasks = list(self._tasks.values())
        if tasks:
            await asyncio.wait(tasks, timeout=PATIENCE)
        await self.crash()

    async def crash(self) -> None:
        """Stop where we are, in the middle of whatever is being handled."""
        tasks = [task for task in (self._loop, *self._tasks.values()) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def idle(self) -> None:
        """Return once everything stored has been handled or set aside."""
        while self._in_hand or await inbox.waiting(self._app.store, NAME, 1):
            self._wake.set()
            await asyncio.sleep(0.01)

    async def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                await self._settle()
                more = await self._fetch()
            except Exception:  # the database may be away for a while; the loop must outlive it
                log.exception("telegram.inbox_failed")
                more = False
            if not more:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), TICK)

    async def _fetch(self) -> bool:
        """Take rows in hand; whether there may be more at once."""
        if len(self._in_hand) >= MOST:
            return False
        before = set(self._in_hand)  # a row may be finished while we read, and still look as if it waited
        rows = await inbox.waiting(self._app.store, NAME, len(before) + ROOM)
        fresh = [row for row in rows if row.id not in self._in_hand and row.id not in before]
        for row in fresh:
            await self._take(row)
        return len(fresh) >= ROOM

    async def _take(self, row: InboxRow) -> None:
        try:
            update = json.loads(self._app.vault.open(inbox.ABOUT, row.sealed))
        except VaultError as error:
            await self._aside(row, error)
            return
        self._in_hand.add(row.id)
        lane = lane_of(update)
        self._lanes.setdefault(lane, deque()).append((row, update))
        if lane not in self._tasks:
            self._tasks[lane] = asyncio.create_task(self._work(lane), name=f"telegram:{lane}")

    async def _work(self, lane: str) -> None:
        """Handle a lane's updates one after the other."""
        waiting = self._lanes[lane]
        try:
            while waiting and not self._stopping.is_set():
                if await self._one(*waiting[0]):
                    waiting.popleft()
        except Exception:  # our own bookkeeping failed: the rows stay stored and are fetched again
            log.exception("telegram.inbox_lane_failed")
            await self._stopped_within(PAUSE)
        finally:
            self._in_hand -= {row.id for row, _ in waiting}
            del self._lanes[lane], self._tasks[lane]
            self._wake.set()

    async def _one(self, row: InboxRow, update: Json) -> bool:
        """Try until it is handled or set aside; False when we stop before. Every try is counted before it is made, so
        that an update which kills the program is set aside too."""
        for tried in range(row.attempts, TRIES):
            await inbox.tried(self._app.store, row.id, self._app.now())
            try:
                failpoints.reach("telegram.handling")
                async with asyncio.timeout(LIMIT):
                    await self._handle(update)
            except UnreadableError as error:
                return await self._aside(row, error)
            except Exception as error:  # noqa: BLE001 - logged, tried again, then set aside with its traceback
                log.warning("telegram.update_failed", update=row.key, tried=tried + 1, error=type(error).__name__)
                if tried + 1 == TRIES:
                    return await self._aside(row, error)
                if await self._stopped_within(self._pauses[min(tried, len(self._pauses) - 1)]):
                    return False
            else:
                failpoints.reach("telegram.handled")
                self._done.append(row.id)
                await self._settle()
                return True
        return await self._aside(row, RuntimeError(f"tried {row.attempts} times without coming to an end"))

    async def _stopped_within(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
        return self._stopping.is_set()

    async def _settle(self) -> None:
        """Note what is done, once what was heard with it is on disk; what is finished meanwhile shares one
        transaction."""
        async with self._settling:
            ids, self._done = self._done, []
            if not ids:
                return
            try:
                await self._app.ear.flush(self._app.now())
                await inbox.settle(self._app.store, ids, self._app.now())
            except BaseException:
                self._done += ids
                raise
        self._in_hand -= set(ids)

    async def _aside(self, row: InboxRow, error: Exception) -> bool:
        """Keep it for a person, and let the others pass."""
        reference = secrets.token_hex(4)
        log.error("telegram.update_set_aside", reference=reference, update=row.key, row=row.id, exc_info=error)
        await inbox.set_aside(self._app.store, row.id, f"{reference} {error!r}", self._app.now())
        self._in_hand.discard(row.id)
        return True


def has_id(update: Any) -> bool:
    """Whether something has the id by which Telegram tells updates apart."""
    return isinstance(update, dict) and isinstance(update.get("update_id"), int)
