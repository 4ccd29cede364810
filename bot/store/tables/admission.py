"""Lists, proofs of membership, knocks, codes, acceptances, policies in force."""

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.model import KnockState, MembershipState
from bot.store.columns import Choice, Id, Json, UtcTime
from bot.store.tables.shape import metadata, of, row_id

rosters = Table(
    "rosters",
    metadata,
    row_id(),
    of("societies", "society_id"),
    Column("source", String(40), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("mapping", Json, nullable=False),
    Column("counts", Json, nullable=False),
    Column("exported_at", UtcTime),
    Column("applied_at", UtcTime, nullable=False),
    Column("applied_by", String(80), nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    row_id(),
    of("societies", "society_id"),
    Column("member_hash", LargeBinary, nullable=False),
    Column("email_hash", LargeBinary),
    Column("email_sealed", LargeBinary),
    Column("group_name", String(200), nullable=False),
    Column("expires_on", Date),
    Column("state", Choice(MembershipState), nullable=False),
    Column("grace_until", Date),
    UniqueConstraint("society_id", "member_hash"),
)

# One membership, at most one account per platform; one account, at most one membership of a society.
proofs = Table(
    "proofs",
    metadata,
    row_id(),
    of("memberships", "membership_id"),
    of("accounts", "account_id"),
    Column("society_id", Id, ForeignKey("societies.id"), nullable=False),
    Column("platform", String(20), nullable=False),
    Column("by", String(40), nullable=False),
    Column("proved_at", UtcTime, nullable=False),
    UniqueConstraint("membership_id", "platform"),
    UniqueConstraint("society_id", "account_id"),
)

knocks = Table(
    "knocks",
    metadata,
    row_id(),
    of("societies", "society_id"),
    of("chats", "chat_id"),
    of("accounts", "account_id"),
    Column("state", Choice(KnockState), nullable=False),
    Column("handle", Text, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("membership_id", Id, ForeignKey("memberships.id")),
    Column("decided_by", String(200), nullable=False, server_default=""),
    Index(
        "uq_knocks_open",
        "chat_id",
        "account_id",
        unique=True,
        sqlite_where=text("state IN ('asked', 'code_sent', 'referred', 'approved')"),
        postgresql_where=text("state IN ('asked', 'code_sent', 'referred', 'approved')"),
    ),
)

codes = Table(
    "codes",
    metadata,
    row_id(),
    of("knocks", "knock_id"),
    Column("membership_id", Id, ForeignKey("memberships.id")),
    Column("hash", LargeBinary, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
)

# What an account tried, for limits that survive a restart.
attempts = Table(
    "attempts",
    metadata,
    row_id(),
    of("accounts", "account_id"),
    Column("what", String(40), nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("ix_attempts_limit", "account_id", "what", "at"),
    Index("ix_attempts_what", "what", "at"),
)

acceptances = Table(
    "acceptances",
    metadata,
    row_id(),
    of("societies", "society_id"),
    of("accounts", "account_id"),
    Column("version", String(16), nullable=False),
    Column("shown_at", UtcTime),
    Column("accepted_at", UtcTime),
    UniqueConstraint("society_id", "account_id", "version"),
)

# Policies in force stay retrievable: the statement's wording, the ladder.
policies = Table(
    "policies",
    metadata,
    row_id(),
    Column("kind", String(20), nullable=False),
    Column("version", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("since", UtcTime, nullable=False),
    UniqueConstraint("kind", "version"),
)
