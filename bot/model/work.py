"""What must be made true in the world, and the proof that it was."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any


class EffectClass(StrEnum):
    """What is promised when the outcome of a try is unknown."""

    IDEMPOTENT = "I"  # try again, the state is the same
    ESCALATION = "E"  # at least once, a repeat says that it is one
    PUBLIC = "P"  # visible at most once: prove it is absent before sending again, else ask a person
    RECEIPT = "R"  # best effort


class EffectKind(StrEnum):
    """Everything the bot makes true. Each has one performer in the desk."""

    CAPTURE = "capture"
    NOTICE = "notice"
    WARN = "warn"
    DELETE = "delete"
    TIMEOUT = "timeout"
    REMOVE = "remove"
    TELL_REMOVED = "tell_removed"
    ASK_SECOND = "ask_second"
    END_SECOND = "end_second"
    READMIT = "readmit"
    TELL_READMITTED = "tell_readmitted"
    CARD = "card"
    QUEUE_KNOCK = "queue_knock"
    GREET_KNOCK = "greet_knock"
    CODE_MAIL = "code_mail"
    REFER_KNOCK = "refer_knock"
    ADMIT = "admit"
    STATEMENT = "statement"
    STATEMENT_DM = "statement_dm"
    PIN_STATEMENT = "pin_statement"
    OFFICER_DM = "officer_dm"
    OFFICER_MAIL = "officer_mail"
    OFFICER_NEXT = "officer_next"
    QUESTION = "question"
    ANSWER = "answer"
    TELL_COMMITTEE = "tell_committee"
    SETUP = "setup"
    LEAVE = "leave"
    DIGEST = "digest"
    SWEEP = "sweep"
    UNLOCK = "unlock"
    CHECK_CHAT = "check_chat"
    TELL_UNION = "tell_union"
    SCREEN_AGAIN = "screen_again"
    DOUBT = "doubt"
    HEAD_MAIL = "head_mail"
    TAKE_BACK = "take_back"
    SAFEGUARD = "safeguard"
    SAFEGUARD_DM = "safeguard_dm"
    SAFEGUARD_MAIL = "safeguard_mail"


class EffectState(StrEnum):
    """Where an effect stands. UNKNOWN waits for a person; POISON was tried too often and alarms."""

    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"
    POISON = "poison"


class Priority(IntEnum):
    """Which effect goes first when the platform's rate allows only one."""

    URGENT = 0
    DELETE = 1
    DIRECT = 2
    NOTICE = 3
    CARD = 4
    LATER = 5


@dataclass(frozen=True, slots=True)
class Effect:
    """A row of the outbox. `key` makes it unique; `after` is an effect that must have ended first."""

    id: int
    key: str
    kind: EffectKind
    cls: EffectClass
    priority: int
    state: EffectState
    platform: str
    society_id: int | None
    case_id: int | None
    payload: dict[str, Any]
    run_at: datetime
    attempts: int
    after: int | None = None
    intent_at: datetime | None = None
    lease_owner: str | None = None
    lease_until: datetime | None = None
    receipt: dict[str, Any] | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that an effect came true: what the platform gave back (message id, place …) as JSON values."""

    data: dict[str, Any]
