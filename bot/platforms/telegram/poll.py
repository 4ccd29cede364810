"""Fetching updates by long polling: each batch is stored before the next call confirms it."""

import asyncio
import random

import structlog
from telegram.error import Conflict, TelegramError

from bot import failpoints
from bot.errors import PlatformError, RateLimited, TokenRevoked
from bot.platforms.telegram.connection import Connection
from bot.platforms.telegram.errors import platform_error
from bot.platforms.telegram.inbox import Inbox, has_id

SECONDS = 50  # what Telegram allows a call to wait
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
log = structlog.get_logger(__name__)


class Poll:
    """The loop that asks for updates, until the token is refused or another program uses it."""

    def __init__(self, connection: Connection, inbox: Inbox, seconds: int = SECONDS) -> None:
        self._connection, self._inbox, self._seconds = connection, inbox, seconds
        self._offset = 0
        self._failed = 0

    async def run(self) -> PlatformError:
        """Poll for ever; returns when it is of no use to go on, and why."""
        while True:
            try:
                await self.once()
            except Conflict as error:
                meaning = "another program polls with our token, so this one stops; run one"
                log.error("telegram.conflict", meaning=meaning, why=error.message)
                self._connection.line(up=False)
                return platform_error(error)
            except TelegramError as error:
                known = platform_error(error)
                if isinstance(known, TokenRevoked):
                    self._connection.line(up=False)
                    log.error(
                        "telegram.token_revoked", meaning="Telegram no longer accepts the token; put in a new one"
                    )
                    return known
                await self._wait(known)
            except Exception as error:  # database away: nothing was confirmed, so try again
                log.exception("telegram.poll_failed")
                await self._wait(error)

    async def once(self) -> None:
        """One call, its updates stored."""
        # After a failure Telegram is asked for a short answer, which tells at once that it is back.
        updates = await self._connection.updates(self._offset, 0 if self._failed else self._seconds)
        self._connection.line(up=True)
        await self._inbox.keep(updates)
        if updates:
            failpoints.reach("telegram.stored")
        self._failed = 0
        # An empty answer means that all before was confirmed. Then we ask without an offset, because after a quiet
        # week Telegram may go on at a lower id, which an offset would confirm unseen.
        self._offset = max((one["update_id"] + 1 for one in updates if has_id(one)), default=0)

    async def _wait(self, error: Exception) -> None:
        self._failed += 1
        self._connection.line(up=False)
        wait = pause(self._failed, random.random())  # noqa: S311 - jitter, not a secret
        if isinstance(error, RateLimited):
            wait = error.retry_after
        log.warning("telegram.poll_again", why=type(error).__name__, seconds=round(wait, 1))
        await asyncio.sleep(wait)


def pause(failed: int, luck: float) -> float:
    """Seconds to wait after that many failures in a row: doubling up to half a minute; `luck` in [0, 1) spreads it."""
    return float(min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failed - 1, 10))) * (0.75 + luck / 2)
