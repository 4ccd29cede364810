"""Find what is due by lane.

Revision ID: 0004
Revises: 0003
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index the effects by the order in which a lane takes them."""
    op.create_index("ix_effects_lane", "effects", ["state", "platform", "priority", "run_at"])


def downgrade() -> None:
    """Take the index away."""
    op.drop_index("ix_effects_lane", "effects")
