"""create data protection."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("person", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "kept_name",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_kept_name_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_kept_name")),
    )
    op.create_table(
        "erasure_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state in ('asked', 'withdrawn', 'refused', 'erased')", name=op.f("ck_erasure_request_state")
        ),
        sa.CheckConstraint(
            "(state in ('refused', 'erased')) = (decided_at is not null)", name=op.f("ck_erasure_request_decided_at")
        ),
        sa.CheckConstraint("decided_by is null or decided_by <> person_id", name=op.f("ck_erasure_request_four_eyes")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_erasure_request_person_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_erasure_request_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_request")),
    )
    op.create_index(
        "uq_erasure_request_open",
        "erasure_request",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_index("ix_erasure_request_state_asked_at", "erasure_request", ["state", "asked_at"], unique=False)
    op.create_table(
        "delegation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("delegate_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("taken_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("delegate_id <> person_id", name=op.f("ck_delegation_delegate")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_delegation_ends_at")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_delegation_person_id")),
        sa.ForeignKeyConstraint(["delegate_id"], ["person.id"], name=op.f("fk_delegation_delegate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
    )
    op.create_index("ix_delegation_delegate_id", "delegation", ["delegate_id"], unique=False)
    op.create_index("ix_delegation_person_id", "delegation", ["person_id"], unique=False)
    op.add_column("sign_in_session", sa.Column("acting_for", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_sign_in_session_acting_for"), "sign_in_session", "delegation", ["acting_for"], ["id"]
    )


def downgrade() -> None:
    """Undo."""
    op.drop_constraint(op.f("fk_sign_in_session_acting_for"), "sign_in_session", type_="foreignkey")
    op.drop_column("sign_in_session", "acting_for")
    op.drop_index("ix_delegation_person_id", table_name="delegation")
    op.drop_index("ix_delegation_delegate_id", table_name="delegation")
    op.drop_table("delegation")
    op.drop_index("ix_erasure_request_state_asked_at", table_name="erasure_request")
    op.drop_index("uq_erasure_request_open", table_name="erasure_request")
    op.drop_table("erasure_request")
    op.drop_table("kept_name")
    op.drop_column("person", "erased_at")
