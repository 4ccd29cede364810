"""Updates that Telegram pushes to us: stored, then answered; what cannot be stored is asked for again."""

import asyncio
import hmac
import json
from contextlib import suppress
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from bot.config import WebhookSettings
from bot.errors import PlatformError, TokenRevoked
from bot.platforms.telegram.connection import UPDATES, Connection
from bot.platforms.telegram.errors import asking
from bot.platforms.telegram.inbox import Inbox, has_id

HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST = 1_000_000  # bytes of one update
AT_ONCE = 40  # connections that Telegram may open
LOOK = 60.0  # seconds between two looks whether Telegram still pushes to us
TAKEN = (
    "Telegram was told to bring Porter's updates elsewhere: another program is using the token. Stop it, for one token "
    "takes one program."
)
log = structlog.get_logger(__name__)


class Webhook:
    """A small server behind the public address. `port` is the one it really listens on."""

    def __init__(self, connection: Connection, inbox: Inbox, settings: WebhookSettings) -> None:
        self._connection, self._inbox, self._settings = connection, inbox, settings
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def start(self) -> None:
        """Listen. Raises `OSError` when the port is taken."""
        server = web.Application(client_max_size=LARGEST)
        server.router.add_post(urlsplit(self._settings.url).path or "/", self._take)
        self._runner = web.AppRunner(server, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._settings.host, self._settings.port).start()
        self.port = self._runner.addresses[0][1]

    async def announce(self) -> None:
        """Tell Telegram where to push."""
        with asking():
            await self._connection.bot.set_webhook(
                self._settings.url,
                secret_token=self._settings.secret.get_secret_value(),
                allowed_updates=list(UPDATES),
                max_connections=AT_ONCE,
            )

    async def watch(self) -> PlatformError:
        """Look now and then, and at once when a call says that our token is not known, whether Telegram still pushes
        here; nobody else would tell. Returns when it never will, and why."""
        unknown = self._connection.unknown
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(unknown.wait(), LOOK)
            unknown.clear()
            try:
                with asking():
                    there = (await self._connection.bot.get_webhook_info()).url == self._settings.url
            except TokenRevoked as error:
                log.error("telegram.token_revoked", meaning="Telegram no longer accepts the token; put in a new one")
                return error
            except PlatformError as error:
                log.warning("telegram.webhook_not_known", why=str(error))
                there = None
            self._connection.line(up=bool(there))
            if there is False:
                log.error("telegram.conflict", meaning=TAKEN)
                return PlatformError(TAKEN, "409")

    async def stop(self) -> None:
        """Stop listening. Telegram keeps what it cannot push, for a day."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        given = request.headers.get(HEADER, "").encode()
        if not hmac.compare_digest(given, self._settings.secret.get_secret_value().encode()):
            return web.Response(status=403)
        try:
            update = json.loads(await request.read())
        except ValueError:
            update = None
        if not has_id(update):
            log.error("telegram.webhook_unreadable")
            return web.Response(status=200)  # it would be the same when sent again, and hold up the others
        try:
            await self._inbox.keep([update])
        except Exception:  # whatever kept it from the disk, Telegram shall send it again
            log.exception("telegram.webhook_not_stored")
            return web.Response(status=500)
        return web.Response(status=200)
