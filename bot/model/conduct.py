"""What is said of conduct: rules' verdicts, people's reports, cases, actions, evidence."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.world import View


class Kind(StrEnum):
    """The five kinds of zero-tolerance conduct (U4), and what else screening can name."""

    SEXUAL_HARASSMENT = "sexual_harassment"
    DISCRIMINATION = "discrimination"
    ABUSE = "abuse"
    THREAT = "threat"
    BULLYING = "bullying"
    MILD = "mild"
    SPAM = "spam"
    RAID = "raid"


class Level(StrEnum):
    """How a hit reaches people: not at all, as a line of the day's digest, or as a card now."""

    NONE = "none"
    DIGEST = "digest"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class Hit:
    """One rule matched. [start, end) are code points of the raw text in that view; `version` is the pack's."""

    rule: str
    kind: Kind
    severity: int  # 1 (minor) to 4 (danger to someone)
    level: Level
    version: str
    view: View
    start: int
    end: int
    words: str
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """All rules together on one message. `failed` names checks that broke: the message then counts as unscreened.
    One that is `open` has yet to be read closely."""

    level: Level = Level.NONE
    severity: int = 0
    hits: tuple[Hit, ...] = ()
    failed: tuple[str, ...] = ()
    open: bool = False


class CaseState(StrEnum):
    """open → escalated → closed."""

    OPEN = "open"
    ESCALATED = "escalated"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a case ended; the first two are the committee's, the others the Union's (U9)."""

    DISMISSED = "dismissed"
    SETTLED = "settled"
    SUPPORT_OFFERED = "support_offered"
    INFORMAL_ADVICE = "informal_advice"
    INVESTIGATION = "investigation"
    REFERRED = "referred"
    NO_FURTHER_ACTION = "no_further_action"


@dataclass(frozen=True, slots=True)
class Case:
    """Reports and actions about one person in one society. `subject_id` is the account first reported. `version` counts
    changes; `restricted` hides it from the committee because its subject sits on one. `ladder_version` is the policy in
    force when it was opened."""

    id: int
    ref: str
    society_id: int
    chat_id: int
    subject_id: int
    person_id: int
    state: CaseState
    severity: int
    restricted: bool
    version: int
    ladder_version: str
    opened_at: datetime
    closed_at: datetime | None = None
    outcome: Outcome | None = None


class ReportKind(StrEnum):
    """Who claims: a person, or a rule."""

    PERSON = "person"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Report:
    """A claim by a person or a rule about one message. `reporter_id` is an account (None: a rule); the reporter is
    shown to the Union only. `message` and `album` (space-separated) are the platform's ids in `channel` of the chat;
    `subject_id` is the account that said it. Once `safeguarded_at`, no copy of the message's files is kept or made."""

    id: int
    case_id: int
    kind: ReportKind
    reporter_id: int | None
    chat_id: int
    subject_id: int
    channel: str
    message: str
    album: str
    reason: str
    rule: str
    severity: int
    reported_at: datetime
    deleted_at: datetime | None = None
    safeguarded_at: datetime | None = None


class ActionKind(StrEnum):
    """What a committee may do about a case: the four steps, the ways around them, and taking a removal back."""

    NOTICE = "notice"
    WARN = "warn"
    DELETE = "delete"
    TIMEOUT = "timeout"
    REMOVE = "remove"
    ESCALATE = "escalate"
    DISMISS = "dismiss"
    READMIT = "readmit"


class ActionState(StrEnum):
    """What became of an action. WAITING: a second person must agree first. UNKNOWN: the platform never answered, and a
    person must look."""

    WAITING = "waiting"
    PENDING = "pending"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Action:
    """A step taken on a case, by whom, and what came of it. `name` is the holder's as it was then; `second_*` is who
    agreed, where one person's word was not enough. Without a seat it was done by hand, outside Porter."""

    id: int
    case_id: int
    kind: ActionKind
    key: str
    state: ActionState
    seat_id: int | None
    name: str
    detail: str
    reason: str
    asked_at: datetime
    settled_at: datetime | None = None
    second_seat_id: int | None = None
    second_name: str = ""


class Provenance(StrEnum):
    """How far an exhibit proves itself. What is only handed in is never the sole basis of anything."""

    CAPTURED = "A"  # by us, from the platform, at the click
    HEARD = "B"  # by us, from the platform, before: out of the rolling buffer or the chat's history
    UNVERIFIED = "C"  # handed in by a person


class ExhibitKind(StrEnum):
    """What an exhibit is."""

    MESSAGE = "message"
    CONTEXT = "context"
    ATTACHMENT = "attachment"
    SCREENSHOT = "screenshot"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One item of evidence, sealed at rest. `sha256` is of the plain bytes; `note` says what is missing and why."""

    id: int
    case_id: int
    kind: ExhibitKind
    provenance: Provenance
    key: str
    name: str
    media_type: str
    sha256: str
    size: int
    captured_at: datetime
    note: str = ""


class Urgency(StrEnum):
    """Which clock an escalation runs by."""

    URGENT = "urgent"
    STANDARD = "standard"


@dataclass(frozen=True, slots=True)
class Escalation:
    """A case brought to the Union's officers. `reached_*` stay None until a receipt says so."""

    id: int
    case_id: int
    urgency: Urgency
    reason: str
    asked_by: str
    seal: str
    asked_at: datetime
    tried: int = 0
    reached_at: datetime | None = None
    reached_name: str = ""
    acknowledged_at: datetime | None = None
    holder_seat_id: int | None = None
    holder_name: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question to an officer, or from one to a committee, answered back through the bot."""

    id: int
    society_id: int
    case_id: int | None
    asker_id: int
    to_union: bool
    text: str
    asked_at: datetime
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None
