"""Review: completion as it counts, decisions, plans, saved views and exports."""

import sqlalchemy as sa
from alembic import op

from motesklar.store.alphabet import alphabetical_sql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _person(**more):
    return sa.Column(
        "person_id",
        sa.String(20),
        sa.ForeignKey("person.id", ondelete="CASCADE"),
        nullable=False,
        **more,
    )


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "completion",
        _person(primary_key=True),
        sa.Column("module", sa.String(60), primary_key=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("earned", sa.String(12), nullable=False),
        sa.Column("at", sa.DateTime()),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        sa.Column("share", sa.Double()),
        sa.Column("enough", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.String(20)),
    )
    op.create_index("ix_completion_module_state", "completion", ["module", "state"])
    op.create_index("ix_completion_waiting", "completion", ["waiting"])
    op.create_index("ix_completion_at", "completion", ["person_id", "at", "module"])
    op.create_index("ix_completion_person", "completion", ["person_id", "state", "module"])
    # ordering thousands of names by the Swedish alphabet takes longer than all else of a page
    order = alphabetical_sql("name")
    op.execute(f"CREATE INDEX ix_person_alphabetical ON person ({order}, id)")
    op.create_table(
        "decision",
        sa.Column("id", sa.String(24), primary_key=True),
        _person(),
        sa.Column("module", sa.String(60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("before", sa.String(12), nullable=False),
        sa.Column("after", sa.String(12), nullable=False),
        sa.Column("words", sa.String(500), nullable=False),
        sa.Column("actor_id", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.UniqueConstraint("person_id", "module", "number"),
    )
    op.create_table(
        "plan",
        sa.Column("id", sa.String(20), primary_key=True),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("departments", sa.JSON(), nullable=False),
        sa.Column("everybody", sa.Boolean(), nullable=False),
        sa.Column("workshop_id", sa.String(20), sa.ForeignKey("workshop.id", ondelete="SET NULL")),
        sa.Column("modules", sa.JSON(), nullable=False),
        sa.Column("due", sa.Date()),
        sa.Column("created_by", sa.String(20), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime()),
    )
    op.create_table(
        "saved_view",
        sa.Column("id", sa.String(20), primary_key=True),
        _person(),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("query", sa.String(2000), nullable=False),
        sa.UniqueConstraint("person_id", "name"),
    )
    op.create_table(
        "export_job",
        sa.Column("id", sa.String(32), primary_key=True),
        _person(index=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("query", sa.String(2000), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
    )
    op.create_index("ix_attempt_state", "attempt", ["state"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_index("ix_attempt_state", "attempt")
    op.drop_index("ix_person_alphabetical", "person")
    for table in ("export_job", "saved_view", "plan", "decision", "completion"):
        op.drop_table(table)
