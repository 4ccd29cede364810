"""Find what is due by lane

Revision ID: limiter
Revises: 0001
"""

from alembic import op

revision: str = "limiter"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Index the effects by the order in which a lane takes them."""
    op.create_index("ix_effects_lane", "effects", ["state", "platform", "priority", "run_at"])


def downgrade() -> None:
    """Take the index away."""
    op.drop_index("ix_effects_lane", "effects")
