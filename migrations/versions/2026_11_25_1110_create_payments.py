"""create payments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

ENTRY_KINDS = "kind in ('appropriate', 'reduce', 'commit', 'release', 'pay'{more})"

GUARDS = """
-- What is paid to whom, from what and why never changes; its account only while it is with who initiated it.
create function keep_payment() returns trigger language plpgsql as $$
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
            or new.sheet is distinct from old.sheet
            or (old.state <> 'returned' and (new.bank_account_id, new.holder, new.iban, new.bic)
            is distinct from (old.bank_account_id, old.holder, old.iban, old.bic))
            or (old.file_id is not null and (new.file_id, new.released_at, new.released_by)
            is distinct from (old.file_id, old.released_at, old.released_by))
            or old.state in ('cancelled', 'failed') then
        raise exception 'what a payment says is never changed' using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;
create trigger payment_keeps_its_content before update or delete on payment
    for each row execute function keep_payment();

-- Payments of a commitment that were neither cancelled nor sent back never come to more than it holds: counted under
-- the lock of its row, whatever program writes.
create function payments_fit(bound uuid) returns void language plpgsql as $$
declare
    holds bigint;
    asked numeric;
begin
    select pending + paid into holds from commitment where id = bound for update;
    select coalesce(sum(amount), 0) into asked from payment
        where commitment_id = bound and state not in ('cancelled', 'failed');
    if holds is null or asked > holds then
        raise exception 'payments of commitment % come to % cents, it holds %', bound, asked, holds
            using errcode = 'check_violation', constraint = 'payments_fit_commitment';
    end if;
end
$$;
create function payment_fits_commitment() returns trigger language plpgsql as $$
begin
    perform payments_fit(new.commitment_id);
    return null;
end
$$;
create trigger payment_fits_commitment after insert on payment
    for each row execute function payment_fits_commitment();
create function commitment_holds_payments() returns trigger language plpgsql as $$
begin
    if new.pending + new.paid < old.pending + old.paid then
        perform payments_fit(new.id);
    end if;
    return null;
end
$$;
create trigger commitment_holds_payments after update on commitment
    for each row execute function commitment_holds_payments();

-- A file for the bank stays as it was sent.
create trigger payment_file_is_append_only before update or delete on payment_file
    for each row execute function refuse_change();

-- An account that somebody gave stays as it was given; a change is a new row.
create function keep_bank_account() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or (new.id, new.organisation_id, new.holder, new.iban, new.bic, new.proposed_at)
            is distinct from (old.id, old.organisation_id, old.holder, old.iban, old.bic, old.proposed_at)
            or old.state in ('refused', 'replaced') then
        raise exception 'a bank account is never changed' using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;
create trigger bank_account_keeps_its_content before update or delete on bank_account
    for each row execute function keep_bank_account();

-- What the bank stated stays; which payment it is can be said once.
create function keep_statement_line() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.payment_id is not null
            or (new.id, new.booked_on, new.amount, new.counterparty, new.iban, new.end_to_end_id, new.text)
            is distinct from
            (old.id, old.booked_on, old.amount, old.counterparty, old.iban, old.end_to_end_id, old.text)
            or new.fingerprint is distinct from old.fingerprint then
        raise exception 'what the bank stated is never changed' using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;
create trigger statement_line_keeps_its_content before update or delete on statement_line
    for each row execute function keep_statement_line();
"""

FUNCTIONS = (
    "keep_payment()",
    "payment_fits_commitment()",
    "commitment_holds_payments()",
    "payments_fit(uuid)",
    "keep_bank_account()",
    "keep_statement_line()",
)
TABLES = ("statement_line", "payment", "payment_number", "payment_file", "bank_account")

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _entry_kinds(", 'recover'")
    op.create_table(
        "bank_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("iban", sa.Text(), nullable=False),
        sa.Column("bic", sa.Text(), nullable=False),
        sa.Column("bank", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state in ('validated', 'refused')) <= (decided_at is not null)", name=op.f("ck_bank_account_decided_at")
        ),
        sa.CheckConstraint(
            "state in ('proposed', 'validated', 'refused', 'replaced')", name=op.f("ck_bank_account_state")
        ),
        sa.CheckConstraint(
            "decided_by is null or decided_by is distinct from proposed_by", name=op.f("ck_bank_account_four_eyes")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_bank_account_decided_by")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_bank_account_organisation_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_bank_account_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_account")),
    )
    op.create_index("ix_bank_account_organisation_id", "bank_account", ["organisation_id"], unique=False)
    op.create_index(
        "uq_bank_account_proposed",
        "bank_account",
        ["organisation_id"],
        unique=True,
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.create_index(
        "uq_bank_account_validated",
        "bank_account",
        ["organisation_id"],
        unique=True,
        postgresql_where=sa.text("state = 'validated'"),
    )
    op.create_table(
        "payment_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.CHAR(length=64), nullable=False),
        sa.Column("control_sum", sa.BigInteger(), nullable=False),
        sa.Column("payments", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("control_sum > 0", name=op.f("ck_payment_file_control_sum")),
        sa.CheckConstraint("payments > 0", name=op.f("ck_payment_file_payments")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_payment_file_created_by")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_payment_file_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_file")),
        sa.UniqueConstraint("message_id", name=op.f("uq_payment_file_message_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_payment_file_reference")),
    )
    op.create_table(
        "payment_number",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "year", name=op.f("pk_payment_number")),
    )
    op.create_table(
        "payment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("subject_reference", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("commitment_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("bank_account_id", sa.Uuid(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("iban", sa.Text(), nullable=False),
        sa.Column("bic", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("sheet", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("initiated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("initiated_by", sa.Uuid(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by", sa.Uuid(), nullable=True),
        sa.Column("authorised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("authorised_by", sa.Uuid(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.Uuid(), nullable=True),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("suspended_on", sa.Date(), nullable=True),
        sa.Column("suspended_days", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'paid') <= (paid_on is not null)", name=op.f("ck_payment_paid_on")),
        sa.CheckConstraint("(state = 'verified') <= (verified_at is not null)", name=op.f("ck_payment_verified_at")),
        sa.CheckConstraint(
            "(state in ('authorised', 'released', 'paid')) <= (verified_at is not null and authorised_at is not null)",
            name=op.f("ck_payment_authorised_at"),
        ),
        sa.CheckConstraint("(state in ('released', 'paid')) <= (file_id is not null)", name=op.f("ck_payment_file_id")),
        sa.CheckConstraint("kind in ('prefinancing', 'interim', 'balance')", name=op.f("ck_payment_kind")),
        sa.CheckConstraint(
            "state in ('initiated', 'verified', 'returned', 'cancelled', 'authorised', 'released', 'paid', 'failed')",
            name=op.f("ck_payment_state"),
        ),
        sa.CheckConstraint("(file_id is null) = (released_at is null)", name=op.f("ck_payment_released_at")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_amount")),
        sa.CheckConstraint(
            "authorised_by is null or authorised_by is distinct from initiated_by",
            name=op.f("ck_payment_authorised_not_initiated"),
        ),
        sa.CheckConstraint(
            "authorised_by is null or authorised_by is distinct from verified_by",
            name=op.f("ck_payment_authorised_not_verified"),
        ),
        sa.CheckConstraint(
            "released_by is null or released_by is distinct from authorised_by",
            name=op.f("ck_payment_released_not_authorised"),
        ),
        sa.CheckConstraint(
            "released_by is null or released_by is distinct from initiated_by",
            name=op.f("ck_payment_released_not_initiated"),
        ),
        sa.CheckConstraint(
            "released_by is null or released_by is distinct from verified_by",
            name=op.f("ck_payment_released_not_verified"),
        ),
        sa.CheckConstraint("suspended_days >= 0", name=op.f("ck_payment_suspended_days")),
        sa.CheckConstraint(
            "verified_by is null or verified_by is distinct from initiated_by",
            name=op.f("ck_payment_verified_not_initiated"),
        ),
        sa.ForeignKeyConstraint(["authorised_by"], ["person.id"], name=op.f("fk_payment_authorised_by")),
        sa.ForeignKeyConstraint(["bank_account_id"], ["bank_account.id"], name=op.f("fk_payment_bank_account_id")),
        sa.ForeignKeyConstraint(["file_id"], ["payment_file.id"], name=op.f("fk_payment_file_id")),
        sa.ForeignKeyConstraint(["initiated_by"], ["person.id"], name=op.f("fk_payment_initiated_by")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_payment_organisation_id")),
        sa.ForeignKeyConstraint(["released_by"], ["person.id"], name=op.f("fk_payment_released_by")),
        sa.ForeignKeyConstraint(["verified_by"], ["person.id"], name=op.f("fk_payment_verified_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("reference", name=op.f("uq_payment_reference")),
    )
    op.create_index("ix_payment_commitment_id", "payment", ["commitment_id"], unique=False)
    op.create_index("ix_payment_file_id", "payment", ["file_id"], unique=False)
    op.create_index("ix_payment_state", "payment", ["state"], unique=False)
    op.create_index("ix_payment_subject_kind_subject_id", "payment", ["subject_kind", "subject_id"], unique=False)
    op.create_index(
        "uq_payment_once",
        "payment",
        ["subject_kind", "subject_id", "kind"],
        unique=True,
        postgresql_where=sa.text("kind in ('prefinancing', 'balance') and state not in ('cancelled', 'failed')"),
    )
    op.create_table(
        "statement_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("counterparty", sa.Text(), nullable=False),
        sa.Column("iban", sa.Text(), nullable=False),
        sa.Column("end_to_end_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.CHAR(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("matched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("matched_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(payment_id is null) = (matched_at is null)", name=op.f("ck_statement_line_matched_at")),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_statement_line_amount")),
        sa.ForeignKeyConstraint(["matched_by"], ["person.id"], name=op.f("fk_statement_line_matched_by")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_statement_line_payment_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_statement_line_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_line")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_statement_line_fingerprint")),
    )
    op.create_index("ix_statement_line_booked_on", "statement_line", ["booked_on"], unique=False)
    op.create_index("ix_statement_line_payment_id", "statement_line", ["payment_id"], unique=False)
    op.execute(GUARDS)


def downgrade() -> None:
    """Undo: payments go; entries that recovered money stay, as the journal only grows, and no new one is taken."""
    op.execute("drop trigger commitment_holds_payments on commitment")
    for table in TABLES:
        op.drop_table(table)
    for function in FUNCTIONS:
        op.execute(f"drop function {function}")
    _entry_kinds("", only_new=True)


def _entry_kinds(more: str, *, only_new: bool = False) -> None:
    """The kinds of entry that the journal takes; ``only_new`` lets those be that stand in it."""
    op.drop_constraint(op.f("ck_ledger_entry_kind"), "ledger_entry", type_="check")
    op.create_check_constraint(
        op.f("ck_ledger_entry_kind"), "ledger_entry", ENTRY_KINDS.format(more=more), postgresql_not_valid=only_new
    )
