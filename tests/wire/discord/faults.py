"""Misfortune on request: what a network, an edge or a tired server does to a call."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from tests.wire.discord.journal import matches

if TYPE_CHECKING:
    from tests.wire.discord.refusals import Refusal

JSON = "application/json"


@dataclass(slots=True)
class Fault:
    """What happens to matching calls. `times` None is for ever."""

    method: str
    path: str
    times: int | None = 1
    delay: float = 0.0
    reset_before: bool = False
    reset_after: bool = False
    status: int = 0
    body: str = ""
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)

    def meets(self, method: str, path: str) -> bool:
        return self.times != 0 and self.method in ("*", method) and matches(self.path, path)

    def spend(self) -> None:
        if self.times is not None:
            self.times -= 1


_PHRASES = {each.value: each.phrase for each in HTTPStatus}


class Faults:
    """The faults in waiting; the first that matches is met, once per call."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def answer(
        self,
        method: str,
        path: str,
        status: int,
        body: str | None = None,
        content_type: str = JSON,
        times: int | None = 1,
    ) -> Fault:
        """Answer with that status and body instead of doing it (an HTML page, half a JSON; None: what Discord says)."""
        said = (
            json.dumps({"message": f"{status}: {_PHRASES.get(status, 'Error')}", "code": 0}) if body is None else body
        )
        return self._add(Fault(method, path, times, status=status, body=said, content_type=content_type))

    def refuse(self, method: str, path: str, refusal: Refusal, times: int | None = 1) -> Fault:
        """Answer with Discord's own refusal instead of doing it (`refuse(20026)`)."""
        return self._add(Fault(method, path, times, status=refusal.status, body=json.dumps(refusal.body())))

    def delay(self, method: str, path: str, seconds: float, times: int | None = 1) -> Fault:
        """Answer, but only after `seconds` of real time; it is done at once."""
        return self._add(Fault(method, path, times, delay=seconds))

    def reset_before(self, method: str, path: str, times: int | None = 1) -> Fault:
        """Reset the connection; the call was never applied."""
        return self._add(Fault(method, path, times, reset_before=True))

    def reset_after(self, method: str, path: str, times: int | None = 1) -> Fault:
        """Apply the call, then reset the connection instead of answering."""
        return self._add(Fault(method, path, times, reset_after=True))

    def rate_limit(
        self, method: str, path: str, retry_after: float, scope: str = "user", times: int | None = 1, via: bool = True
    ) -> Fault:
        """429 with `retry_after`; `scope` is user, global or shared. Without `via` it looks like the edge's ban."""
        body = {
            "message": "You are being rate limited.",
            "retry_after": retry_after,
            "global": scope == "global",
            "code": 0,
        }
        headers = {"Retry-After": str(max(1, round(retry_after))), "X-RateLimit-Scope": scope}
        if scope == "global":
            headers["X-RateLimit-Global"] = "true"
        if via:
            headers["Via"] = "1.1 google"
        fault = Fault(method, path, times, status=429, body=json.dumps(body), headers=headers)
        return self._add(fault)

    def clear(self) -> None:
        self._waiting.clear()

    def _add(self, fault: Fault) -> Fault:
        self._waiting.append(fault)
        return fault

    def meet(self, method: str, path: str) -> Fault | None:
        """The fault this call runs into, spent by one."""
        for fault in self._waiting:
            if fault.meets(method, path):
                fault.spend()
                return fault
        return None
