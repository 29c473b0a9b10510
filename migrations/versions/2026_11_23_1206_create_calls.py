"""create calls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

GUARDS = """
-- A published version of a call is what applications are judged by: it is never changed or removed.
create trigger published_call_version_is_frozen before update or delete on call_version
    for each row when (old.published_at is not null) execute function refuse_change();
"""

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "programme",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("code", name=op.f("uq_programme_code")),
    )
    op.create_table(
        "call",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("identifier_key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("titles", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("funding_kind", sa.Text(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("envelope", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("published_version", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("(state = 'draft') = (published_version is null)", name=op.f("ck_call_published_version")),
        sa.CheckConstraint(
            "funding_kind in ('grant', 'sub_grant', 'label_only', 'expression_of_interest')",
            name=op.f("ck_call_funding_kind"),
        ),
        sa.CheckConstraint("state = 'draft' or opens_at < deadline", name=op.f("ck_call_deadline")),
        sa.CheckConstraint("state in ('draft', 'published', 'closed', 'withdrawn')", name=op.f("ck_call_state")),
        sa.CheckConstraint("envelope >= 0", name=op.f("ck_call_envelope")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_call_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
        sa.UniqueConstraint("identifier_key", name=op.f("uq_call_identifier_key")),
    )
    op.create_index("ix_call_programme_id", "call", ["programme_id"], unique=False)
    op.create_index("ix_call_state_deadline", "call", ["state", "deadline"], unique=False)
    op.create_table(
        "call_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sha256", sa.CHAR(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Uuid(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_call_version_number")),
        sa.CheckConstraint("revision > 0", name=op.f("ck_call_version_revision")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_version_call_id")),
        sa.ForeignKeyConstraint(["published_by"], ["person.id"], name=op.f("fk_call_version_published_by")),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_call_version_saved_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_version")),
        sa.UniqueConstraint("call_id", "number", name=op.f("uq_call_version_call_id_number")),
    )
    op.execute(GUARDS)


def downgrade() -> None:
    """Undo."""
    op.drop_table("call_version")
    op.drop_index("ix_call_state_deadline", table_name="call")
    op.drop_index("ix_call_programme_id", table_name="call")
    op.drop_table("call")
    op.drop_table("programme")
