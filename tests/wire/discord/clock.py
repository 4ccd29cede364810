"""Time as this Discord sees it, and the ids made from it."""

from datetime import UTC, datetime, timedelta

DISCORD_EPOCH_MS = 1_420_070_400_000


class Clock:
    """The real time plus a shift that a test may grow. Nothing here sleeps."""

    def __init__(self) -> None:
        self._shift = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._shift

    def advance(self, by: timedelta) -> None:
        """Let `by` pass at once."""
        self._shift += by


class Snowflakes:
    """Ids that grow, are unique, and carry the millisecond they were made in (as Discord's do)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> int:
        made = snowflake_at(self._clock.now())
        self._last = max(made, self._last + 1)
        return self._last


def snowflake_at(moment: datetime) -> int:
    """The smallest id of that millisecond."""
    return (int(moment.timestamp() * 1000) - DISCORD_EPOCH_MS) << 22


def moment_of(snowflake: int) -> datetime:
    """When an id was made."""
    return datetime.fromtimestamp(((snowflake >> 22) + DISCORD_EPOCH_MS) / 1000, UTC)


def iso(moment: datetime | None) -> str | None:
    """A time as Discord writes it."""
    return None if moment is None else moment.astimezone(UTC).isoformat()
