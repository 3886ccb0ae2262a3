"""Accounts in the meeting service, counted, and travel that people saved."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "account_import",
        sa.Column("id", sa.String(20), primary_key=True),
        sa.Column("day", sa.Date(), nullable=False, unique=True),
        sa.Column("imported_at", sa.DateTime(), nullable=False),
        sa.Column("actor_id", sa.String(20), nullable=False),
        sa.Column("registered", sa.Integer(), nullable=False),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
    )
    op.create_table(
        "account_count",
        sa.Column(
            "import_id",
            sa.String(20),
            sa.ForeignKey("account_import.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("department", sa.String(120), primary_key=True),
        sa.Column("registered", sa.Integer(), nullable=False),
        sa.Column("active", sa.Integer(), nullable=False),
    )
    op.create_table(
        "saved_trip",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column(
            "person_id",
            sa.String(20),
            sa.ForeignKey("person.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("told_at", sa.DateTime(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("kilometres", sa.Double(), nullable=False),
        sa.Column("meetings", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    """Take the change back."""
    for table in ("saved_trip", "account_count", "account_import"):
        op.drop_table(table)
