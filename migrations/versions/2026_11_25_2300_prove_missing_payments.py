"""prove missing payments: two people say that the bank never paid; attempts to pay the same are known as such."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

KEEP_PAYMENT = """
-- What is paid to whom, from what and why never changes; its account only while it is with who initiated it. What was
-- cancelled or failed stays so, {unless}.
create or replace function keep_payment() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'a payment is never removed' using errcode = 'restrict_violation';
    end if;
    if (new.id, new.reference, new.subject_kind, new.subject_id, new.subject_reference, new.title)
            is distinct from
            (old.id, old.reference, old.subject_kind, old.subject_id, old.subject_reference, old.title)
            or (new.call_id, new.programme_id, new.commitment_id, new.kind, new.amount, new.organisation_id, new.due_on)
            is distinct from
            (old.call_id, old.programme_id, old.commitment_id, old.kind, old.amount, old.organisation_id, old.due_on)
            or new.sheet is distinct from old.sheet {claim}
            or (old.state <> 'returned' and (new.bank_account_id, new.holder, new.iban, new.bic)
            is distinct from (old.bank_account_id, old.holder, old.iban, old.bic))
            or (old.file_id is not null and (new.file_id, new.released_at, new.released_by)
            is distinct from (old.file_id, old.released_at, old.released_by))
            or (old.state in ('cancelled', 'failed') {surfaced}) then
        raise exception 'what a payment says is never changed' using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;
"""
NOW = {
    "unless": "unless the bank books what was given up as never paid",
    "claim": "or new.claim_id is distinct from old.claim_id",
    "surfaced": "and not (old.state = 'failed' and old.paid_on is null and new.state = 'paid')",
}
BEFORE = {"unless": "whatever program writes", "claim": "", "surfaced": ""}
REVIVED = """
-- What was given up and is paid after all must fit its commitment again.
create trigger revived_payment_fits_commitment after update on payment
    for each row when (old.state in ('cancelled', 'failed') and new.state not in ('cancelled', 'failed'))
    execute function payment_fits_commitment();
"""
CLAIMS = """
update payment p set claim_id = coalesce((
    select min(f.id::text)::uuid from payment f
    where f.kind in ('prefinancing', 'balance')
    and (f.subject_kind, f.subject_id, f.kind) = (p.subject_kind, p.subject_id, p.kind)), p.id);
"""
"""What is paid once has one claim; which interim payments were asked for again was not recorded."""
BEFORE_PROOF = """
update payment set missing_at = released_at, confirmed_at = released_at where state = 'failed' and paid_on is null;
"""
"""Until now one person could say so."""
STATES = "state in ('initiated', 'verified', 'returned', 'cancelled', 'authorised', 'released', 'paid', {more}'failed')"
IN_FILE = "(state in ('released', {more}'paid')) <= (file_id is not null)"
AUTHORISED = (
    "(state in ('authorised', 'released', {more}'paid')) <= (verified_at is not null and authorised_at is not null)"
)
PEOPLE = ("missing", "confirmed")


def upgrade() -> None:
    """Add state, people and claims."""
    for act in PEOPLE:
        op.add_column("payment", sa.Column(f"{act}_at", sa.DateTime(timezone=True), nullable=True))
        op.add_column("payment", sa.Column(f"{act}_by", sa.Uuid(), nullable=True))
        op.create_foreign_key(op.f(f"fk_payment_{act}_by"), "payment", "person", [f"{act}_by"], ["id"])
    op.add_column("payment", sa.Column("claim_id", sa.Uuid(), nullable=True))
    op.execute("alter table payment disable trigger payment_keeps_its_content")
    op.execute(CLAIMS)
    op.execute(BEFORE_PROOF)
    op.execute("alter table payment enable trigger payment_keeps_its_content")
    op.alter_column("payment", "claim_id", nullable=False)
    _states("'missing', ")
    op.create_check_constraint(
        op.f("ck_payment_missing_at"), "payment", "(state = 'missing') <= (missing_at is not null)"
    )
    op.create_check_constraint(
        op.f("ck_payment_proved"), "payment", "(state = 'failed') <= (paid_on is not null or confirmed_at is not null)"
    )
    op.create_check_constraint(
        op.f("ck_payment_confirmed_not_missing"),
        "payment",
        "confirmed_by is null or confirmed_by is distinct from missing_by",
    )
    op.create_index("ix_payment_claim_id", "payment", ["claim_id"], unique=False)
    op.create_index(
        "uq_payment_claim",
        "payment",
        ["claim_id"],
        unique=True,
        postgresql_where=sa.text("state not in ('cancelled', 'failed')"),
    )
    op.execute(KEEP_PAYMENT.format(**NOW))
    op.execute(REVIVED)


def downgrade() -> None:
    """Undo: what is reported missing stands in a file of the bank, as before the report."""
    op.execute("drop trigger revived_payment_fits_commitment on payment")
    op.execute("alter table payment disable trigger payment_keeps_its_content")
    op.execute("update payment set state = 'released' where state = 'missing'")
    op.execute("alter table payment enable trigger payment_keeps_its_content")
    op.execute(KEEP_PAYMENT.format(**BEFORE))
    op.drop_index("uq_payment_claim", "payment")
    op.drop_index("ix_payment_claim_id", "payment")
    for name in ("confirmed_not_missing", "proved", "missing_at"):
        op.drop_constraint(op.f(f"ck_payment_{name}"), "payment", type_="check")
    _states("")
    op.drop_column("payment", "claim_id")
    for act in PEOPLE:
        op.drop_constraint(op.f(f"fk_payment_{act}_by"), "payment", type_="foreignkey")
        op.drop_column("payment", f"{act}_by")
        op.drop_column("payment", f"{act}_at")


def _states(more: str) -> None:
    """The states of a payment, and what each of them needs."""
    for name, check in (("state", STATES), ("file_id", IN_FILE), ("authorised_at", AUTHORISED)):
        op.drop_constraint(op.f(f"ck_payment_{name}"), "payment", type_="check")
        op.create_check_constraint(op.f(f"ck_payment_{name}"), "payment", check.format(more=more))
