"""How far rules are trusted, and what that rests on."""

from sqlalchemy import Boolean, Column, Integer, String, Table, UniqueConstraint, text

from bot.model import Standing
from bot.store.columns import Choice, UtcTime
from bot.store.tables.shape import metadata, of, row_id

standings = Table(
    "standings",
    metadata,
    row_id(),
    Column("rule", String(80), nullable=False, unique=True),
    Column("print", String(64), nullable=False),
    Column("state", Choice(Standing), nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("until", UtcTime),
    Column("told", Boolean, nullable=False, server_default=text("false")),
)

# What rules on trial would have brought up: where it stands, never the words. Gone when the trial is decided.
sightings = Table(
    "sightings",
    metadata,
    row_id(),
    Column("rule", String(80), nullable=False, index=True),
    of("societies", "society_id"),
    of("chats", "chat_id"),
    Column("channel", String(64), nullable=False),
    Column("message", String(64), nullable=False),
    Column("noticed_at", UtcTime, nullable=False),
    UniqueConstraint("rule", "chat_id", "channel", "message"),
)

# What people made of a rule's cases. The case's number is no reference: this outlives the case and tells nothing of it.
decisions = Table(
    "decisions",
    metadata,
    row_id(),
    Column("rule", String(80), nullable=False),
    Column("case_number", Integer, nullable=False),
    Column("upheld", Boolean, nullable=False),
    Column("decided_at", UtcTime, nullable=False),
    UniqueConstraint("rule", "case_number"),
)
