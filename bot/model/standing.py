"""How far a rule is trusted."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Standing(StrEnum):
    """A rule is on trial (it hits silently, for a sheet), in force, lowered (it was wrong too often: the day's digest
    alone), or discarded."""

    TRIAL = "trial"
    IN_FORCE = "in_force"
    LOWERED = "lowered"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class RuleStanding:
    """How a rule stands since when. `print` is of what it looks for; a trial lasts until `until`; decisions on its
    cases count from `since`; `told` once those who look after the rules know that the trial is over."""

    rule: str
    print: str
    state: Standing
    since: datetime
    until: datetime | None
    told: bool


@dataclass(frozen=True, slots=True)
class Record:
    """What people decided on the cases that a rule brought: upheld, or dismissed."""

    upheld: int = 0
    dismissed: int = 0

    @property
    def decided(self) -> int:
        """How many there were."""
        return self.upheld + self.dismissed

    @property
    def precision(self) -> float | None:
        """The share that was upheld; None before anything was decided."""
        return self.upheld / self.decided if self.decided else None


@dataclass(frozen=True, slots=True)
class Sighting:
    """A message that a rule on trial would have brought up. Its words are not kept."""

    id: int
    rule: str
    society_id: int
    chat_id: int
    channel: str
    message: str
    noticed_at: datetime
