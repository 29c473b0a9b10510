"""create awards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

GUARDS = """
-- What is decided never changes, nothing is removed, and a signature or a letter that left is never taken back.
create function refuse_change_of_award() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE'
            or (new.id, new.call_id, new.application_id, new.number, new.outcome, new.envelope, new.prepared_at)
            is distinct from (old.id, old.call_id, old.application_id, old.number, old.outcome, old.envelope, old.prepared_at)
            or (new.amount, new.position, new.reasons, new.ranking_id, new.prepared_by)
            is distinct from (old.amount, old.position, old.reasons, old.ranking_id, old.prepared_by)
            or (old.signed_at is not null and (new.signed_at, new.signed_by, new.commitment_id)
            is distinct from (old.signed_at, old.signed_by, old.commitment_id))
            or old.state in ('informed', 'dropped') then
        raise exception 'a decision is never changed';
    end if;
    return new;
end $$;
create trigger award_keeps_its_content before update or delete on award
    for each row execute function refuse_change_of_award();

create function refuse_change_of_letter() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.state = 'sent' or (new.id, new.award_id, new.application_id, new.kind)
            is distinct from (old.id, old.award_id, old.application_id, old.kind) then
        raise exception 'a letter that was sent is never changed';
    end if;
    return new;
end $$;
create trigger letter_keeps_its_content before update or delete on letter
    for each row execute function refuse_change_of_letter();
"""

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "award",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ranking_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("envelope", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prepared_by", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("commitment_id", sa.Uuid(), nullable=True),
        sa.Column("informed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drop_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("state in ('prepared', 'signed', 'dropped', 'informed')", name=op.f("ck_award_state")),
        sa.CheckConstraint(
            "outcome in ('main', 'reserve', 'below_threshold', 'not_selected', 'not_admissible', 'not_eligible', "
            "'excluded')",
            name=op.f("ck_award_outcome"),
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_award_amount")),
        sa.CheckConstraint(
            "(state in ('signed', 'informed')) = (signed_at is not null)", name=op.f("ck_award_signed_at")
        ),
        sa.CheckConstraint("(state = 'informed') = (informed_at is not null)", name=op.f("ck_award_informed_at")),
        sa.CheckConstraint(
            "signed_by is null or signed_by is distinct from prepared_by", name=op.f("ck_award_four_eyes")
        ),
        sa.CheckConstraint("commitment_id is null or signed_at is not null", name=op.f("ck_award_commitment")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_award_call_id")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_award_application_id")),
        sa.ForeignKeyConstraint(["ranking_id"], ["ranking.id"], name=op.f("fk_award_ranking_id")),
        sa.ForeignKeyConstraint(["prepared_by"], ["person.id"], name=op.f("fk_award_prepared_by")),
        sa.ForeignKeyConstraint(["signed_by"], ["person.id"], name=op.f("fk_award_signed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sa.UniqueConstraint("application_id", "number", name=op.f("uq_award_application_id_number")),
    )
    op.create_index(
        "uq_award_funded",
        "award",
        ["application_id"],
        unique=True,
        postgresql_where=sa.text("outcome = 'main' and state <> 'dropped'"),
    )
    op.create_index("ix_award_call_id_state", "award", ["call_id", "state"], unique=False)
    op.create_table(
        "letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("award_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("previewed_by", sa.Uuid(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("summary_document_id", sa.Uuid(), nullable=True),
        sa.Column("deemed_received_on", sa.Date(), nullable=True),
        sa.Column("redress_until", sa.Date(), nullable=True),
        sa.CheckConstraint("state in ('to_send', 'sent')", name=op.f("ck_letter_state")),
        sa.CheckConstraint("kind in ('information_letter', 'rejection_letter')", name=op.f("ck_letter_kind")),
        sa.CheckConstraint("(state = 'sent') = (sent_at is not null)", name=op.f("ck_letter_sent_at")),
        sa.CheckConstraint(
            "sent_at is null or (previewed_at is not null and document_id is not null)", name=op.f("ck_letter_seen")
        ),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_letter_award_id")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_letter_application_id")),
        sa.ForeignKeyConstraint(["previewed_by"], ["person.id"], name=op.f("fk_letter_previewed_by")),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_letter_sent_by")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_letter_document_id")),
        sa.ForeignKeyConstraint(["summary_document_id"], ["document.id"], name=op.f("fk_letter_summary_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("award_id", name=op.f("uq_letter_award_id")),
    )
    op.create_index("ix_letter_application_id", "letter", ["application_id"], unique=False)
    op.execute(GUARDS)


def downgrade() -> None:
    """Undo."""
    op.drop_table("letter")
    op.drop_table("award")
    op.execute("drop function refuse_change_of_letter()")
    op.execute("drop function refuse_change_of_award()")
