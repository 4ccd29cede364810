"""Removals that need a second person, election freezes, limits by what was tried.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables forward."""
    with op.batch_alter_table("societies", schema=None) as batch_op:
        batch_op.add_column(sa.Column("freeze_from", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("freeze_to", sa.Date(), nullable=True))

    with op.batch_alter_table("actions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("second_seat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("second_name", sa.String(length=200), server_default="", nullable=False))
        batch_op.create_foreign_key(batch_op.f("fk_actions_second_seat_id_seats"), "seats", ["second_seat_id"], ["id"])

    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.create_index("ix_attempts_what", ["what", "at"], unique=False)


def downgrade() -> None:
    """Take them back."""
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.drop_index("ix_attempts_what")

    with op.batch_alter_table("actions", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_actions_second_seat_id_seats"), type_="foreignkey")
        batch_op.drop_column("second_name")
        batch_op.drop_column("second_seat_id")

    with op.batch_alter_table("societies", schema=None) as batch_op:
        batch_op.drop_column("freeze_to")
        batch_op.drop_column("freeze_from")
