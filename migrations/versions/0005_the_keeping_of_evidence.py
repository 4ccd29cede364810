"""The keeping of evidence: a key for every case, and an audit whose lines can be emptied without breaking its chain.

The audit's lines are carried over: the old chain is checked, then each line gets a salt, a commitment to its content
and a hash of the new kind. Exhibits stay as they are sealed; the program gives them their case's key.

Revision ID: 0005
Revises: 0004
"""

import hashlib
import json
import secrets
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

GENESIS = "0" * 64
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AUDIT = sa.table(
    "audit",
    sa.column("id", sa.BigInteger),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("by", sa.String),
    sa.column("verb", sa.String),
    sa.column("about", sa.String),
    sa.column("society_id", sa.BigInteger),
    sa.column("facts", sa.Text),
    sa.column("salt", sa.String),
    sa.column("commitment", sa.String),
    sa.column("previous", sa.String),
    sa.column("hash", sa.String),
)
EXHIBITS = sa.table("exhibits", sa.column("id", sa.BigInteger), sa.column("sha256"), sa.column("sealed"))
Row = dict[str, Any]


def upgrade() -> None:
    """Bring the tables forward."""
    op.create_table(
        "case_keys",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_keys_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_keys")),
        sa.UniqueConstraint("case_id", name=op.f("uq_case_keys_case_id")),
    )
    op.add_column("cases", sa.Column("hold", sa.Text(), server_default="", nullable=False))
    op.add_column("cases", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("reports", sa.Column("safeguarded_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("audit", sa.Column("salt", sa.String(length=32), nullable=True))
    op.add_column("audit", sa.Column("commitment", sa.String(length=64), server_default="", nullable=False))
    op.add_column("audit", sa.Column("facts", sa.Text(), server_default="", nullable=False))
    with op.batch_alter_table("audit") as batch:
        batch.alter_column("commitment", existing_type=sa.String(length=64), server_default=None)
    carry_forward(op.get_bind())


def downgrade() -> None:
    """Bring the tables back. Lines that were emptied stay empty; the cases' keys are lost, and what they sealed."""
    carry_back(op.get_bind())
    # Column by column: a table made anew could not be taken away while others refer to it.
    for table, names in (
        ("audit", ("facts", "commitment", "salt")),
        ("reports", ("safeguarded_at",)),
        ("cases", ("erased_at", "hold")),
    ):
        for name in names:
            op.drop_column(table, name)
    op.drop_table("case_keys")


def carry_forward(connection: sa.Connection) -> None:
    """Give every line a salt, a commitment and a hash, numbers without gaps, and note the exhibits there are."""
    former, previous = GENESIS, GENESIS
    found = read(connection)
    for number, line in enumerate(found, 1):
        if line["previous"] != former or old_hash(line) != line["hash"]:
            raise RuntimeError(
                f"the audit is broken at line {line['id']}; see `porter audit verify` of the version before"
            )
        former = line["hash"]
        previous = write(connection, line["id"], chained(number, line, previous))
    exhibits = connection.execute(sa.select(EXHIBITS).where(EXHIBITS.c.sealed.is_not(None)).order_by(EXHIBITS.c.id))
    facts = "\n".join(f"exhibit:{one.id} {one.sha256}" for one in exhibits)
    if facts:
        now = datetime.now(UTC)
        line = {"at": now, "by": "porter", "verb": "note exhibits", "about": "", "society_id": None, "facts": facts}
        connection.execute(sa.insert(AUDIT).values(**line, **chained(len(found) + 1, line, previous)))


def carry_back(connection: sa.Connection) -> None:
    """Give every line the hash that the version before made."""
    previous = GENESIS
    for line in read(connection):
        line |= {"previous": previous}
        previous = old_hash(line)
        write(connection, line["id"], {"previous": line["previous"], "hash": previous})


def read(connection: sa.Connection) -> list[Row]:
    """All lines, oldest first, their times aware."""
    rows = connection.execute(sa.select(AUDIT).order_by(AUDIT.c.id)).mappings()
    return [dict(row) | {"at": aware(row["at"])} for row in rows]


def write(connection: sa.Connection, line_id: int, values: Row) -> str:
    """Set values on a line; answers its hash."""
    connection.execute(sa.update(AUDIT).where(AUDIT.c.id == line_id).values(**values))
    return str(values["hash"])


def aware(at: datetime) -> datetime:
    """A time as SQLite or PostgreSQL gives it, in UTC."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def chained(number: int, line: Row, previous: str) -> Row:
    """What puts a line into the new chain."""
    salt, at = secrets.token_hex(16), aware(line["at"]).isoformat(timespec="microseconds")
    content = [line["by"], line["verb"], line["about"], line["society_id"], line["facts"]]
    commitment = digest(bytes.fromhex(salt) + packed(content))
    link = {"id": number, "salt": salt, "commitment": commitment, "previous": previous}
    return link | {"hash": digest(packed([number, at, commitment, previous]))}


def old_hash(line: Row) -> str:
    """The hash of a line as the version before made it."""
    content = [line["by"], line["verb"], line["about"], line["society_id"]]
    return digest(packed([line["previous"], line["at"].isoformat(), *content]))


def packed(value: list[Any]) -> bytes:
    """Canonical JSON."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode()


def digest(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()
