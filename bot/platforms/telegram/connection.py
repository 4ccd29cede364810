"""The way to the Bot API: the library's `Bot` with our timeouts, who we are there, and groups that change their id."""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from typing import Any, TypeVar

import httpx
import telegram
from telegram.error import ChatMigrated
from telegram.request import HTTPXRequest

from bot.config import TelegramSettings
from bot.desk import committee
from bot.meters import Meters
from bot.outbox.pace import Pace
from bot.parts import App
from bot.platforms.telegram import NAME
from bot.platforms.telegram.errors import asking
from bot.platforms.telegram.pace import Gates, PacedRequest

Answered = TypeVar("Answered")

# Everything that we handle. Telegram keeps the list of the last poll, so it goes with every one; by default it leaves
# out `chat_member`.
UPDATES = ("message", "edited_message", "callback_query", "my_chat_member", "chat_member", "chat_join_request")
CONNECT, READ, WRITE, POOL, MEDIA_WRITE = 10.0, 30.0, 30.0, 30.0, 120.0  # seconds
AT_ONCE = 32  # connections


class Connection:
    """One bot account. `bot` raises the library's errors: call it inside `asking`, or through `there`."""

    def __init__(self, app: App, settings: TelegramSettings) -> None:
        _hush()
        self.app = app
        self.gates = gates = Gates(Pace())
        self.unknown = asyncio.Event()  # Telegram said that it does not know our token
        paced = PacedRequest(gates, self.unknown, **options(AT_ONCE, app.meters))
        self._requests = (HTTPXRequest(**options(1, app.meters)), paced)
        self.bot = telegram.Bot(
            settings.token.get_secret_value(),
            base_url=f"{settings.api_url}/bot",
            base_file_url=f"{settings.api_url}/file/bot",
            get_updates_request=self._requests[0],
            request=self._requests[1],
        )
        self.me: telegram.User | None = None

    async def open(self) -> telegram.User:
        """Find out who we are, which proves the token. Raises `TokenRevoked` for a wrong one."""
        with asking():
            await self.bot.initialize()
            self.me = await self.bot.get_me()
        return self.me

    async def close(self) -> None:
        """Give the connections back."""
        await asyncio.gather(*(request.shutdown() for request in self._requests))

    @property
    def username(self) -> str:
        """Our name in addresses; empty until Telegram has told it."""
        return "" if self.me is None else (self.me.username or "")

    def line(self, *, up: bool) -> None:
        """Note whether Telegram answers."""
        self.app.meters.connected(NAME, self.app.now(), up=up)

    def title(self, chat: str) -> str:
        """A chat's name for a sentence, where it is bound."""
        bound = self.app.chats.get((NAME, chat))
        return "" if bound is None else bound.title

    async def updates(self, offset: int, seconds: int) -> Sequence[Any]:
        """Wait for updates and answer them as they came; `offset` confirms all with a lower id, 0 confirms none."""
        wanted: dict[str, Any] = {"timeout": seconds, "allowed_updates": list(UPDATES)}
        if offset:
            wanted["offset"] = offset
        # Spelt so that the library neither advises its own method, which fails on a batch with one update that it
        # cannot read, nor takes the connections that the other calls use.
        found = await self.bot.do_api_request("get_Updates", api_kwargs=wanted, read_timeout=seconds + READ)
        return found if isinstance(found, list) else []

    async def there(self, chat: str, do: Callable[[int], Awaitable[Answered]], right: str = "") -> Answered:
        """Do something in a chat. When the group has become a supergroup meanwhile, we follow it and do it there.
        `right` is the right that it takes, for the sentence when it is missing."""
        with asking(right, self.title(chat)):
            try:
                return await do(int(chat))
            except ChatMigrated as moved:
                await committee.handle_moved(self.app, NAME, chat, str(moved.new_chat_id))
                return await do(moved.new_chat_id)


def _hush() -> None:
    """Keep the token and members' words out of all logs: httpx writes the address of every call, which holds the token,
    and the library a whole answer that is not JSON."""
    for name, least in (
        ("httpx", logging.WARNING),
        ("httpcore", logging.WARNING),
        ("telegram.request", logging.CRITICAL),
    ):
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, least))


@cache
def trusted() -> ssl.SSLContext:
    """Whose certificates we trust. Reading them takes 30 ms, so it is done once for all connections."""
    return httpx.create_ssl_context()


def options(size: int, meters: Meters) -> dict[str, Any]:
    """How the library calls the Bot API, over that many connections; answers that say we ask too much are counted."""

    async def answered(response: httpx.Response) -> None:
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            meters.count("too_many", NAME)

    return {
        "httpx_kwargs": {"event_hooks": {"response": [answered]}, "verify": trusted()},
        "connection_pool_size": size,
        "connect_timeout": CONNECT,
        "read_timeout": READ,
        "write_timeout": WRITE,
        "pool_timeout": POOL,
        "media_write_timeout": MEDIA_WRITE,
    }
