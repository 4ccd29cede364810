"""Telegram's limits, kept before Telegram has to say so: 30 messages a second in all, one a second to a chat, 20 a
minute to a group. Deleting, banning and the like have none of their own; they are only counted with the 30.

The library's own limiter is not used: it counts deletions and bans as messages, and a pause that Telegram asks for in
one chat holds up every other.
"""

import asyncio
import json
from contextvars import ContextVar
from typing import Any

import structlog
from telegram.request import HTTPXRequest, RequestData

from bot.outbox.pace import Gate, Pace, Shut, Window, bearing

REFUSAL = "Telegram takes no more at the moment; it is done as soon as it does."
SAYING = ("send", "forward", "copy")
NOT_SAYING = ("sendchataction",)
OVERALL, CHAT, GROUP = (30, 1.0), (1, 1.0), (20, 60.0)  # how many, in how many seconds
MARGIN = 0.05  # seconds longer than that, for what the way to Telegram differs from call to call
UNAUTHORIZED, TOO_MANY = 401, 429
PAUSE = 5.0  # seconds to wait when Telegram asks for it without saying how long
CHATS = 2_000  # whose gates are remembered before those that stand open are dropped
log = structlog.get_logger(__name__)
_turn: ContextVar[list[str] | None] = ContextVar("turn", default=None)  # the chat, until something is said there


def _window(limit: tuple[int, float]) -> Window:
    return Window(limit[0], limit[1] + MARGIN)


class Gates:
    """Every gate of one bot account."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self._overall = _window(OVERALL)
        self._windows: dict[tuple[str, str], Window] = {}
        self._shut: dict[tuple[str, str], Shut] = {}

    def of(self, method: str, values: dict[str, Any]) -> tuple[Gate, ...]:
        """The gates that a call passes, from its method (any case) and its parameters."""
        chat, method = str(values.get("chat_id", "")), method.lower()
        shut = self._shut.get((_kind(method), chat))
        gates: list[Gate] = [self._overall] if shut is None else [self._overall, shut]
        if chat and _kind(method) == "say":
            gates.append(self._window("chat", chat, CHAT))
            if chat.startswith(("-", "@")):
                gates += [self._window("group", chat, GROUP)] * max(1, len(values.get("media") or ()))
        return tuple(gates)

    async def turn(self, chat: str) -> None:
        """Pass the gates of something to be said in a chat: the next that is said there in this context passes none."""
        await self.pace.pass_through(self.of("sendMessage", {"chat_id": chat}), REFUSAL)
        _turn.set([chat])

    async def enter(self, method: str, values: dict[str, Any]) -> None:
        """Pass the gates of a call, unless it is what a turn was taken for."""
        kept, chat = _turn.get(), str(values.get("chat_id", ""))
        if kept == [chat] and _kind(method.lower()) == "say":
            kept.clear()
            return
        await self.pace.pass_through(self.of(method, values), REFUSAL)

    def _window(self, kind: str, chat: str, limit: tuple[int, float]) -> Window:
        if len(self._windows) > CHATS:
            self._tidy()
        return self._windows.setdefault((kind, chat), _window(limit))

    def _tidy(self) -> None:
        now = self.pace.clock()
        longest = GROUP[1] + MARGIN
        self._windows = {key: one for key, one in self._windows.items() if one.times and now - one.times[-1] < longest}
        self._shut = {key: one for key, one in self._shut.items() if one.until > now}

    def refused(self, method: str, values: dict[str, Any], seconds: float) -> None:
        """Telegram asks for time: that chat is left alone for it, as far as such calls go."""
        key = _kind(method.lower()), str(values.get("chat_id", ""))
        self._shut.setdefault(key, Shut()).until = self.pace.clock() + seconds
        log.warning("telegram.asked_to_wait", method=method, chat=key[1], seconds=seconds)


def _kind(method: str) -> str:
    """What a pause covers: everything that is said in a chat, or calls of that method only."""
    return "say" if method.startswith(SAYING) and method not in NOT_SAYING else method


class PacedRequest(HTTPXRequest):
    """The library's way to the Bot API, through our gates. Sets `unknown` when Telegram does not know our token. Raises
    `RateLimited`, which the library wraps."""

    def __init__(self, gates: Gates, unknown: asyncio.Event, **options: Any) -> None:
        super().__init__(**options)
        self._gates, self._unknown = gates, unknown

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *more: Any, **timeouts: Any
    ) -> tuple[int, bytes]:
        """One call. When Telegram asks for time and the caller has the patience, it is made once more."""
        if method != "POST":  # a file
            return await super().do_request(url, method, request_data, *more, **timeouts)
        name, values = url.rpartition("/")[2], {} if request_data is None else dict(request_data.parameters)
        while True:
            await self._gates.enter(name, values)
            status, body = await super().do_request(url, method, request_data, *more, **timeouts)
            if status == UNAUTHORIZED:
                self._unknown.set()
            wait = asked_for(status, body)
            if wait == 0:
                return status, body
            self._gates.refused(name, values, wait)
            if wait > bearing().patience:
                return status, body


def asked_for(status: int, body: bytes) -> float:
    """Seconds that Telegram asks to wait; 0 when it does not ask."""
    if status != TOO_MANY:
        return 0.0
    try:
        return float(json.loads(body)["parameters"]["retry_after"]) or PAUSE
    except (ValueError, KeyError, TypeError):
        return PAUSE
