"""create reporting."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

GUARDS = """
-- What was computed is never changed; only which payment it led to, or what came back, is noted.
create function refuse_change_of_calculation() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE'
            or (new.period_id, new.payment, new.claimed, new.eligible, new.contribution, new.receipts, new.reduction)
            is distinct from
            (old.period_id, old.payment, old.claimed, old.eligible, old.contribution, old.receipts, old.reduction)
            or (new.reduction_reason, new.sheet, new.due, new.final_grant, new.recovery, new.computed_at, new.computed_by)
            is distinct from
            (old.reduction_reason, old.sheet, old.due, old.final_grant, old.recovery, old.computed_at, old.computed_by)
            or (old.recovered_on is not null and new.recovered_on is distinct from old.recovered_on) then
        raise exception 'a calculation is never changed';
    end if;
    return new;
end $$;
create trigger payment_calculation_keeps_its_figures before update or delete on payment_calculation
    for each row execute function refuse_change_of_calculation();

-- After the decision on a report neither its statements nor its costs change.
create function refuse_change_of_decided_statement() returns trigger language plpgsql as $$
begin
    if exists (select from periodic_report where period_id = coalesce(old.period_id, new.period_id)
            and state in ('accepted', 'rejected')) then
        raise exception 'a statement of a decided report is never changed';
    end if;
    return coalesce(new, old);
end $$;
create trigger financial_statement_is_decided before insert or update or delete on financial_statement
    for each row execute function refuse_change_of_decided_statement();

create function refuse_change_of_decided_cost() returns trigger language plpgsql as $$
begin
    if exists (select from financial_statement s join periodic_report r on r.period_id = s.period_id
            where s.id = coalesce(old.statement_id, new.statement_id) and r.state in ('accepted', 'rejected')) then
        raise exception 'a cost of a decided report is never changed';
    end if;
    return coalesce(new, old);
end $$;
create trigger claimed_cost_is_decided before insert or update or delete on claimed_cost
    for each row execute function refuse_change_of_decided_cost();
"""

PAYMENTS_FIT = """
-- As before, less what the coordinator paid back: it was paid, and is the commitment's no longer once it is released.
create or replace function payments_fit(bound uuid) returns void language plpgsql as $$
declare
    holds bigint;
    asked numeric;
    back numeric := 0;
begin
    select pending + paid into holds from commitment where id = bound for update;
    select coalesce(sum(amount), 0) into asked from payment
        where commitment_id = bound and state not in ('cancelled', 'failed');
    {back}
    if holds is null or asked - back > holds then
        raise exception 'payments of commitment % come to % cents, it holds %', bound, asked, holds
            using errcode = 'check_violation', constraint = 'payments_fit_commitment';
    end if;
end
$$;
"""
BACK = """select coalesce(sum(p.amount), 0) into back from posting p join ledger_entry e on e.id = p.entry_id
        where p.commitment_id = bound and p.account = 'committed' and e.key like 'recovery/%';"""

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "reporting_period",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("payment", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("payment in ('none', 'interim', 'balance')", name=op.f("ck_reporting_period_payment")),
        sa.CheckConstraint("due_on >= ends_on", name=op.f("ck_reporting_period_due_on")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_reporting_period_days")),
        sa.CheckConstraint("number > 0", name=op.f("ck_reporting_period_number")),
        sa.ForeignKeyConstraint(["grant_id"], ["grant.id"], name=op.f("fk_reporting_period_grant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reporting_period")),
        sa.UniqueConstraint("grant_id", "number", name=op.f("uq_reporting_period_grant_id_number")),
    )
    op.create_index(
        "uq_reporting_period_balance",
        "reporting_period",
        ["grant_id"],
        unique=True,
        postgresql_where=sa.text("payment = 'balance'"),
    )
    op.create_table(
        "periodic_report",
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("texts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("saved_by", sa.Uuid(), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(state in ('accepted', 'rejected')) = (decided_at is not null)", name=op.f("ck_periodic_report_decided_at")
        ),
        sa.CheckConstraint(
            "state in ('due', 'draft') or submitted_at is not null", name=op.f("ck_periodic_report_submitted_at")
        ),
        sa.CheckConstraint(
            "state in ('due', 'draft', 'submitted', 'returned', 'accepted', 'rejected')",
            name=op.f("ck_periodic_report_state"),
        ),
        sa.CheckConstraint(
            "state not in ('returned', 'rejected') or reason <> ''", name=op.f("ck_periodic_report_reason")
        ),
        sa.CheckConstraint(
            "decided_by is null or decided_by is distinct from submitted_by", name=op.f("ck_periodic_report_four_eyes")
        ),
        sa.CheckConstraint("version >= 0", name=op.f("ck_periodic_report_version")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_periodic_report_decided_by")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_periodic_report_document_id")),
        sa.ForeignKeyConstraint(["period_id"], ["reporting_period.id"], name=op.f("fk_periodic_report_period_id")),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_periodic_report_saved_by")),
        sa.ForeignKeyConstraint(["submitted_by"], ["person.id"], name=op.f("fk_periodic_report_submitted_by")),
        sa.PrimaryKeyConstraint("period_id", name=op.f("pk_periodic_report")),
    )
    op.create_index("ix_periodic_report_state", "periodic_report", ["state"], unique=False)
    op.create_table(
        "financial_statement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("receipts", sa.BigInteger(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("sha256", sa.CHAR(length=64), nullable=True),
        sa.CheckConstraint("(signed_at is null) = (sha256 is null)", name=op.f("ck_financial_statement_signed")),
        sa.CheckConstraint("receipts >= 0", name=op.f("ck_financial_statement_receipts")),
        sa.CheckConstraint("version > 0", name=op.f("ck_financial_statement_version")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_financial_statement_partner_id")),
        sa.ForeignKeyConstraint(
            ["period_id"], ["periodic_report.period_id"], name=op.f("fk_financial_statement_period_id")
        ),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_financial_statement_saved_by")),
        sa.ForeignKeyConstraint(["signed_by"], ["person.id"], name=op.f("fk_financial_statement_signed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_financial_statement")),
        sa.UniqueConstraint("period_id", "partner_id", name=op.f("uq_financial_statement_period_id_partner_id")),
    )
    op.create_table(
        "indicator_report",
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("value >= 0", name=op.f("ck_indicator_report_value")),
        sa.ForeignKeyConstraint(
            ["period_id"], ["periodic_report.period_id"], name=op.f("fk_indicator_report_period_id")
        ),
        sa.PrimaryKeyConstraint("period_id", "indicator", name=op.f("pk_indicator_report")),
    )
    op.create_table(
        "payment_calculation",
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("payment", sa.Text(), nullable=False),
        sa.Column("claimed", sa.BigInteger(), nullable=False),
        sa.Column("eligible", sa.BigInteger(), nullable=False),
        sa.Column("contribution", sa.BigInteger(), nullable=False),
        sa.Column("receipts", sa.BigInteger(), nullable=False),
        sa.Column("reduction", sa.BigInteger(), nullable=False),
        sa.Column("reduction_reason", sa.Text(), nullable=False),
        sa.Column("sheet", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("final_grant", sa.BigInteger(), nullable=True),
        sa.Column("recovery", sa.BigInteger(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("computed_by", sa.Uuid(), nullable=True),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("recovered_on", sa.Date(), nullable=True),
        sa.Column("recovery_reference", sa.Text(), nullable=False),
        sa.Column("recovered_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(payment = 'balance') = (final_grant is not null)", name=op.f("ck_payment_calculation_final_grant")
        ),
        sa.CheckConstraint(
            "(recovered_on is null) = (recovery_reference = '')", name=op.f("ck_payment_calculation_recovered")
        ),
        sa.CheckConstraint("payment <> 'none' or due = 0", name=op.f("ck_payment_calculation_none")),
        sa.CheckConstraint("payment in ('none', 'interim', 'balance')", name=op.f("ck_payment_calculation_payment")),
        sa.CheckConstraint(
            "reduction = 0 or reduction_reason <> ''", name=op.f("ck_payment_calculation_reduction_reason")
        ),
        sa.CheckConstraint(
            "(requested_at is null) = (payment_id is null)", name=op.f("ck_payment_calculation_requested")
        ),
        sa.CheckConstraint(
            "due >= 0 and recovery >= 0 and (due = 0 or recovery = 0)", name=op.f("ck_payment_calculation_due")
        ),
        sa.CheckConstraint(
            "eligible >= 0 and contribution >= 0 and receipts >= 0 and reduction >= 0",
            name=op.f("ck_payment_calculation_amounts"),
        ),
        sa.CheckConstraint("payment_id is null or due > 0", name=op.f("ck_payment_calculation_payment_due")),
        sa.CheckConstraint("recovered_on is null or recovery > 0", name=op.f("ck_payment_calculation_recovery")),
        sa.ForeignKeyConstraint(["computed_by"], ["person.id"], name=op.f("fk_payment_calculation_computed_by")),
        sa.ForeignKeyConstraint(
            ["period_id"], ["periodic_report.period_id"], name=op.f("fk_payment_calculation_period_id")
        ),
        sa.ForeignKeyConstraint(["recovered_by"], ["person.id"], name=op.f("fk_payment_calculation_recovered_by")),
        sa.ForeignKeyConstraint(["requested_by"], ["person.id"], name=op.f("fk_payment_calculation_requested_by")),
        sa.PrimaryKeyConstraint("period_id", name=op.f("pk_payment_calculation")),
    )
    op.create_table(
        "claimed_cost",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("accepted", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assessed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("verdict <> 'accepted' or accepted = amount", name=op.f("ck_claimed_cost_accepted_in_full")),
        sa.CheckConstraint("verdict <> 'rejected' or accepted = 0", name=op.f("ck_claimed_cost_rejected_in_full")),
        sa.CheckConstraint("verdict in ('accepted', 'reduced', 'rejected')", name=op.f("ck_claimed_cost_verdict")),
        sa.CheckConstraint(
            "verdict not in ('reduced', 'rejected') or reason <> ''", name=op.f("ck_claimed_cost_reason")
        ),
        sa.CheckConstraint("(verdict is null) = (accepted is null)", name=op.f("ck_claimed_cost_verdict_amount")),
        sa.CheckConstraint("accepted between 0 and amount", name=op.f("ck_claimed_cost_accepted")),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_claimed_cost_amount")),
        sa.CheckConstraint("units >= 0", name=op.f("ck_claimed_cost_units")),
        sa.ForeignKeyConstraint(["assessed_by"], ["person.id"], name=op.f("fk_claimed_cost_assessed_by")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["financial_statement.id"], name=op.f("fk_claimed_cost_statement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claimed_cost")),
        sa.UniqueConstraint("statement_id", "number", name=op.f("uq_claimed_cost_statement_id_number")),
    )
    op.execute(GUARDS)
    op.execute(PAYMENTS_FIT.format(back=BACK))


def downgrade() -> None:
    """Undo."""
    op.execute(PAYMENTS_FIT.format(back=""))
    tables = "claimed_cost", "payment_calculation", "indicator_report", "financial_statement"
    for table in (*tables, "periodic_report", "reporting_period"):
        op.drop_table(table)
    for name in ("calculation", "decided_statement", "decided_cost"):
        op.execute(f"drop function refuse_change_of_{name}")
