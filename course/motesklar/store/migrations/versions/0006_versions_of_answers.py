"""Which version of its exercise an answer was given to."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    column = sa.Column("version", sa.String(length=12), nullable=False, server_default="")
    op.add_column("answer", column)


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("answer", "version")
