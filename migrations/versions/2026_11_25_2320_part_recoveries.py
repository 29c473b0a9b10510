"""part recoveries: money comes back in parts or is waived with a reason; nobody judges a report of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

GUARDS = """
-- What came back only grows, and a waiver stays as it was written.
create function refuse_change_of_recovery() returns trigger language plpgsql as $$
begin
    if new.received < old.received
            or (old.waived_at is not null and (new.waived, new.waived_at, new.waived_by, new.waiver_reason)
            is distinct from (old.waived, old.waived_at, old.waived_by, old.waiver_reason)) then
        raise exception 'what came back or was waived is never taken back' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger payment_calculation_keeps_what_came_back before update on payment_calculation
    for each row execute function refuse_change_of_recovery();

-- Who wrote, signed or submitted a part of a report neither judges its costs nor decides on it.
create function refuse_own_judgement() returns trigger language plpgsql as $$
declare
    judge uuid;
    period uuid;
begin
    if tg_table_name = 'claimed_cost' then
        judge := new.assessed_by;
        select period_id into period from financial_statement where id = new.statement_id;
    else
        judge := new.decided_by;
        period := new.period_id;
    end if;
    if exists (select from periodic_report where period_id = period and judge in (saved_by, submitted_by))
            or exists (select from financial_statement where period_id = period and judge in (saved_by, signed_by)) then
        raise exception 'who has a part in a report does not judge it'
            using errcode = 'check_violation', constraint = 'own_judgement';
    end if;
    return new;
end $$;
create trigger claimed_cost_own_judgement before update of assessed_by on claimed_cost
    for each row when (new.assessed_by is not null) execute function refuse_own_judgement();
create trigger periodic_report_own_judgement before update of decided_by on periodic_report
    for each row when (new.decided_by is not null and old.decided_by is null) execute function refuse_own_judgement();
"""


def upgrade() -> None:
    """Add what came back so far, and what was waived by whom and why."""
    for name in ("received", "waived"):
        op.add_column("payment_calculation", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
        op.alter_column("payment_calculation", name, server_default=None)
    op.add_column("payment_calculation", sa.Column("waiver_reason", sa.Text(), nullable=False, server_default=""))
    op.alter_column("payment_calculation", "waiver_reason", server_default=None)
    op.add_column("payment_calculation", sa.Column("waived_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("payment_calculation", sa.Column("waived_by", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_payment_calculation_waived_by"), "payment_calculation", "person", ["waived_by"], ["id"]
    )
    op.execute("update payment_calculation set received = recovery where recovered_on is not null")
    for name, check in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_payment_calculation_{name}"), "payment_calculation", check)
    op.execute(GUARDS)


CHECKS = {
    "came_back": "received >= 0 and waived >= 0 and received + waived <= recovery",
    "settled": "(recovered_on is not null) = (recovery > 0 and received + waived = recovery)",
    "waiver": "(waived > 0) = (waived_at is not null) and (waived = 0 or waiver_reason <> '')",
    "waiver_four_eyes": "waived_by is null or waived_by is distinct from computed_by",
}


def downgrade() -> None:
    """Take it away."""
    for table in ("claimed_cost", "periodic_report"):
        op.execute(f"drop trigger {table}_own_judgement on {table}")
    op.execute("drop trigger payment_calculation_keeps_what_came_back on payment_calculation")
    for name in ("own_judgement", "change_of_recovery"):
        op.execute(f"drop function refuse_{name}()")
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_payment_calculation_{name}"), "payment_calculation", type_="check")
    op.drop_constraint(op.f("fk_payment_calculation_waived_by"), "payment_calculation", type_="foreignkey")
    for name in ("waived_by", "waived_at", "waiver_reason", "waived", "received"):
        op.drop_column("payment_calculation", name)
