"""Run sheets, leaders and helpers, the help queue, what is said to all, rosters and feedback."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TABLES = ("workshop_feedback", "roster_entry", "workshop_words", "question", "sheet_run", "workshop_role")
def upgrade() -> None:
    """Make the change."""
    for column in _columns():  # one by one: SQLite must not make a table with children anew
        op.add_column("workshop", column)
    op.add_column("participant", sa.Column("remote", sa.Boolean(), nullable=True))
    op.create_table(
        "workshop_role",
        *_in_workshop("workshop_role"),
        *_of_person("workshop_role"),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("workshop_id", "person_id", name=op.f("pk_workshop_role")),
    )
    op.create_table(
        "sheet_run",
        *_in_workshop("sheet_run"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("workshop_id", "number", name=op.f("pk_sheet_run")),
    )
    _listed(
        "question",
        *_of_person("question"),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("helper_id", sa.String(length=20), nullable=True),
        sa.Column("claimed_at", sa.DateTime(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
    )
    _listed(
        "workshop_words",
        *_of_person("workshop_words"),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
    )
    _listed(
        "roster_entry",
        *_of_person("roster_entry", nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("department", sa.String(length=120), nullable=False),
    )
    _listed(
        "workshop_feedback",
        sa.Column("useful", sa.Integer(), nullable=False),
        sa.Column("dare", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
    )


def downgrade() -> None:
    """Take the change back."""
    for table in _TABLES:
        op.drop_table(table)
    op.drop_column("participant", "remote")
    for column in _columns():
        op.drop_column("workshop", column.name)


def _columns() -> tuple[sa.Column, ...]:
    return (
        sa.Column("sheet", sa.JSON(), nullable=False, server_default=sa.text("'[]'")),
        sa.Column("item", sa.Integer(), nullable=True),
        sa.Column("holder_id", sa.String(length=20), nullable=True),
        sa.Column("starts_at", sa.DateTime(), nullable=True),
        sa.Column("place", sa.String(length=120), nullable=False, server_default=""),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("account_goal", sa.Integer(), nullable=True),
        sa.Column("media", sa.String(length=8), nullable=False, server_default="all"),
        sa.Column("timer_ends_at", sa.DateTime(), nullable=True),
    )


def _listed(table: str, *columns: sa.schema.SchemaItem) -> None:
    """A table whose rows have an id of their own and are read by their workshop."""
    op.create_table(
        table,
        sa.Column("id", sa.String(length=24), nullable=False),
        *_in_workshop(table),
        *columns,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_workshop_id"), table, ["workshop_id"])


def _in_workshop(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return _belongs(table, "workshop", nullable=False)


def _of_person(table: str, *, nullable: bool = False) -> tuple[sa.schema.SchemaItem, ...]:
    return _belongs(table, "person", nullable=nullable)


def _belongs(table: str, to: str, *, nullable: bool) -> tuple[sa.schema.SchemaItem, ...]:
    key = sa.ForeignKeyConstraint(
        [f"{to}_id"], [f"{to}.id"], name=op.f(f"fk_{table}_{to}_id"), ondelete="CASCADE"
    )
    return sa.Column(f"{to}_id", sa.String(length=20), nullable=nullable), key
