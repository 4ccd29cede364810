"""The nouns of membership lists: what a file gave, what was recognised in it, what it changes, what stops it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class RosterField(StrEnum):
    """What a column of a list can hold."""

    MEMBER_KEY = "member_key"
    EMAIL = "email"
    NAME = "name"
    FORENAME = "forename"
    SURNAME = "surname"
    GROUP = "group"
    MEMBER_TYPE = "member_type"
    JOINED_ON = "joined_on"
    EXPIRES_ON = "expires_on"
    ORDER_NO = "order_no"
    SOCIETY = "society"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Row:
    """One row as the file has it. `line` is where a person finds it: the line of a text, the row of a worksheet,
    else the position among the list's rows; counted from 1."""

    line: int
    cells: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Column:
    """A column's title, and what it holds where the source itself says so."""

    title: str
    field: RosterField | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file gave.

    With `columns` set the rows are data only and have a cell for each column at most; without, the header is still
    to be found among the rows. `origin` is the source's own id of the society, `made_at` when the file was exported
    or last saved; each empty where the file is silent.
    """

    file: str
    source: str
    sha256: str
    rows: tuple[Row, ...] = field(repr=False)
    columns: tuple[Column, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    header_line: int | None = None
    origin: str = ""
    made_at: datetime | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A column and the field it became. `examples` are masked; `guessed`: by its contents, not by its title."""

    title: str
    field: RosterField
    index: int
    guessed: bool = False
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupCount:
    """A membership group, its rows, and whether they count as paid."""

    name: str
    rows: int
    paid: bool


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was recognised in a file, fit to be shown: it holds no whole id or address.

    `missing` are fields whose remembered column is not in the file; `unused` the titles of columns nothing was made
    of; `undecided`: there are several groups, and nobody has said which of them are paid; `absent_groups`: paid
    groups that are not on the list.
    """

    file: str
    source: str
    encoding: str
    delimiter: str
    header_line: int | None
    rows: int
    columns: tuple[Placed, ...]
    unused: tuple[str, ...] = ()
    missing: tuple[tuple[RosterField, str], ...] = ()
    groups: tuple[GroupCount, ...] = ()
    undecided: bool = False
    absent_groups: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def mapping(self) -> dict[str, str]:
        """Field to column title, to be remembered for the society's next list."""
        return {placed.field.value: placed.title for placed in self.columns}


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One member on a list, normalised. `member_key` is trimmed, case-folded and a string always; dates are days in
    Europe/London, `expires_on` the last of them. Its representation shows nothing of the person."""

    member_key: str = field(repr=False)
    email: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    group: str = ""
    member_type: str | None = None
    joined_on: date | None = None
    expires_on: date | None = None
    order_no: str | None = field(default=None, repr=False)
    line: int = field(default=0, compare=False)


class ReviewKind(StrEnum):
    """Why a row waits for a person."""

    BLANK = "blank"  # no id: external and associate members
    INVALID = "invalid"  # the id, or the end of the membership, cannot be read
    DUPLICATE = "duplicate"  # the id stood on the same group's list before
    CONFLICT = "conflict"  # rows of one id disagree on the address: kept without it
    EMAIL = "email"  # the address is none: kept without it
    JOINED = "joined"  # the joining date cannot be read: kept without it
    NOT_A_PERSON = "not_a_person"  # a total, a repeated header, a footnote


@dataclass(frozen=True, slots=True)
class Review:
    """A row for a person to look at, and why, in a sentence without whole ids or addresses."""

    line: int
    kind: ReviewKind
    reason: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A list, normalised: one entry for each paid member, and everything that did not become one.

    `rows` = rows that became or merged into an entry + `unpaid` + rows in `review` that were not kept. `repeated` are
    rows of one member in several paid groups. `newest_join` is the latest joining day of any paid row. `societies`
    are the names in a column of societies, `years` the calendar years in which the membership years begin that the
    list states.
    """

    recognised: Recognised
    sha256: str
    entries: tuple[RosterEntry, ...] = field(repr=False)
    review: tuple[Review, ...]
    rows: int
    unpaid: int = 0
    repeated: int = 0
    origin: str = ""
    societies: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    made_at: datetime | None = None
    newest_join: date | None = None


@dataclass(frozen=True, slots=True)
class ListRules:
    """How one society's lists are read and when an import stops.

    `paid_groups` are the groups that make a member (none named: a single group, and a list without groups, do);
    `unpaid_groups` never do, unless they are named as paid. `prefixes` are letters that stand before a student number
    in some places and not in others ("u", "s"). `societies` are the names the society goes by. Shares are of 1.
    """

    paid_groups: tuple[str, ...] = ()
    unpaid_groups: tuple[str, ...] = ("Mailing List",)
    prefixes: tuple[str, ...] = ()
    societies: tuple[str, ...] = ()
    size_change: float = 0.20
    removals: int = 5
    removal_share: float = 0.10
    faulty_share: float = 0.01
    blank_share: float = 0.10
    year_starts: tuple[int, int] = (8, 1)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a list changes, by keyed hash, each tuple sorted.

    Everyone on the list is in exactly one of `added`, `renewed` (in grace or lapsed before, or with a later end),
    `kept` and `expired` (on the list, but the membership is over); `ended` are those of `expired` who were members
    until this list said so. Of those who are not on it, `removed` were members until now; `absent` were in grace or
    had run out. Whoever had lapsed before and is not on it is in none.
    """

    added: tuple[bytes, ...] = ()
    removed: tuple[bytes, ...] = ()
    kept: tuple[bytes, ...] = ()
    renewed: tuple[bytes, ...] = ()
    expired: tuple[bytes, ...] = ()
    ended: tuple[bytes, ...] = ()
    absent: tuple[bytes, ...] = ()
    members_before: int = 0

    @property
    def losses(self) -> int:
        """How many people would stop being members."""
        return len(self.removed) + len(self.ended)

    @property
    def is_empty(self) -> bool:
        """Whether the list changes nobody's membership."""
        return not (self.added or self.renewed or self.losses)

    @property
    def size(self) -> int:
        """How many different members the list has, those whose membership is over included."""
        return len(self.added) + len(self.renewed) + len(self.kept) + len(self.expired)


@dataclass(frozen=True, slots=True)
class LastImport:
    """What is remembered of the list applied last: never its rows."""

    source: str
    members: int
    sha256: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    made_at: datetime | None = None
    newest_join: date | None = None
    origin: str = ""
    paid_groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an import stops, as a sentence. A `final` one cannot be confirmed away: the list is unusable."""

    text: str
    final: bool = False


@dataclass(frozen=True, slots=True)
class Brake:
    """The verdict on an import. Reasons that are not final may be confirmed by a person who has looked."""

    reasons: tuple[Reason, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the list may be applied without a further word."""
        return not self.reasons

    @property
    def final(self) -> bool:
        """Whether no confirmation helps."""
        return any(reason.final for reason in self.reasons)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The reasons in words."""
        return tuple(reason.text for reason in self.reasons)
