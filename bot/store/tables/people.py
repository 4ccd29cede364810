"""Societies, persons, accounts, chats and seats."""

from sqlalchemy import Column, Date, Index, Integer, LargeBinary, String, Table, UniqueConstraint, text

from bot.model import ChatPurpose, Role
from bot.store.columns import Choice, UtcTime
from bot.store.tables.shape import metadata, of, row_id

societies = Table(
    "societies",
    metadata,
    row_id(),
    Column("slug", String(40), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime),
    Column("freeze_from", Date),
    Column("freeze_to", Date),
)

persons = Table("persons", metadata, row_id(), Column("created_at", UtcTime, nullable=False))

accounts = Table(
    "accounts",
    metadata,
    row_id(),
    of("persons", "person_id"),
    Column("platform", String(20), nullable=False),
    Column("external_id", String(64), nullable=False),
    Column("name", String(200), nullable=False, server_default=""),
    Column("handle", String(200), nullable=False, server_default=""),
    UniqueConstraint("platform", "external_id"),
)

chats = Table(
    "chats",
    metadata,
    row_id(),
    of("societies", "society_id"),
    Column("platform", String(20), nullable=False),
    Column("external_id", String(64), nullable=False),
    Column("title", String(200), nullable=False),
    Column("purpose", Choice(ChatPurpose), nullable=False),
    Column("bound_at", UtcTime, nullable=False),
    Column("unbound_at", UtcTime),
    Column("committee_channel", String(64), nullable=False, server_default=""),
    Column("welcome_channel", String(64), nullable=False, server_default=""),
    Column("member_role", String(64), nullable=False, server_default=""),
    Index(
        "uq_chats_bound",
        "platform",
        "external_id",
        unique=True,
        sqlite_where=text("unbound_at IS NULL"),
        postgresql_where=text("unbound_at IS NULL"),
    ),
)

bind_codes = Table(
    "bind_codes",
    metadata,
    row_id(),
    of("societies", "society_id"),
    Column("purpose", Choice(ChatPurpose), nullable=False),
    Column("hash", LargeBinary, nullable=False, unique=True),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
)

seats = Table(
    "seats",
    metadata,
    row_id(),
    of("persons", "person_id"),
    of("societies", "society_id", nullable=True),
    Column("role", Choice(Role), nullable=False),
    Column("name", String(200), nullable=False),
    Column("starts", Date, nullable=False),
    Column("ends", Date, nullable=False),
    Column("trained_on", Date),
    Column("ended_at", UtcTime),
    Column("contact_order", Integer),
    Column("email", String(320), nullable=False, server_default=""),
    Column("title", String(200), nullable=False, server_default=""),
)
