"""Small rooms of workshops, tables in the hall, and how long people were in calls."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.add_column(
            # nobody has said a table before there was a place to say it
            sa.Column("table_number", sa.String(length=20), nullable=False, server_default="")
        )
    op.create_table(
        "small_room",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("workshop_id", sa.String(length=20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("table_number", sa.String(length=20), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["workshop.id"],
            name=op.f("fk_small_room_workshop_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_small_room")),
        sa.UniqueConstraint(
            "workshop_id", "round", "number", name=op.f("uq_small_room_workshop_id_round_number")
        ),
    )
    op.create_table(
        "room_member",
        sa.Column("workshop_id", sa.String(length=20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("room_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["workshop.id"],
            name=op.f("fk_room_member_workshop_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_room_member_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["small_room.id"], name=op.f("fk_room_member_room_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workshop_id", "round", "person_id", name=op.f("pk_room_member")),
    )
    with op.batch_alter_table("room_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_member_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_room_member_room_id"), ["room_id"], unique=False)
    op.create_table(
        "call_stay",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["workshop.id"],
            name=op.f("fk_call_stay_workshop_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_call_stay_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_stay")),
    )
    with op.batch_alter_table("call_stay", schema=None) as batch_op:
        batch_op.create_index(
            "ix_call_stay_workshop_person", ["workshop_id", "person_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_call_stay_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("call_stay")
    op.drop_table("room_member")
    op.drop_table("small_room")
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.drop_column("table_number")
