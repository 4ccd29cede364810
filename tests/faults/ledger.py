"""What people were told, against which the database, the chats and the mailbox are held in the end."""

from dataclasses import dataclass, field

from tests.faults.sides import Said


@dataclass(frozen=True, slots=True)
class Claim:
    """A flag: by whom, about what; `thanked`: the reporter was told that it was received."""

    said: Said
    reporter: str
    thanked: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A step that somebody was told is being taken, on the case of that reference."""

    reference: str
    kind: str
    platform: str


@dataclass
class Ledger:
    """Everything that was asked for, and what was promised of it."""

    claims: list[Claim] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
