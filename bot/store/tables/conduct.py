"""The buffer of what was said, cases and all that belongs to them."""

from sqlalchemy import (
    Boolean,
    Column,
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

from bot.model import ActionKind, ActionState, CaseState, ExhibitKind, Outcome, Provenance, ReportKind, Urgency
from bot.store.columns import Choice, Id, UtcTime
from bot.store.tables.shape import metadata, of, row_id

# The rolling buffer: one row for every version of a message seen, sealed, gone after `retention.buffer_hours`.
heard = Table(
    "heard",
    metadata,
    row_id(),
    Column("platform", String(20), nullable=False),
    Column("chat", String(64), nullable=False),
    Column("channel", String(64), nullable=False),
    Column("message", String(64), nullable=False),
    Column("edition", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("sent_at", UtcTime, nullable=False),
    Column("heard_at", UtcTime, nullable=False, index=True),
    Column("deleted_at", UtcTime),
    Column("unscreened", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("platform", "chat", "channel", "message", "edition"),
    Index("ix_heard_place", "platform", "chat", "channel", "sent_at"),
)

# What rules noticed without a card: a line of the day's digest, gone with the digest.
noticed = Table(
    "noticed",
    metadata,
    row_id(),
    of("societies", "society_id"),
    of("chats", "chat_id"),
    of("accounts", "subject_id"),
    Column("channel", String(64), nullable=False),
    Column("message", String(64), nullable=False),
    Column("why", Text, nullable=False),
    Column("noticed_at", UtcTime, nullable=False),
    UniqueConstraint("chat_id", "channel", "message"),
)

# What is left of an erased case is this row, about nobody, so that its number and its place in the counts stay.
cases = Table(
    "cases",
    metadata,
    row_id(),
    Column("ref", String(40), nullable=False, unique=True),
    of("societies", "society_id"),
    of("chats", "chat_id"),
    Column("subject_id", Id, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("person_id", Id, ForeignKey("persons.id"), nullable=False, index=True),
    Column("state", Choice(CaseState), nullable=False),
    Column("severity", Integer, nullable=False),
    Column("restricted", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("ladder_version", String(16), nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime),
    Column("outcome", Choice(Outcome)),
    Column("hold", Text, nullable=False, server_default=""),
    Column("erased_at", UtcTime),
    Index(
        "uq_cases_open",
        "society_id",
        "person_id",
        unique=True,
        sqlite_where=text("state != 'closed'"),
        postgresql_where=text("state != 'closed'"),
    ),
)

# The key of a case's exhibits, sealed by the key ring. Erasing the case destroys it: then there is no key any more.
case_keys = Table(
    "case_keys",
    metadata,
    row_id(),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False, unique=True),
    Column("sealed", LargeBinary),
    Column("made_at", UtcTime, nullable=False),
    Column("destroyed_at", UtcTime),
)

reports = Table(
    "reports",
    metadata,
    row_id(),
    of("cases", "case_id"),
    Column("kind", Choice(ReportKind), nullable=False),
    Column("reporter_id", Id, ForeignKey("accounts.id")),
    Column("claimant", String(80), nullable=False),
    Column("chat_id", Id, ForeignKey("chats.id"), nullable=False),
    Column("subject_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("channel", String(64), nullable=False),
    Column("message", String(64), nullable=False),
    Column("album", Text, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Column("rule", String(80), nullable=False, server_default=""),
    Column("severity", Integer, nullable=False),
    Column("reported_at", UtcTime, nullable=False),
    Column("deleted_at", UtcTime),
    Column("safeguarded_at", UtcTime),
    UniqueConstraint("case_id", "claimant", "chat_id", "channel", "message"),
)

exhibits = Table(
    "exhibits",
    metadata,
    row_id(),
    of("cases", "case_id"),
    Column("kind", Choice(ExhibitKind), nullable=False),
    Column("provenance", Choice(Provenance), nullable=False),
    Column("key", String(200), nullable=False),
    Column("name", String(255), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("captured_at", UtcTime, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("sealed", LargeBinary),
    UniqueConstraint("case_id", "key"),
)

actions = Table(
    "actions",
    metadata,
    row_id(),
    of("cases", "case_id"),
    Column("kind", Choice(ActionKind), nullable=False),
    Column("key", String(120), nullable=False, unique=True),
    Column("state", Choice(ActionState), nullable=False),
    Column("seat_id", Id, ForeignKey("seats.id")),
    Column("name", String(200), nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Column("asked_at", UtcTime, nullable=False),
    Column("settled_at", UtcTime),
    Column("second_seat_id", Id, ForeignKey("seats.id")),
    Column("second_name", String(200), nullable=False, server_default=""),
)

escalations = Table(
    "escalations",
    metadata,
    row_id(),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False, unique=True),
    Column("urgency", Choice(Urgency), nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_by", String(200), nullable=False),
    Column("seal", String(64), nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("tried", Integer, nullable=False, server_default="0"),
    Column("reached_at", UtcTime),
    Column("reached_name", String(200), nullable=False, server_default=""),
    Column("acknowledged_at", UtcTime),
    Column("holder_seat_id", Id, ForeignKey("seats.id")),
    Column("holder_name", String(200), nullable=False, server_default=""),
)

questions = Table(
    "questions",
    metadata,
    row_id(),
    of("societies", "society_id"),
    Column("case_id", Id, ForeignKey("cases.id")),
    Column("asker_id", Id, ForeignKey("accounts.id"), nullable=False),
    Column("to_union", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("answer", Text, nullable=False, server_default=""),
    Column("answered_by", String(200), nullable=False, server_default=""),
    Column("answered_at", UtcTime),
)
