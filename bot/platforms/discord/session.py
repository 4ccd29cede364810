"""Staying connected: one client after another, until stopped or until Discord says never again."""

import asyncio
import contextlib
import random

import structlog

from bot.errors import PlatformError, RateLimited
from bot.parts import App
from bot.platforms.discord.client import Client
from bot.platforms.discord.connection import Introductions, lasting
from bot.platforms.discord.errors import NETWORK, platform_error
from bot.platforms.discord.files import Files
from bot.platforms.discord.kept import Kept

FIRST_WAIT, LONGEST_WAIT = 1.0, 300.0
GRACE = 30.0  # seconds `start` waits for a first session before it lets the rest of the program go on
log = structlog.get_logger()


class Session:
    """The client now in use, and the task that keeps it connected."""

    def __init__(self, app: App, token: str, files: Files, kept: Kept) -> None:
        self._app, self._token, self._files, self._kept = app, token, files, kept
        self._introductions = Introductions(kept, app.now)
        self._client: Client | None = None
        self._task: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._stopping, self._over = asyncio.Event(), asyncio.Event()
        self._down: PlatformError | None = None

    @property
    def client(self) -> Client:
        """The client to act with. Raises what ended the connection for good (`TokenRevoked`, `Forbidden`), or
        `PlatformError` when there is none yet."""
        if self._down is not None:
            raise type(self._down)(str(self._down))
        if self._client is None or not self._ready.is_set():
            raise PlatformError("Discord cannot be reached at the moment.")
        return self._client

    async def start(self) -> None:
        """Connect; returns with the first session, or when there will be none, or after `GRACE`."""
        self._task = asyncio.create_task(self._stay())
        ready = asyncio.create_task(self._ready.wait())
        await asyncio.wait({self._task, ready}, timeout=GRACE, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if not self._ready.is_set() and self._down is None:
            log.warning("discord.not_reached", note="the program goes on and keeps trying")

    async def stop(self) -> None:
        """Finish what was taken, and disconnect."""
        self._stopping.set()
        if self._client is not None:
            await self._client.finish()
            await self._client.close()
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
                await self._pause(wait * random.uniform(0.5, 1.5))  # noqa: S311 - jitter, not a secret

    async def _try(self) -> bool:
        """One try to stay connected; answers whether it succeeded for a while."""
        try:
            await self._pause(await self._introductions.due())
            return await self._once()
        except Exception:
            log.exception("discord.session_failed")
            return False

    async def _once(self) -> bool:
        """One client from login to the end of its connection; answers whether it was ever ready."""
        self._client = client = Client(self._app, self._files, self._introductions, self._kept)
        watch = asyncio.create_task(self._watch(client))
        try:
            if not self._stopping.is_set():
                await client.login(self._token)
                await client.connect()
        except RateLimited as error:
            log.warning("discord.introductions_spent", seconds=round(error.retry_after))
        except Exception as error:  # noqa: BLE001 - whatever ended the connection, another is tried, or it is told
            self._ended(error)
        finally:
            watch.cancel()
            self._ready.clear()
            await client.finish()
            await client.close()
        return client.known.is_set()

    async def _watch(self, client: Client) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await client.known.wait()
            self._ready.set()

    def _ended(self, error: Exception) -> None:
        """Note why a client's connection ended. When a first connection fails the library trips over its own next step
        (`AttributeError`): what made it fail is the context."""
        cause = error.__context__ if isinstance(error, AttributeError) and error.__context__ is not None else error
        self._down = lasting(cause)
        if self._down is not None:
            log.error("discord.connection_ended", why=str(self._down))
            self._over.set()
        elif not isinstance(cause, NETWORK):
            log.error("discord.connection_broken", exc_info=error)
        elif not self._stopping.is_set():
            log.warning("discord.connection_lost", error=type(cause).__name__, why=str(platform_error(cause)))
