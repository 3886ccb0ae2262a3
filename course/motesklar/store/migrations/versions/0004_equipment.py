"""Reports on somebody's equipment, and whose turn it is to test in a hall."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "equipment_report",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_equipment_report_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_equipment_report")),
    )
    with op.batch_alter_table("equipment_report", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_equipment_report_person_id"), ["person_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_equipment_report_expires_at"), ["expires_at"], unique=False
        )
    op.create_table(
        "hall_turn",
        sa.Column("workshop_id", sa.String(length=20), nullable=False),
        sa.Column("table_number", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["workshop.id"],
            name=op.f("fk_hall_turn_workshop_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workshop_id", name=op.f("pk_hall_turn")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("hall_turn")
    op.drop_table("equipment_report")
