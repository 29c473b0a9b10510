"""create notifications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("secret", sa.Boolean(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.CheckConstraint("(state = 'sent') = (sent_at is not null)", name=op.f("ck_message_sent_at")),
        sa.CheckConstraint("state <> 'sending' or claimed_at is not null", name=op.f("ck_message_claimed_at")),
        sa.CheckConstraint("state in ('queued', 'sending', 'sent', 'failed')", name=op.f("ck_message_state")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_message_attempts")),
        sa.ForeignKeyConstraint(["event_id"], ["audit_event.id"], name=op.f("fk_message_event_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_message_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("key", name=op.f("uq_message_key")),
    )
    op.create_index("ix_message_event_id", "message", ["event_id"], unique=False)
    op.create_index("ix_message_person_id_created_at", "message", ["person_id", "created_at"], unique=False)
    op.create_index(
        "ix_message_waiting",
        "message",
        ["urgency", "due_at"],
        unique=False,
        postgresql_where=sa.text("state in ('queued', 'sending')"),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_index(
        "ix_message_waiting", table_name="message", postgresql_where=sa.text("state in ('queued', 'sending')")
    )
    op.drop_index("ix_message_person_id_created_at", table_name="message")
    op.drop_index("ix_message_event_id", table_name="message")
    op.drop_table("message")
