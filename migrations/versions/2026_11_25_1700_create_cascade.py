"""create cascade: payments to third parties, and what the ledger counts for each recipient."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

GUARDS = """
-- Who records an amount for a recipient waits for whoever does the same, by each number of the recipient in order.
create function lock_recipient(keys text[]) returns void language plpgsql as $$
declare
    key text;
begin
    for key in select distinct unnest(keys) as one order by one loop
        perform pg_advisory_xact_lock(hashtextextended('recipient/' || key, 0));
    end loop;
end $$;

-- The ceiling that counted when an amount is recorded holds whoever records it; only a reversal may follow, once.
create function keep_recipient_amount() returns trigger language plpgsql as $$
declare
    received bigint;
begin
    if tg_op = 'DELETE' then
        raise exception 'what a recipient received is never removed' using errcode = 'restrict_violation';
    end if;
    if tg_op = 'UPDATE' then
        if old.reversed_at is not null or new.reversed_at is null
                or (to_jsonb(new) - 'reversed_at') is distinct from (to_jsonb(old) - 'reversed_at') then
            raise exception 'what a recipient received is never changed' using errcode = 'restrict_violation';
        end if;
        return new;
    end if;
    if new.reversed_at is not null then
        raise exception 'an amount is recorded before it is reversed' using errcode = 'restrict_violation';
    end if;
    perform lock_recipient(new.keys);
    select coalesce(sum(amount), 0) into received from recipient_amount
    where recipient_amount.keys && new.keys and reversed_at is null
    and case new.within
        when 'grant' then grant_id = new.grant_id
        when 'call' then call_id = new.call_id
        else programme_id = new.programme_id
    end;
    if received + new.amount > new.ceiling then
        raise exception 'the ceiling of a recipient is passed: % and % of %', received, new.amount, new.ceiling
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger recipient_amount_is_kept before insert or update or delete on recipient_amount
    for each row execute function keep_recipient_amount();
create trigger recipient_amount_is_never_truncated before truncate on recipient_amount
    for each statement execute function refuse_change();

-- What was recorded about a payment never changes: a document and one reversal may be added.
create function keep_third_party_payment() returns trigger language plpgsql as $$
declare
    added text[] := array['evidence_id', 'reversed_at', 'reversed_by', 'reversal_reason'];
begin
    if tg_op = 'DELETE' or old.reversed_at is not null
            or (to_jsonb(new) - added) is distinct from (to_jsonb(old) - added) then
        raise exception 'a payment to a third party is reversed, never changed or removed'
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger third_party_payment_is_kept before update or delete on third_party_payment
    for each row execute function keep_third_party_payment();
create trigger third_party_payment_is_never_truncated before truncate on third_party_payment
    for each statement execute function refuse_change();
"""

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "recipient_amount",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("keys", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("ceiling", sa.BigInteger(), nullable=True),
        sa.Column("within", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reversed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("within in ('grant', 'call', 'programme')", name=op.f("ck_recipient_amount_within")),
        sa.CheckConstraint("amount <= ceiling", name=op.f("ck_recipient_amount_ceiling")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_recipient_amount_amount")),
        sa.CheckConstraint("cardinality(keys) > 0", name=op.f("ck_recipient_amount_keys")),
        sa.CheckConstraint("reversed_at >= recorded_at", name=op.f("ck_recipient_amount_reversed_at")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipient_amount")),
        sa.UniqueConstraint("subject_kind", "subject_id", name=op.f("uq_recipient_amount_subject_kind_subject_id")),
    )
    op.create_index("ix_recipient_amount_grant_id", "recipient_amount", ["grant_id"], unique=False)
    op.create_index("ix_recipient_amount_keys", "recipient_amount", ["keys"], unique=False, postgresql_using="gin")
    op.create_table(
        "third_party_payment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("vat", sa.Text(), nullable=False),
        sa.Column("registration_number", sa.Text(), nullable=False),
        sa.Column("sme", sa.Boolean(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("activity", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("reversed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reversed_by", sa.Uuid(), nullable=True),
        sa.Column("reversal_reason", sa.Text(), nullable=False),
        sa.Column("visitor", sa.Text(), nullable=True),
        sa.Column("visitor_key", sa.Text(), nullable=True),
        sa.Column("host_name", sa.Text(), nullable=True),
        sa.Column("host_country", sa.Text(), nullable=True),
        sa.Column("host_region", sa.Text(), nullable=True),
        sa.Column("host_sme", sa.Boolean(), nullable=True),
        sa.Column("distance_km", sa.Integer(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("working_days", sa.Integer(), nullable=True),
        sa.Column("halved", sa.Boolean(), nullable=True),
        sa.Column("lump_sum", sa.BigInteger(), nullable=True),
        sa.Column("lump_sum_source", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(reversed_at is null) = (reversal_reason = '') and (reversed_at is not null or reversed_by is null)",
            name=op.f("ck_third_party_payment_reversed"),
        ),
        sa.CheckConstraint("kind in ('voucher', 'exchange')", name=op.f("ck_third_party_payment_kind")),
        sa.CheckConstraint(
            "num_nonnulls(visitor, visitor_key, host_name, host_country, host_region, host_sme, distance_km, first_day, last_day, working_days, halved, lump_sum, lump_sum_source) = case kind when 'exchange' then 13 else 0 end",
            name=op.f("ck_third_party_payment_exchange"),
        ),
        sa.CheckConstraint("vat <> '' or registration_number <> ''", name=op.f("ck_third_party_payment_recipient")),
        sa.CheckConstraint(
            "amount = case when halved then lump_sum / 2 else lump_sum end",
            name=op.f("ck_third_party_payment_lump_sum"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_third_party_payment_amount")),
        sa.CheckConstraint("host_country <> country", name=op.f("ck_third_party_payment_host_country")),
        sa.CheckConstraint("last_day >= first_day and working_days >= 3", name=op.f("ck_third_party_payment_stay")),
        sa.ForeignKeyConstraint(["evidence_id"], ["stored_file.id"], name=op.f("fk_third_party_payment_evidence_id")),
        sa.ForeignKeyConstraint(
            ["grant_id", "partner_id"],
            ["grant_partner.grant_id", "grant_partner.partner_id"],
            name=op.f("fk_third_party_payment_grant_id_partner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_third_party_payment_organisation_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_third_party_payment_recorded_by")),
        sa.ForeignKeyConstraint(["reversed_by"], ["person.id"], name=op.f("fk_third_party_payment_reversed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_third_party_payment")),
        sa.UniqueConstraint("grant_id", "number", name=op.f("uq_third_party_payment_grant_id_number")),
    )
    op.create_index(
        "ix_third_party_payment_grant_id_partner_id", "third_party_payment", ["grant_id", "partner_id"], unique=False
    )
    op.create_index("ix_third_party_payment_visitor_key", "third_party_payment", ["visitor_key"], unique=False)
    op.execute(GUARDS)


def downgrade() -> None:
    """Undo: payments and what they counted go with their tables."""
    op.drop_table("third_party_payment")
    op.drop_table("recipient_amount")
    for name in ("keep_third_party_payment()", "keep_recipient_amount()", "lock_recipient(text[])"):
        op.execute(f"drop function {name}")
