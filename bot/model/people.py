"""Who is known to us and what they may do."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.model.world import AccountRef


class Role(StrEnum):
    """What a person may do. MEMBER needs no seat; the others are held by a seat with dates."""

    MEMBER = "member"
    MODERATOR = "moderator"
    LEAD = "lead"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Society:
    """One student group of the Union. `slug` is its short name on the command line. From `freeze_from` to `freeze_to`
    inclusive, such as around an election, nobody is removed by one person alone."""

    id: int
    slug: str
    name: str
    created_at: datetime
    closed_at: datetime | None = None
    freeze_from: date | None = None
    freeze_to: date | None = None

    def frozen(self, day: date) -> bool:
        """Whether removals need a second person on that day."""
        return self.freeze_from is not None and self.freeze_to is not None and self.freeze_from <= day <= self.freeze_to


@dataclass(frozen=True, slots=True)
class Account:
    """One of a person's accounts. `dm_place` is where we may write to them, once they opened it (Telegram)."""

    id: int
    person_id: int
    platform: str
    external_id: str
    name: str
    handle: str

    @property
    def ref(self) -> AccountRef:
        """This account as its platform knows it."""
        return AccountRef(self.platform, self.external_id, self.name, self.handle)


class ChatPurpose(StrEnum):
    """What a bound chat is for."""

    MEMBERS = "members"
    COMMITTEE = "committee"


@dataclass(frozen=True, slots=True)
class Chat:
    """A Discord server or Telegram group bound to a society.

    `committee_channel`, `welcome_channel` and `member_role` are Discord's; a Telegram committee has a chat of its own.
    """

    id: int
    society_id: int
    platform: str
    external_id: str
    title: str
    purpose: ChatPurpose
    bound_at: datetime
    unbound_at: datetime | None = None
    committee_channel: str = ""
    welcome_channel: str = ""
    member_role: str = ""


@dataclass(frozen=True, slots=True)
class BindCode:
    """A one-time code with which a seated committee member binds a chat. Only its keyed hash is kept."""

    id: int
    society_id: int
    purpose: ChatPurpose
    hash: bytes
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """A named power: a role held by one person for one society (None: the Union), from `starts` to `ends` inclusive.

    Access to members' data needs `trained_on`, the date of the holder's GDPR training. An officer's seat with a
    `contact_order` makes them a contact, tried in that order.
    """

    id: int
    person_id: int
    society_id: int | None
    role: Role
    name: str
    starts: date
    ends: date
    trained_on: date | None = None
    ended_at: datetime | None = None
    contact_order: int | None = None
    email: str = ""
    title: str = ""

    def in_force(self, day: date) -> bool:
        """Whether the seat gives power on that day."""
        return self.ended_at is None and self.starts <= day <= self.ends

    def trained(self, day: date) -> bool:
        """Whether the holder had done the GDPR training by that day."""
        return self.trained_on is not None and self.trained_on <= day


@dataclass(frozen=True, slots=True)
class Contact:
    """An officer in the order in which they are tried, with the accounts and the address that reach them."""

    seat_id: int
    person_id: int
    name: str
    title: str
    order: int
    email: str
    accounts: tuple[AccountRef, ...]


class MembershipState(StrEnum):
    """Where a membership stands on the society's list."""

    CURRENT = "current"
    GRACE = "grace"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Membership:
    """One place on the roster as last imported: keyed hashes, never the list itself. `email_sealed` is kept only
    while a code may have to reach it."""

    id: int
    society_id: int
    member_hash: bytes
    email_hash: bytes | None
    email_sealed: bytes | None
    group_name: str
    expires_on: date | None
    state: MembershipState


class KnockState(StrEnum):
    """How far a request to enter has come."""

    ASKED = "asked"  # told how to prove membership
    CODE_SENT = "code_sent"
    REFERRED = "referred"  # waits for a person of the committee
    APPROVED = "approved"
    ADMITTED = "admitted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Knock:
    """A request to enter one chat by one account. `handle` is what the platform needs to answer it."""

    id: int
    society_id: int
    chat_id: int
    account_id: int
    state: KnockState
    handle: str
    asked_at: datetime
    membership_id: int | None = None
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """A code sent to the address on the list. `membership_id` is None for a decoy: the number was not to be served,
    and the person must not be able to tell."""

    id: int
    knock_id: int
    membership_id: int | None
    hash: bytes
    tries: int
    expires_at: datetime
    used_at: datetime | None = None
