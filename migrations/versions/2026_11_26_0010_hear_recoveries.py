"""hear recoveries: what was paid too much is announced first, the coordinator is heard, then it is asked back or not."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

CALCULATION = {
    "came_back": "received >= 0 and waived >= 0 and lowered >= 0 and received + waived + lowered <= recovery",
    "settled": "(recovered_on is not null) = (recovery > 0 and received + waived + lowered = recovery)",
}
BEFORE = {
    "came_back": "received >= 0 and waived >= 0 and received + waived <= recovery",
    "settled": "(recovered_on is not null) = (recovery > 0 and received + waived = recovery)",
}
HEARING = {
    "state": "state in ('announced', 'answered', 'confirmed', 'lowered', 'withdrawn')",
    "days": "days >= 0",
    "announced": "state <> 'announced' or answered_at is null",
    "answered": "state <> 'answered' or answered_at is not null",
    "answered_at": "answered_at is null or answered_at <= ends_at",
    "answer": "answer = '' or answered_at is not null",
    "file": "file_id is null or answer <> ''",
    "decided_at": "(state in ('announced', 'answered')) = (decided_at is null)",
    "heard": "decided_at is null or answered_at is not null or decided_at > ends_at",
    "reason": "(decided_at is null) = (reason = '')",
    "four_eyes": "state not in ('lowered', 'withdrawn') or decided_by is distinct from announced_by",
}
GUARDS = """
-- What was announced, answered and decided stays; each is written once.
create function keep_hearing() returns trigger language plpgsql as $$
declare
    answered text[] := array['state', 'answer', 'file_id', 'answered_at', 'answered_by'];
    decided text[] := array['state', 'reason', 'decided_at', 'decided_by'];
begin
    if tg_op = 'UPDATE' and old.decided_at is null and (
            (old.answered_at is null and (to_jsonb(new) - answered) is not distinct from (to_jsonb(old) - answered))
            or (to_jsonb(new) - decided) is not distinct from (to_jsonb(old) - decided)) then
        return new;
    end if;
    raise exception 'what was said in a hearing never changes' using errcode = 'restrict_violation';
end $$;
create trigger recovery_hearing_keeps before update or delete on recovery_hearing
    for each row execute function keep_hearing();

-- Nothing comes in, is waived or taken off while the coordinator is heard.
create function refuse_before_hearing() returns trigger language plpgsql as $$
begin
    if new.received + new.waived > 0 and exists (
            select from recovery_hearing where period_id = new.period_id and decided_at is null) then
        raise exception 'nothing is asked back before the hearing is decided on' using errcode = 'restrict_violation';
    end if;
    if new.lowered is distinct from old.lowered and old.lowered > 0 then
        raise exception 'what was taken off after the hearing stays' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger payment_calculation_hears_first before update on payment_calculation
    for each row execute function refuse_before_hearing();
"""


def upgrade() -> None:
    """Add the hearing; what was asked back before has none."""
    op.add_column("payment_calculation", sa.Column("lowered", sa.BigInteger(), nullable=False, server_default="0"))
    op.alter_column("payment_calculation", "lowered", server_default=None)
    _checks(CALCULATION)
    op.create_table(
        "recovery_hearing",
        sa.Column("period_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced_by", sa.Uuid(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        *(sa.CheckConstraint(check, name=op.f(f"ck_recovery_hearing_{name}")) for name, check in HEARING.items()),
        sa.ForeignKeyConstraint(
            ["period_id"], ["payment_calculation.period_id"], name=op.f("fk_recovery_hearing_period_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_recovery_hearing_file_id")),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_recovery_hearing_{name}"))
            for name in ("announced_by", "answered_by", "decided_by")
        ),
        sa.PrimaryKeyConstraint("period_id", name=op.f("pk_recovery_hearing")),
    )
    op.execute(GUARDS)


def downgrade() -> None:
    """Take it away: what was taken off after a hearing counts as waived, what was only announced as asked back."""
    op.execute("drop trigger payment_calculation_hears_first on payment_calculation")
    op.execute("drop function refuse_before_hearing()")
    op.execute("alter table payment_calculation disable trigger payment_calculation_keeps_what_came_back")
    for name in CALCULATION:
        op.drop_constraint(op.f(f"ck_payment_calculation_{name}"), "payment_calculation", type_="check")
    op.execute(
        "update payment_calculation c set waived = waived + lowered, waived_at = coalesce(waived_at, h.decided_at),"
        " waived_by = coalesce(waived_by, h.decided_by),"
        " waiver_reason = case when waiver_reason = '' then h.reason else waiver_reason end, lowered = 0"
        " from recovery_hearing h where h.period_id = c.period_id and lowered > 0"
    )
    op.execute("alter table payment_calculation enable trigger payment_calculation_keeps_what_came_back")
    op.drop_column("payment_calculation", "lowered")
    for name, check in BEFORE.items():
        op.create_check_constraint(op.f(f"ck_payment_calculation_{name}"), "payment_calculation", check)
    op.drop_table("recovery_hearing")
    op.execute("drop function keep_hearing()")


def _checks(checks: dict[str, str]) -> None:
    for name, check in checks.items():
        op.drop_constraint(op.f(f"ck_payment_calculation_{name}"), "payment_calculation", type_="check")
        op.create_check_constraint(op.f(f"ck_payment_calculation_{name}"), "payment_calculation", check)
