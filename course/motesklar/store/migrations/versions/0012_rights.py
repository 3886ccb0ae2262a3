"""People's rights: what they were told, what they asked for, what was erased, faults reported."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.add_column("person", sa.Column("informed_at", sa.DateTime()))
    op.create_table(
        "data_request",
        sa.Column("id", sa.String(24), primary_key=True),
        sa.Column(
            "person_id",
            sa.String(20),
            sa.ForeignKey("person.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("words", sa.String(1000), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("answered_at", sa.DateTime()),
        sa.Column("answer", sa.String(1000), nullable=False),
        sa.Column("actor_id", sa.String(20)),
    )
    op.create_table(
        "erasure_receipt",
        sa.Column("id", sa.String(24), primary_key=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor_id", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("before", sa.DateTime()),
        sa.Column("counts", sa.JSON(), nullable=False),
    )
    op.create_table(
        "fault_report",
        sa.Column("id", sa.String(24), primary_key=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("page", sa.String(300), nullable=False),
        sa.Column("words", sa.String(2000), nullable=False),
        sa.Column("contact", sa.String(254), nullable=False),
        sa.Column("handled_at", sa.DateTime()),
    )


def downgrade() -> None:
    """Take the change back."""
    for table in ("fault_report", "erasure_receipt", "data_request"):
        op.drop_table(table)
    op.drop_column("person", "informed_at")
