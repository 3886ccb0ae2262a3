"""Which tasks of the practice call a person has done, and in which way."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.add_column(
            # evidence from before there were tasks has none
            sa.Column("tasks", sa.JSON(), nullable=False, server_default=sa.text("'{}'"))
        )


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_column("tasks")
