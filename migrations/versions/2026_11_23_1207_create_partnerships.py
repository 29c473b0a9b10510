"""create partnerships."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "partner",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partnership_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("invited_email", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "role in ('coordinator', 'partner', 'affiliated', 'associated')", name=op.f("ck_partner_role")
        ),
        sa.CheckConstraint("state <> 'accepted' or organisation_id is not null", name=op.f("ck_partner_accepted")),
        sa.CheckConstraint(
            "state in ('invited', 'accepted', 'declined', 'removed', 'left')", name=op.f("ck_partner_state")
        ),
        sa.CheckConstraint("organisation_id is not null or invited_email is not null", name=op.f("ck_partner_invited")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_partner_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
        sa.UniqueConstraint(
            "partnership_id", "organisation_id", name=op.f("uq_partner_partnership_id_organisation_id")
        ),
    )
    op.create_index("ix_partner_organisation_id", "partner", ["organisation_id"], unique=False)
    op.create_index(
        "uq_partner_one_coordinator",
        "partner",
        ["partnership_id"],
        unique=True,
        postgresql_where=sa.text("role = 'coordinator' and state = 'accepted'"),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_index(
        "uq_partner_one_coordinator",
        table_name="partner",
        postgresql_where=sa.text("role = 'coordinator' and state = 'accepted'"),
    )
    op.drop_index("ix_partner_organisation_id", table_name="partner")
    op.drop_table("partner")
