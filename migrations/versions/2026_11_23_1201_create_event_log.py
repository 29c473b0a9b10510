"""create event log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

GUARDS = """
-- Events are facts: they are added, never changed or removed. Only a superuser who drops the trigger could,
-- and then the hash chain shows it.
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'rows of % are never changed or removed', tg_table_name using errcode = 'restrict_violation';
end
$$;
create trigger audit_event_is_append_only before update or delete on audit_event
    for each row execute function refuse_change();
create trigger audit_event_is_never_truncated before truncate on audit_event
    for each statement execute function refuse_change();
"""

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "audit_chain_head",
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("hash", sa.CHAR(length=64), nullable=False),
        sa.PrimaryKeyConstraint("subject_kind", "subject_id", name=op.f("pk_audit_chain_head")),
    )
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("digests", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("hash", sa.CHAR(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
        sa.UniqueConstraint("seq", name=op.f("uq_audit_event_seq")),
        sa.UniqueConstraint(
            "subject_kind", "subject_id", "position", name=op.f("uq_audit_event_subject_kind_subject_id_position")
        ),
    )
    op.create_index("ix_audit_event_actor_id_seq", "audit_event", ["actor_id", "seq"], unique=False)
    op.create_index("ix_audit_event_application_id_seq", "audit_event", ["application_id", "seq"], unique=False)
    op.create_index("ix_audit_event_call_id_seq", "audit_event", ["call_id", "seq"], unique=False)
    op.create_index("ix_audit_event_kind_seq", "audit_event", ["kind", "seq"], unique=False)
    op.create_table(
        "audit_event_salt",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["audit_event.id"], name=op.f("fk_audit_event_salt_event_id")),
        sa.PrimaryKeyConstraint("event_id", "field", name=op.f("pk_audit_event_salt")),
    )
    op.execute(GUARDS)


def downgrade() -> None:
    """Undo."""
    op.drop_table("audit_event_salt")
    op.drop_index("ix_audit_event_kind_seq", table_name="audit_event")
    op.drop_index("ix_audit_event_call_id_seq", table_name="audit_event")
    op.drop_index("ix_audit_event_application_id_seq", table_name="audit_event")
    op.drop_index("ix_audit_event_actor_id_seq", table_name="audit_event")
    op.drop_table("audit_event")
    op.drop_table("audit_chain_head")
    op.execute("drop function refuse_change()")
