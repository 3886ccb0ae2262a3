"""The organisation's own sign-in, borders between departments, leavers and letters."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change; whoever reviewed all departments before still does."""
    op.add_column("person", sa.Column("subject", sa.String(300)))
    op.create_index("ix_person_subject", "person", ["subject"], unique=True)
    op.add_column("person", sa.Column("sees", sa.JSON(), nullable=False, server_default="[]"))
    op.execute("""UPDATE person SET sees = '["*"]' WHERE role = 'reviewer'""")
    op.add_column("person", sa.Column("left_at", sa.DateTime()))
    op.add_column(
        "person", sa.Column("reminders", sa.Boolean(), nullable=False, server_default="1")
    )
    op.create_table(
        "outgoing_letter",
        sa.Column("id", sa.String(24), primary_key=True),
        sa.Column(
            "person_id",
            sa.String(20),
            sa.ForeignKey("person.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("plan_id", sa.String(20), sa.ForeignKey("plan.id", ondelete="CASCADE")),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("said", sa.String(200), nullable=False),
        sa.Column("send_after", sa.DateTime(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("told_on", sa.Date()),
        sa.Column("created_by", sa.String(20), nullable=False),
        sa.Column("claimed_at", sa.DateTime()),
        sa.Column("sent_at", sa.DateTime()),
        sa.UniqueConstraint("person_id", "kind", "told_on"),
    )
    op.create_index(
        "ix_outgoing_letter_state_after", "outgoing_letter", ["state", "send_after"]
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("outgoing_letter")
    op.drop_index("ix_person_subject", "person")
    for column in ("reminders", "left_at", "sees", "subject"):
        op.drop_column("person", column)
