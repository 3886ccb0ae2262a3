"""Accounts in the meeting service, notes to oneself, certificates, and the shortest way."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    # not in a batch: SQLite would make the table anew, and dropping the old one takes along
    # everything that belongs to its people
    op.add_column("person", sa.Column("short_way", sa.Boolean(), nullable=False, server_default="0"))
    op.create_table(
        "meeting_account",
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("wanted_at", sa.DateTime(), nullable=True),
        sa.Column("ordered_at", sa.DateTime(), nullable=True),
        sa.Column("opened_at", sa.DateTime(), nullable=True),
        sa.Column("met_at", sa.DateTime(), nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        _person("meeting_account"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_meeting_account")),
    )
    op.create_index(op.f("ix_meeting_account_state"), "meeting_account", ["state"])
    op.create_table(
        "note",
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        _person("note"),
        sa.PrimaryKeyConstraint("person_id", "name", name=op.f("pk_note")),
    )
    op.create_table(
        "certificate",
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.Column("modules", sa.JSON(), nullable=False),
        sa.Column("show_name", sa.Boolean(), nullable=False),
        _person("certificate"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_certificate")),
        sa.UniqueConstraint("person_id", name=op.f("uq_certificate_person_id")),
    )


def downgrade() -> None:
    """Take the change back."""
    for table in ("certificate", "note", "meeting_account"):
        op.drop_table(table)
    op.drop_column("person", "short_way")


def _person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id"), ondelete="CASCADE"
    )
