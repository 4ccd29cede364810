"""The time of this Telegram, so that age rules (48 hours, 5 minutes, 10 seconds, 150 seconds) need no waiting."""

import time


class Clock:
    """Seconds since 1970. Runs with the wall until given a start; then it stands still.
    `advance` moves it either way."""

    def __init__(self, start: float | None = None) -> None:
        self._start = start
        self._ahead = 0.0

    def now(self) -> float:
        """The time now, in seconds since 1970."""
        return (time.time() if self._start is None else self._start) + self._ahead

    def stand(self, at: float) -> None:
        """Stand still at that time."""
        self._start, self._ahead = at, 0.0

    def date(self) -> int:
        """The time now as the Bot API writes dates: whole seconds."""
        return int(self.now())

    def advance(self, seconds: float = 0.0, *, minutes: float = 0.0, hours: float = 0.0) -> None:
        """Let time pass (what expires is dropped when it is next looked at)."""
        self._ahead += seconds + 60.0 * minutes + 3600.0 * hours
