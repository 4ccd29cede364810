"""Buttons, forms, posts, effects, the inbox, marks and the audit."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from bot.model import EffectClass, EffectKind, EffectState
from bot.store.columns import Choice, Id, Json, UtcTime
from bot.store.tables.shape import metadata, row_id

presses = Table(
    "presses",
    metadata,
    row_id(),
    Column("token", String(32), nullable=False, unique=True),
    Column("key", String(160), unique=True),
    Column("deed", String(40), nullable=False),
    Column("society_id", Id, ForeignKey("societies.id")),
    Column("case_id", Id, ForeignKey("cases.id")),
    Column("data", Json, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("uses", Integer),
    Column("actor_id", Id, ForeignKey("accounts.id")),
)

# A form waiting for a person's next messages, on platforms without forms of their own.
prompts = Table(
    "prompts",
    metadata,
    row_id(),
    Column("platform", String(20), nullable=False),
    Column("account", String(64), nullable=False),
    Column("form", Json, nullable=False),
    Column("values", Json, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    UniqueConstraint("platform", "account"),
)

# Where something of ours stands in the world: the card of a case, an officer's message.
posts = Table(
    "posts",
    metadata,
    row_id(),
    Column("key", String(160), nullable=False, unique=True),
    Column("case_id", Id, ForeignKey("cases.id"), index=True),
    Column("platform", String(20), nullable=False),
    Column("place", Json, nullable=False),
    Column("message", String(64), nullable=False),
    Column("posted_at", UtcTime, nullable=False),
)

effects = Table(
    "effects",
    metadata,
    row_id(),
    Column("key", String(160), nullable=False, unique=True),
    Column("kind", Choice(EffectKind), nullable=False),
    Column("cls", Choice(EffectClass), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("state", Choice(EffectState), nullable=False),
    Column("platform", String(20), nullable=False, server_default=""),
    Column("society_id", Id, ForeignKey("societies.id")),
    Column("case_id", Id, ForeignKey("cases.id"), index=True),
    Column("payload", Json, nullable=False),
    Column("run_at", UtcTime, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("after", Id, ForeignKey("effects.id")),
    Column("intent_at", UtcTime),
    Column("lease_owner", String(40)),
    Column("lease_until", UtcTime),
    Column("receipt", Json),
    Column("error", Text, nullable=False, server_default=""),
    Index("ix_effects_due", "state", "run_at"),
    Index("ix_effects_lane", "state", "platform", "priority", "run_at"),
)

# Raw updates, stored before they are confirmed (Telegram), and what was handled already (both platforms).
inbox = Table(
    "inbox",
    metadata,
    row_id(),
    Column("platform", String(20), nullable=False),
    Column("key", String(64), nullable=False),
    Column("sealed", LargeBinary),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Text, nullable=False, server_default=""),
    Column("received_at", UtcTime, nullable=False, index=True),
    UniqueConstraint("platform", "key"),
    Index("ix_inbox_state", "platform", "state", "id"),
)

# Small facts to keep: what was last published, high-water marks, budgets.
marks = Table("marks", metadata, Column("key", String(120), primary_key=True), Column("value", Text, nullable=False))

# A line's number is its id. Without a salt its content was destroyed; the commitment to it stays in the chain.
audit = Table(
    "audit",
    metadata,
    row_id(),
    Column("at", UtcTime, nullable=False),
    Column("salt", String(32)),
    Column("commitment", String(64), nullable=False),
    Column("by", String(80), nullable=False),
    Column("verb", String(60), nullable=False),
    Column("about", String(200), nullable=False),
    Column("society_id", Id, ForeignKey("societies.id")),
    Column("facts", Text, nullable=False, server_default=""),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
)
