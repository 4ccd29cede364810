"""What was asked of this Discord and what it told, in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from tests.wire.discord.components import Json
    from tests.wire.discord.messages import File
    from tests.wire.discord.waiting import Bell


@dataclass(slots=True)
class Call:
    """A request. `path` starts after /api/v10; `route` is its documented template, empty when there is none.
    `applied`: it changed or read the world. `answer` is the JSON sent back, `status` 0 when none was sent."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    files: Sequence[File]
    reason: str
    at: datetime
    application_id: int | None = None
    route: str = ""
    applied: bool = False
    status: int = 0
    answer: Any = None
    parts: Sequence[str] = field(default=(), repr=False)
    form: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """A gateway event as given to one session. `delivered` is false when a fault kept it back for good."""

    name: str
    data: Json
    at: datetime
    session_id: str
    delivered: bool = True


def matches(pattern: str, path: str) -> bool:
    """Do they agree segment by segment? `*` is any one segment; the pattern `*` alone is any path."""
    if pattern == "*":
        return True
    wanted, given = pattern.strip("/").split("/"), path.strip("/").split("/")
    return len(wanted) == len(given) and all(want in ("*", have) for want, have in zip(wanted, given, strict=True))


class Journal:
    """Calls and events, oldest first."""

    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._calls: list[Call] = []
        self._events: list[Event] = []

    def calls(self, method: str | None = None, path: str | None = None) -> list[Call]:
        """Those with that method and path (`/channels/*/messages`), or all."""
        return [call for call in self._calls if method in (None, call.method) and matches(path or "*", call.path)]

    def applied(self, method: str | None = None, path: str | None = None) -> list[Call]:
        return [call for call in self.calls(method, path) if call.applied]

    def events(self, name: str | None = None) -> list[Event]:
        return [event for event in self._events if name in (None, event.name)]

    async def call(self, method: str, path: str, nth: int = 1, seconds: float = 5.0) -> Call:
        """Wait for the nth such call to be answered (or dropped)."""
        await self._bell.until(lambda: len(self.calls(method, path)) >= nth, seconds, f"{method} {path}")
        return self.calls(method, path)[nth - 1]

    def write(self, entry: Call | Event) -> None:
        if isinstance(entry, Call):
            self._calls.append(entry)
        else:
            self._events.append(entry)
        self._bell.ring()
