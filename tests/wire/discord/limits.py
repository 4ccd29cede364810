"""Rate limits: real buckets with Discord's headers, and the count of invalid requests."""

from __future__ import annotations

import hashlib
import json
import time
from collections import deque
from dataclasses import dataclass, field

from tests.wire.discord.journal import matches

INVALID_WINDOW = 600.0
INVALID_STATUSES = (401, 403, 429)


@dataclass(slots=True)
class Bucket:
    """A window of `per` seconds (real time) with room for `limit` calls."""

    limit: int
    per: float
    used: int = 0
    ends: float = 0.0

    def take(self, now: float) -> bool:
        """Count one call; False when there is no room."""
        if now >= self.ends:
            self.used, self.ends = 0, now + self.per
        if self.used >= self.limit:
            return False
        self.used += 1
        return True


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a bucket says of a call: `headers` to send in any case, and the 429's body when it is refused."""

    headers: dict[str, str]
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class _Rule:
    method: str
    path: str
    limit: int
    per: float
    buckets: dict[str, Bucket] = field(default_factory=dict)


class Limits:
    """Wide open until told otherwise: a thousand calls a second per route and resource, as its headers say."""

    def __init__(self) -> None:
        self._rules: list[_Rule] = []
        self._default = _Rule("*", "*", 1000, 1.0)
        self._everywhere: Bucket | None = None
        self._invalid: deque[float] = deque()
        self.ban_after = 10_000

    def set(self, method: str, path: str, limit: int, per: float) -> None:
        """`limit` calls in `per` seconds on that route, for each channel, server or webhook apart."""
        self._rules.insert(0, _Rule(method, path, limit, per))

    def everywhere(self, limit: int, per: float) -> None:
        """A global limit (Discord's own is 50 a second). Interaction answers are outside it."""
        self._everywhere = Bucket(limit, per)

    @property
    def invalid(self) -> int:
        """How many answers were 401, 403 or 429 in the last ten minutes."""
        now = time.monotonic()
        while self._invalid and self._invalid[0] < now - INVALID_WINDOW:
            self._invalid.popleft()
        return len(self._invalid)

    @property
    def banned(self) -> bool:
        """Has the edge had enough of this address?"""
        return self.invalid >= self.ban_after

    def count(self, status: int) -> None:
        if status in INVALID_STATUSES:
            self._invalid.append(time.monotonic())

    def judge(self, method: str, path: str, route: str) -> Verdict:
        """Take one call from its buckets."""
        now = time.monotonic()
        if self._everywhere is not None and not path.startswith("/interactions/") and not self._everywhere.take(now):
            return self._refused({}, self._everywhere, now, "global")
        rule = next((each for each in self._rules if _meets(each, method, path)), self._default)
        major = "/".join(path.split("/")[:3])
        bucket = rule.buckets.setdefault(f"{method} {route} {major}", Bucket(rule.limit, rule.per))
        granted = bucket.take(now)
        headers = _headers(bucket, now, f"{method} {route}")
        return Verdict(headers) if granted else self._refused(headers, bucket, now, "user")

    def _refused(self, headers: dict[str, str], bucket: Bucket, now: float, scope: str) -> Verdict:
        wait = round(max(bucket.ends - now, 0.001), 3)
        body = {"message": "You are being rate limited.", "retry_after": wait, "global": scope == "global", "code": 0}
        told = {**headers, "Via": "1.1 google", "X-RateLimit-Scope": scope, "Retry-After": str(max(1, round(wait)))}
        if scope == "global":
            told["X-RateLimit-Global"] = "true"
        return Verdict(told, json.dumps(body))


def _meets(rule: _Rule, method: str, path: str) -> bool:
    return rule.method in ("*", method) and matches(rule.path, path)


def _headers(bucket: Bucket, now: float, name: str) -> dict[str, str]:
    wait = max(bucket.ends - now, 0.0)
    return {
        "X-RateLimit-Limit": str(bucket.limit),
        "X-RateLimit-Remaining": str(bucket.limit - bucket.used),
        "X-RateLimit-Reset": f"{time.time() + wait:.3f}",
        "X-RateLimit-Reset-After": f"{wait:.3f}",
        "X-RateLimit-Bucket": hashlib.sha256(name.encode()).hexdigest()[:32],
    }
