"""create evaluation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

GUARDS = """
-- What a committee voted on is never changed or removed; only whether it is adopted is.
create function refuse_change_of_ranking() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or (new.id, new.round_id, new.number, new.sha256, new.proposed_at, new.proposed_by)
            is distinct from (old.id, old.round_id, old.number, old.sha256, old.proposed_at, old.proposed_by)
            or new.snapshot is distinct from old.snapshot then
        raise exception 'the content of a ranking is never changed';
    end if;
    return new;
end $$;
create trigger ranking_keeps_its_content before update or delete on ranking
    for each row execute function refuse_change_of_ranking();
"""

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "expert_profile",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("expertise", sa.Text(), nullable=False),
        sa.Column("languages", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("employer", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_expert_profile_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_expert_profile")),
    )
    op.create_table(
        "call_expert",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("max_load", sa.Integer(), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("max_load is null or max_load > 0", name=op.f("ck_call_expert_max_load")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_expert_call_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_call_expert_person_id")),
        sa.PrimaryKeyConstraint("call_id", "person_id", name=op.f("pk_call_expert")),
    )
    op.create_table(
        "capacity_result",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind in ('financial', 'operational')", name=op.f("ck_capacity_result_kind")),
        sa.CheckConstraint(
            "outcome in ('sufficient', 'weak', 'insufficient')", name=op.f("ck_capacity_result_outcome")
        ),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_capacity_result_application_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_capacity_result_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capacity_result")),
    )
    op.create_index("ix_capacity_result_application_id", "capacity_result", ["application_id"], unique=False)
    op.create_table(
        "evaluation_round",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("call_version_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reports_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=True),
        sa.Column("panel_opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("informed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('experts_at_work', 'panel', 'adopted', 'informed')", name=op.f("ck_evaluation_round_state")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_evaluation_round_call_id")),
        sa.ForeignKeyConstraint(
            ["call_version_id"], ["call_version.id"], name=op.f("fk_evaluation_round_call_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_round")),
        sa.UniqueConstraint("call_id", "stage", name=op.f("uq_evaluation_round_call_id_stage")),
    )
    op.create_table(
        "committee_seat",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("seat", sa.Text(), nullable=False),
        sa.Column("seated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seated_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("seat in ('moderator', 'panel_member', 'observer')", name=op.f("ck_committee_seat_seat")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_committee_seat_person_id")),
        sa.ForeignKeyConstraint(["round_id"], ["evaluation_round.id"], name=op.f("fk_committee_seat_round_id")),
        sa.PrimaryKeyConstraint("round_id", "person_id", name=op.f("pk_committee_seat")),
    )
    op.create_table(
        "judged_application",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("without_agreement", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state in ('individual', 'consensus', 'withdrawn', 'concluded')", name=op.f("ck_judged_application_state")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_judged_application_application_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["evaluation_round.id"], name=op.f("fk_judged_application_round_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_judged_application_submission_id")),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_judged_application")),
    )
    op.create_index("ix_judged_application_round_id", "judged_application", ["round_id"], unique=False)
    op.create_table(
        "ranking",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("snapshot", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sha256", sa.CHAR(length=64), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("adopted_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("state in ('proposed', 'adopted', 'superseded')", name=op.f("ck_ranking_state")),
        sa.ForeignKeyConstraint(["round_id"], ["evaluation_round.id"], name=op.f("fk_ranking_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_ranking_round_id_number")),
    )
    op.create_index(
        "uq_ranking_adopted", "ranking", ["round_id"], unique=True, postgresql_where=sa.text("state = 'adopted'")
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("rapporteur", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assigned_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'assigned') = (answered_at is null) or state = 'ended'", name=op.f("ck_assignment_answered_at")
        ),
        sa.CheckConstraint(
            "state in ('assigned', 'open', 'to_decide', 'conflict', 'declined', 'ended')",
            name=op.f("ck_assignment_state"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["judged_application.application_id"], name=op.f("fk_assignment_application_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_assignment_person_id")),
        sa.ForeignKeyConstraint(["round_id"], ["evaluation_round.id"], name=op.f("fk_assignment_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("application_id", "person_id", name=op.f("uq_assignment_application_id_person_id")),
    )
    op.create_index("ix_assignment_person_id", "assignment", ["person_id"], unique=False)
    op.create_index("ix_assignment_round_id_state", "assignment", ["round_id", "state"], unique=False)
    op.create_index(
        "uq_assignment_rapporteur",
        "assignment",
        ["application_id"],
        unique=True,
        postgresql_where=sa.text("rapporteur and state in ('assigned', 'open', 'to_decide')"),
    )
    op.create_table(
        "consensus_report",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Boolean(), nullable=True),
        sa.Column("capacity_comment", sa.Text(), nullable=False),
        sa.Column("overall_comment", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Uuid(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreement", sa.Text(), nullable=False),
        sa.CheckConstraint("state in ('draft', 'proposed', 'concluded')", name=op.f("ck_consensus_report_state")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["judged_application.application_id"], name=op.f("fk_consensus_report_application_id")
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_consensus_report")),
    )
    op.create_table(
        "panel_mark",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("score", sa.Numeric(precision=7, scale=2), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("score >= 0", name=op.f("ck_panel_mark_score")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["judged_application.application_id"], name=op.f("fk_panel_mark_application_id")
        ),
        sa.PrimaryKeyConstraint("application_id", "criterion", name=op.f("pk_panel_mark")),
    )
    op.create_table(
        "panel_order",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["judged_application.application_id"], name=op.f("fk_panel_order_application_id")
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_panel_order")),
    )
    op.create_table(
        "ranking_vote",
        sa.Column("ranking_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("approves", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_ranking_vote_person_id")),
        sa.ForeignKeyConstraint(["ranking_id"], ["ranking.id"], name=op.f("fk_ranking_vote_ranking_id")),
        sa.PrimaryKeyConstraint("ranking_id", "person_id", name=op.f("pk_ranking_vote")),
    )
    op.create_table(
        "consensus_score",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("score", sa.Numeric(precision=7, scale=2), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.CheckConstraint("score >= 0", name=op.f("ck_consensus_score_score")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["consensus_report.application_id"], name=op.f("fk_consensus_score_application_id")
        ),
        sa.PrimaryKeyConstraint("application_id", "criterion", name=op.f("pk_consensus_score")),
    )
    op.create_table(
        "consensus_view",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("report_version", sa.Integer(), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["consensus_report.application_id"], name=op.f("fk_consensus_view_application_id")
        ),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_consensus_view_assignment_id")),
        sa.PrimaryKeyConstraint("application_id", "assignment_id", "report_version", name=op.f("pk_consensus_view")),
    )
    op.create_table(
        "individual_report",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Boolean(), nullable=True),
        sa.Column("capacity_comment", sa.Text(), nullable=False),
        sa.Column("overall_comment", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state <> 'submitted' or submitted_at is not null", name=op.f("ck_individual_report_submitted_at")
        ),
        sa.CheckConstraint("state in ('draft', 'submitted', 'voided')", name=op.f("ck_individual_report_state")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_individual_report_assignment_id")),
        sa.PrimaryKeyConstraint("assignment_id", name=op.f("pk_individual_report")),
    )
    op.create_table(
        "report_score",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("score", sa.Numeric(precision=7, scale=2), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.CheckConstraint("score >= 0", name=op.f("ck_report_score_score")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["individual_report.assignment_id"], name=op.f("fk_report_score_assignment_id")
        ),
        sa.PrimaryKeyConstraint("assignment_id", "criterion", name=op.f("pk_report_score")),
    )
    op.execute(GUARDS)


def downgrade() -> None:
    """Undo."""
    op.drop_table("report_score")
    op.drop_table("individual_report")
    op.drop_table("consensus_view")
    op.drop_table("consensus_score")
    op.drop_table("ranking_vote")
    op.drop_table("panel_order")
    op.drop_table("panel_mark")
    op.drop_table("consensus_report")
    op.drop_index(
        "uq_assignment_rapporteur",
        table_name="assignment",
        postgresql_where=sa.text("rapporteur and state in ('assigned', 'open', 'to_decide')"),
    )
    op.drop_index("ix_assignment_round_id_state", table_name="assignment")
    op.drop_index("ix_assignment_person_id", table_name="assignment")
    op.drop_table("assignment")
    op.drop_index("uq_ranking_adopted", table_name="ranking", postgresql_where=sa.text("state = 'adopted'"))
    op.drop_table("ranking")
    op.drop_index("ix_judged_application_round_id", table_name="judged_application")
    op.drop_table("judged_application")
    op.drop_table("committee_seat")
    op.drop_table("evaluation_round")
    op.drop_index("ix_capacity_result_application_id", table_name="capacity_result")
    op.drop_table("capacity_result")
    op.drop_table("call_expert")
    op.drop_table("expert_profile")
    op.execute("drop function refuse_change_of_ranking()")
