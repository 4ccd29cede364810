"""The way to Discord: where it is, when we may introduce ourselves again, and what ends it for good."""

import asyncio
import json
import random
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.errors import Forbidden, PlatformError, RateLimited, TokenRevoked
from bot.platforms.discord.kept import Kept
from bot.platforms.discord.write import MENTIONS

KEY = "discord:identified"
READY_AFTER = 0.5  # seconds without another server, after which all are taken as told
PATIENCE = 30.0  # seconds a rate limit may make a call wait before it is told as such
LONGEST_HELD = 20.0  # seconds the library may be held while connected; it gives up on a connection after 60
DAY = 86_400.0
FREE = 10  # introductions a day without a pause
FIRST_PAUSE, GROWTH = 5.0, 1.235  # so that the pauses of 40 more add up to a day: never above 50
SPACING = 5.0  # Discord takes one introduction every five seconds


def intents() -> discord.Intents:
    """Exactly what the program needs to hear."""
    return discord.Intents(
        guilds=True,
        members=True,
        message_content=True,
        guild_messages=True,
        dm_messages=True,
        moderation=True,
        auto_moderation_execution=True,
    )


def options() -> dict[str, Any]:
    """How the library's client is made. It keeps no messages; we keep our own."""
    return {
        "intents": intents(),
        "allowed_mentions": MENTIONS,
        "max_messages": None,
        "max_ratelimit_timeout": PATIENCE,
        "guild_ready_timeout": READY_AFTER,
    }


def point_at(api_url: str, gateway_url: str) -> Callable[[], None]:
    """Make the library talk to these addresses (empty: Discord's own); answers what undoes it.

    The library keeps both on its classes, so they hold for the whole process. A gateway's address ends with a slash."""
    api, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    if api_url:
        Route.BASE = api_url.rstrip("/")
    if gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url.rstrip("/") + "/")

    def undo() -> None:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = api, gateway

    return undo


def pause(before: Sequence[float], now: float, luck: float) -> float:
    """Seconds to wait until the next IDENTIFY, given the times of those before (seconds since 1970) and `luck` in
    [0, 1); what has gone by since the last one counts. Beyond 1,000 a day Discord takes the token away; this stays
    under 50, however often we restart."""
    recent = [at for at in before if now - at < DAY]
    over = len(recent) - FREE
    backoff = FIRST_PAUSE * GROWTH**over * (1 + luck / 4) if over >= 0 else 0.0
    return max(0.0, recent[-1] + max(SPACING, backoff) - now) if recent else 0.0


def remembered(kept: str) -> list[float]:
    """The times of earlier introductions, from what was kept."""
    return [float(at) for at in json.loads(kept)] if kept else []


def to_keep(before: Sequence[float], now: float) -> str:
    """What to keep with one more introduction at `now`."""
    return json.dumps([*(at for at in before if now - at < DAY), now])


class Introductions:
    """Counts our IDENTIFYs across restarts."""

    def __init__(self, kept: Kept, now: Callable[[], datetime]) -> None:
        self._kept, self._now = kept, now
        self._luck = random.random()  # noqa: S311 - jitter, not a secret

    async def due(self) -> float:
        """Seconds until the next one may be made."""
        before = remembered(await self._kept.load(KEY))
        return pause(before, self._now().timestamp(), self._luck)

    async def make(self) -> None:
        """Wait until the next may be made, and count it. Raises `RateLimited` when that is too long to stay connected
        for."""
        seconds = await self.due()
        if seconds > LONGEST_HELD:
            raise RateLimited("Porter has connected to Discord too often today.", seconds)
        await asyncio.sleep(seconds)
        before = remembered(await self._kept.load(KEY))
        await self._kept.save(KEY, to_keep(before, self._now().timestamp()))
        self._luck = random.random()  # noqa: S311


def lasting(error: BaseException) -> PlatformError | None:
    """What to say of a connection that ended for good; None when another try may succeed."""
    match error:
        case discord.LoginFailure():
            return TokenRevoked("Discord does not accept the token. Put a new one into the configuration.")
        case discord.PrivilegedIntentsRequired():
            return Forbidden(
                "Discord refuses the privileged intents. Turn on “Server Members Intent” and “Message Content Intent” "
                "for the application, in Discord's developer portal under Bot."
            )
        case discord.ConnectionClosed() if error.code == 4004:
            return TokenRevoked("Discord no longer accepts the token. Put a new one into the configuration.")
        case discord.ConnectionClosed() if error.code in (4010, 4011, 4012, 4013):
            return PlatformError(f"Discord closed the connection for good (code {error.code}).")
        case _:
            return None
