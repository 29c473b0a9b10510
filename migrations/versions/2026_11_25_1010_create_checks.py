"""create checks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

GUARDS = """
-- What was declared, and what was found about a partner, is never changed or removed.
create trigger honour_declaration_is_append_only before update or delete on honour_declaration
    for each row execute function refuse_change();
create trigger recorded_check_is_append_only before update or delete on recorded_check
    for each row execute function refuse_change();
"""

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("application", sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "application_check",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("proposed_outcome", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state not in ('passed', 'failed') or (decided_by is not null and decided_by <> proposed_by)",
            name=op.f("ck_application_check_four_eyes"),
        ),
        sa.CheckConstraint("proposed_outcome in ('pass', 'fail')", name=op.f("ck_application_check_outcome")),
        sa.CheckConstraint(
            "state = 'open' or (proposed_outcome is not null and proposed_by is not null)",
            name=op.f("ck_application_check_proposal"),
        ),
        sa.CheckConstraint(
            "state in ('open', 'proposed', 'passed', 'failed')", name=op.f("ck_application_check_state")
        ),
        sa.CheckConstraint(
            "step in ('admissibility', 'eligibility', 'exclusion')", name=op.f("ck_application_check_step")
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_application_check_version")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_application_check_application_id")
        ),
        sa.PrimaryKeyConstraint("application_id", "step", name=op.f("pk_application_check")),
    )
    op.create_table(
        "honour_declaration",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("declared_by", sa.Uuid(), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_honour_declaration_application_id")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_honour_declaration_partner_id")),
        sa.PrimaryKeyConstraint("application_id", "partner_id", name=op.f("pk_honour_declaration")),
    )
    op.create_table(
        "recorded_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("check", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("outcome in ('clear', 'concern')", name=op.f("ck_recorded_check_outcome")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_recorded_check_application_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_recorded_check_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recorded_check")),
    )
    op.create_index(
        "ix_recorded_check_application_id", "recorded_check", ["application_id", "partner_id", "check"], unique=False
    )
    op.create_table(
        "clarification_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answer_file_id", sa.Uuid(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_words", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "answered_at is null or answered_at <= due_at", name=op.f("ck_clarification_request_answered_at")
        ),
        sa.CheckConstraint("due_at > asked_at", name=op.f("ck_clarification_request_due_at")),
        sa.CheckConstraint(
            "kind in ('missing_document', 'clerical_error', 'hearing')", name=op.f("ck_clarification_request_kind")
        ),
        sa.CheckConstraint(
            "state in ('open', 'answered', 'accepted', 'refused', 'withdrawn', 'lapsed')",
            name=op.f("ck_clarification_request_state"),
        ),
        sa.ForeignKeyConstraint(
            ["answer_file_id"], ["stored_file.id"], name=op.f("fk_clarification_request_answer_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_clarification_request_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clarification_request")),
        sa.UniqueConstraint("application_id", "number", name=op.f("uq_clarification_request_application_id_number")),
    )
    op.create_index("ix_clarification_request_state_due_at", "clarification_request", ["state", "due_at"], unique=False)
    op.execute(GUARDS)


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_clarification_request_state_due_at", table_name="clarification_request")
    op.drop_table("clarification_request")
    op.drop_index("ix_recorded_check_application_id", table_name="recorded_check")
    op.drop_table("recorded_check")
    op.drop_table("honour_declaration")
    op.drop_table("application_check")
    op.drop_column("application", "decided_at")
