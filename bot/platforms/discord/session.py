"""Staying logged in, and connected while we are to listen: one client after another, until stopped or until Discord
says never again."""

import asyncio
import contextlib
import math
import random

import structlog

from bot.errors import PlatformError, RateLimited
from bot.outbox.pace import Pace
from bot.parts import App
from bot.platforms.discord.client import Client
from bot.platforms.discord.connection import Introductions, lasting
from bot.platforms.discord.errors import NETWORK, platform_error
from bot.platforms.discord.files import Files
from bot.platforms.discord.kept import Kept
from bot.platforms.discord.muting import Muting
from bot.platforms.discord.pace import Gates
from bot.platforms.discord.read import NAME

FIRST_WAIT, LONGEST_WAIT = 1.0, 300.0
GRACE = 30.0  # seconds `start` waits for a first session before it lets the rest of the program go on
log = structlog.get_logger()


class Session:
    """The client now in use, and the task that keeps it connected."""

    def __init__(self, app: App, token: str, files: Files, kept: Kept, muting: Muting) -> None:
        self._app, self._token, self._files, self._kept, self._muting = app, token, files, kept, muting
        self._introductions = Introductions(kept, app.now)
        self._gates = Gates(Pace(), kept, app.now, app.meters)
        self._client: Client | None = None
        self._task: asyncio.Task[None] | None = None
        self._logged_in, self._ready = asyncio.Event(), asyncio.Event()
        self._wanted = asyncio.Event()  # whether we are to listen
        self._stopping, self._over = asyncio.Event(), asyncio.Event()
        self._down: PlatformError | None = None

    @property
    def client(self) -> Client:
        """The client to act with. Raises what ended the connection for good (`TokenRevoked`, `Forbidden`), or
        `PlatformError` when there is none yet."""
        if self._down is not None:
            raise type(self._down)(str(self._down))
        if self._client is None or not self._logged_in.is_set():
            raise PlatformError("Discord cannot be reached at the moment.")
        return self._client

    async def start(self) -> None:
        """Log in, which is enough to act; returns when that is done, or will not be, or after `GRACE`."""
        self._task = asyncio.create_task(self._stay())
        await self._reached(self._logged_in)

    async def listen(self) -> None:
        """Connect; returns with the first session, or when there will be none, or after `GRACE`."""
        self._app.meters.connected(NAME, self._app.now(), up=False)
        self._app.meters.latency[NAME] = self._latency
        self._wanted.set()
        if self._logged_in.is_set():  # else it was waited for long enough
            await self._reached(self._ready)

    async def hush(self) -> None:
        """Finish what was taken, disconnect, and log in again to act only."""
        self._wanted.clear()
        self._logged_in.clear()
        if self._client is not None:
            await self._client.finish()
            await self._client.close()

    async def _reached(self, state: asyncio.Event) -> None:
        assert self._task is not None
        reached = asyncio.create_task(state.wait())
        await asyncio.wait({self._task, reached}, timeout=GRACE, return_when=asyncio.FIRST_COMPLETED)
        reached.cancel()
        if not state.is_set() and self._down is None:
            log.warning("discord.not_reached", note="the program goes on and keeps trying")

    def _latency(self) -> float | None:
        """Seconds between a heartbeat and its answer; None without a connection."""
        found = self._client.latency if self._client is not None else math.nan
        return found if math.isfinite(found) else None

    async def stop(self) -> None:
        """Finish what was taken, and disconnect."""
        self._stopping.set()
        await self.hush()
        if self._task is not None:
            await asyncio.wait({self._task})

    async def ended(self) -> PlatformError:
        """Return once the connection has ended for good, and why."""
        await self._over.wait()
        assert self._down is not None
        return self._down

    async def _pause(self, seconds: float) -> None:
        """Wait, unless we are stopped."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _stay(self) -> None:
        wait = FIRST_WAIT
        while self._down is None and not self._stopping.is_set():
            held = await self._try()
            if self._down is None:
                wait = FIRST_WAIT if held else min(wait * 2, LONGEST_WAIT)
                if self._wanted.is_set() or not held:  # else we were hushed: log in at once
                    await self._pause(wait * random.uniform(0.5, 1.5))  # noqa: S311 - jitter, not a secret

    async def _try(self) -> bool:
        """One try to stay connected; answers whether it succeeded for a while."""
        try:
            return await self._once()
        except Exception:
            log.exception("discord.session_failed")
            return False

    async def _once(self) -> bool:
        """One client from login to the end of its connection; answers whether it was ever ready."""
        self._client = client = Client(
            self._app, self._files, self._introductions, self._kept, self._gates, self._muting
        )
        watch = asyncio.create_task(self._watch(client))
        try:
            await client.login(self._token)
            self._logged_in.set()
            await self._allowed()
            if not self._stopping.is_set() and not client.is_closed():
                await client.connect()
        except RateLimited as error:
            log.warning("discord.connects_later", why=str(error), seconds=round(error.retry_after))
        except Exception as error:  # noqa: BLE001 - whatever ended the connection, another is tried, or it is told
            self._ended(error)
        finally:
            watch.cancel()
            self._logged_in.clear()
            self._ready.clear()
            client.line(up=False)
            await client.finish()
            await client.close()
        return client.known.is_set()

    async def _allowed(self) -> None:
        """Return once we are to listen, and may introduce ourselves; or are stopped."""
        listen, stopping = asyncio.create_task(self._wanted.wait()), asyncio.create_task(self._stopping.wait())
        await asyncio.wait({listen, stopping}, return_when=asyncio.FIRST_COMPLETED)
        listen.cancel()
        stopping.cancel()
        await self._pause(await self._introductions.due())

    async def _watch(self, client: Client) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await client.known.wait()
            self._ready.set()

    def _ended(self, error: Exception) -> None:
        """Note why a client's connection ended. When a first connection fails the library trips over its own next step
        (`AttributeError`): what made it fail is the context."""
        cause = error.__context__ if isinstance(error, AttributeError) and error.__context__ is not None else error
        self._down = lasting(cause)
        if self._stopping.is_set():
            return
        if self._down is not None:
            log.error("discord.connection_ended", why=str(self._down))
            self._over.set()
        elif not isinstance(cause, NETWORK):
            log.error("discord.connection_broken", exc_info=error)
        else:
            log.warning("discord.connection_lost", error=type(cause).__name__, why=str(platform_error(cause)))
