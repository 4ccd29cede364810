"""Discord's limits: each route's own, 50 calls a second in all, and the refusals after which it shuts us out.

These gates stand in the place of the library's limiter, which knows no priorities and sleeps with the call in hand:
there one full channel would hold up the removal of a message in another.
"""

import json
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import aiohttp
import structlog

from bot.errors import RateLimited
from bot.meters import Meters
from bot.outbox.pace import PERSONS, Pace, Shut, Window, bearing, share
from bot.platforms.discord.errors import BLOCKED_PAUSE
from bot.platforms.discord.kept import Kept
from bot.platforms.discord.read import NAME

KEY = "discord:invalid"
REFUSAL = "Discord takes no more at the moment; it is done as soon as it does."
OVERALL = (50, 1.05)  # calls, in how many seconds; a little more than Discord's one, for the way there
INVALID, MOST, SPAN = (401, 403, 429), 100, 600.0  # Discord shuts an address out after 10,000 in that many seconds
FOR_EFFECTS = 80  # of those; the rest lets us log in and answer people
SOON = 0.05  # seconds until a call looks again whether the one before it has been answered
BUCKETS = 1_000  # remembered before those that stand open are dropped
TOO_MANY = 429
OUTSIDE = ("/interactions/", "/webhooks/")  # answers to people, which Discord does not count with the rest
log = structlog.get_logger()


class Bucket:
    """One route's limit for one channel, server or webhook, as Discord's answers tell it; until the first answer, one
    call at a time. The library enters it around each of its calls."""

    def __init__(self, pace: Pace, known: Callable[[str, "Bucket"], None]) -> None:
        self._pace, self._known = pace, known
        self._limit, self.remaining, self._outgoing = 1, 1, 0
        self._until: float | None = None

    def wait(self, now: float, ahead: int, priority: int) -> float:  # noqa: ARG002 - who is more pressing is ahead
        """Until Discord fills it again."""
        if self._until is not None and now >= self._until:
            self.remaining, self._until = self._limit - self._outgoing, None
        if self.remaining > ahead:
            return 0.0
        return SOON if self._until is None else self._until - now

    def take(self, now: float) -> None:  # noqa: ARG002
        """A call goes out."""
        self.remaining -= 1
        self._outgoing += 1

    async def __aenter__(self) -> "Bucket":
        await self._pace.pass_through((self,), REFUSAL)
        _inside.set(self)
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._outgoing -= 1
        if self._until is None:
            self.remaining = self._limit - self._outgoing

    def update(self, answer: aiohttp.ClientResponse, *, use_clock: bool = False) -> None:  # noqa: ARG002
        """Take in what an answer's headers say."""
        told = answer.headers
        self._limit = int(told.get("X-RateLimit-Limit", 1))
        self.remaining = min(int(told.get("X-RateLimit-Remaining", 0)), self._limit - self._outgoing)
        self._until = self._pace.clock() + float(told.get("X-RateLimit-Reset-After", 0))
        self._known(told.get("X-RateLimit-Bucket", ""), self)

    def shut(self, seconds: float) -> None:
        """Discord refused a call and asks for that much time."""
        self.remaining, self._until = 0, self._pace.clock() + seconds

    @property
    def idle(self) -> bool:
        """Whether forgetting it loses nothing."""
        return not self._outgoing and (self._until is None or self._until <= self._pace.clock())


_inside: ContextVar[Bucket | None] = ContextVar("inside", default=None)


class Refusals:
    """The calls that Discord answered with 401, 403 or 429, kept across restarts: never more than `MOST` in `SPAN`
    seconds. A call under way may become one, so it is counted until it is answered."""

    def __init__(self, kept: Kept, now: Callable[[], datetime]) -> None:
        self._kept, self._now = kept, now
        self._times: list[float] = []
        self._loaded = False
        self._outgoing = 0

    async def load(self) -> None:
        """Take in what was kept, before the first call."""
        if not self._loaded:
            found = await self._kept.load(KEY)
            if not self._loaded:  # by another call meanwhile
                self._times = [*(json.loads(found) if found else ()), *self._times]
                self._loaded = True

    def wait(self, now: float, ahead: int, priority: int) -> float:  # noqa: ARG002 - these times outlive the clock's
        """Until enough of them are past, or of the calls under way are answered."""
        recent, most = self._recent(), MOST if priority <= PERSONS else share(FOR_EFFECTS, priority)
        if len(recent) + self._outgoing + ahead < most:
            return 0.0
        return SOON if len(recent) < most else recent[-most] + SPAN - self._now().timestamp()

    def take(self, now: float) -> None:  # noqa: ARG002
        """A call goes out."""
        self._outgoing += 1

    def _recent(self) -> list[float]:
        since = self._now().timestamp() - SPAN
        self._times = [at for at in self._times if at > since]
        return self._times

    def answered(self) -> None:
        """A call that went out has been answered, or broke."""
        self._outgoing -= 1

    async def count(self, status: int, scope: str) -> None:
        """Note an answer, if it is one of these. A limit shared with other bots is nobody's fault."""
        if status not in INVALID or (status == TOO_MANY and scope == "shared"):
            return
        recent = self._recent()
        recent.append(self._now().timestamp())
        await self._kept.save(KEY, json.dumps(recent))
        if len(recent) == MOST:
            log.error("discord.too_many_refusals", refusals=MOST, minutes=SPAN / 60, note="calls wait until it is less")


class Gates:
    """Every gate of one bot account. They stay when its connection is made anew."""

    def __init__(self, pace: Pace, kept: Kept, now: Callable[[], datetime], meters: Meters) -> None:
        self.pace, self.refusals, self._meters = pace, Refusals(kept, now), meters
        self._overall, self._shut = Window(*OVERALL), Shut()
        self._buckets: dict[str, Bucket] = {}

    def bucket(self, key: str) -> Bucket:
        """The bucket of a route, under its name or, once known, under Discord's; what follows the last colon names the
        channel, server or webhook."""
        if key not in self._buckets:
            if len(self._buckets) >= BUCKETS:
                self._buckets = {name: one for name, one in self._buckets.items() if not one.idle}
            _, _, major = key.rpartition(":")

            def known(name: str, bucket: Bucket) -> None:
                if name:
                    self._buckets.setdefault(f"{name}:{major}", bucket)

            self._buckets[key] = Bucket(self.pace, known)
        return self._buckets[key]

    def trace(self) -> aiohttp.TraceConfig:
        """What sees each call of the library's go out and its answer come."""
        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(self._goes_out)
        trace.on_request_end.append(self._comes_back)
        trace.on_request_exception.append(self._breaks)
        return trace

    async def _goes_out(
        self, _session: aiohttp.ClientSession, call: SimpleNamespace, params: aiohttp.TraceRequestStartParams
    ) -> None:
        path = params.url.path
        call.counted = path.startswith("/api/") and not any(part in path for part in OUTSIDE)
        if call.counted:
            await self.refusals.load()
            await self.pace.pass_through((self._overall, self._shut, self.refusals), REFUSAL)

    async def _breaks(self, _session: aiohttp.ClientSession, call: SimpleNamespace, _params: object) -> None:
        if call.counted:
            self.refusals.answered()
            call.counted = False

    async def _comes_back(
        self, session: aiohttp.ClientSession, call: SimpleNamespace, params: aiohttp.TraceRequestEndParams
    ) -> None:
        answer, headers = params.response, params.response.headers
        await self._breaks(session, call, params)
        await self.refusals.count(answer.status, headers.get("X-RateLimit-Scope", ""))
        if answer.status == TOO_MANY:
            self._meters.count("too_many", NAME)
            self._refused(headers.get("X-RateLimit-Scope", ""), _asked_for(await answer.read()))

    def _refused(self, scope: str, asked: float | None) -> None:
        """Discord asks for time. Who has the patience waits inside the library, which then tries again; it cannot when
        it was not told for how long."""
        seconds = BLOCKED_PAUSE if asked is None else asked
        log.warning("discord.asked_to_wait", scope=scope, seconds=seconds)
        inside = _inside.get()
        if scope == "global" or inside is None:
            self._shut.until = self.pace.clock() + seconds
        else:
            inside.shut(seconds)
        if asked is None or seconds > bearing().patience:
            raise RateLimited("Discord asks Porter to wait.", seconds)


def _asked_for(body: bytes) -> float | None:
    """The seconds that the body of a 429 names."""
    try:
        found: Any = json.loads(body)
        return float(found["retry_after"])
    except (ValueError, KeyError, TypeError):
        return None
