"""create ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

GUARDS = """
-- What was posted is never changed or removed.
create trigger ledger_entry_is_append_only before update or delete on ledger_entry
    for each row execute function refuse_change();
create trigger ledger_entry_is_never_truncated before truncate on ledger_entry
    for each statement execute function refuse_change();
create trigger posting_is_append_only before update or delete on posting
    for each row execute function refuse_change();
create trigger posting_is_never_truncated before truncate on posting
    for each statement execute function refuse_change();
create trigger envelope_stays before delete on envelope
    for each row execute function refuse_change();
create trigger commitment_stays before delete on commitment
    for each row execute function refuse_change();

-- Postings move the balances, in the statement that adds them: no program can do one without the other, and the
-- checks of the balances refuse what exceeds them. A new commitment is pending already, so its first entry moves
-- the envelope only.
create function move_balances() returns trigger language plpgsql as $$
begin
    update envelope set
        appropriated = envelope.appropriated - moved.appropriation,
        available = envelope.available + moved.available,
        committed = envelope.committed + moved.committed,
        paid = envelope.paid + moved.paid
    from (
        select envelope_id,
            coalesce(sum(amount) filter (where account = 'appropriation'), 0) as appropriation,
            coalesce(sum(amount) filter (where account = 'available'), 0) as available,
            coalesce(sum(amount) filter (where account = 'committed'), 0) as committed,
            coalesce(sum(amount) filter (where account = 'paid'), 0) as paid
        from added group by envelope_id
    ) as moved
    where envelope.id = moved.envelope_id;
    update commitment set
        pending = commitment.pending + moved.committed,
        paid = commitment.paid + moved.paid,
        released = commitment.released + moved.released
    from (
        select added.commitment_id,
            coalesce(sum(amount) filter (where account = 'committed'), 0) as committed,
            coalesce(sum(amount) filter (where account = 'paid'), 0) as paid,
            coalesce(sum(amount) filter (where account = 'available'), 0) as released
        from added join ledger_entry on ledger_entry.id = added.entry_id
        where ledger_entry.kind <> 'commit' and added.commitment_id is not null
        group by added.commitment_id
    ) as moved
    where commitment.id = moved.commitment_id;
    return null;
end
$$;
create trigger posting_moves_balances after insert on posting
    referencing new table as added for each statement execute function move_balances();

-- Balances are written by the trigger above (two triggers deep) and by nobody else; identities never change.
create function keep_envelope() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if (new.appropriated, new.available, new.committed, new.paid) is distinct from (0, 0, 0, 0) then
            raise exception 'a new envelope is empty: postings fill it' using errcode = 'restrict_violation';
        end if;
    elsif (new.id, new.call_id, new.code) is distinct from (old.id, old.call_id, old.code) then
        raise exception 'an envelope keeps its call and its code' using errcode = 'restrict_violation';
    elsif pg_trigger_depth() < 2 and (new.appropriated, new.available, new.committed, new.paid)
            is distinct from (old.appropriated, old.available, old.committed, old.paid) then
        raise exception 'balances of % are moved by postings only', tg_table_name using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;
create trigger envelope_balances_are_posted before insert or update on envelope
    for each row execute function keep_envelope();
create function keep_commitment() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if (new.pending, new.paid, new.released) is distinct from (new.amount, 0, 0) then
            raise exception 'a new commitment is pending' using errcode = 'restrict_violation';
        end if;
    elsif pg_trigger_depth() < 2 then
        raise exception 'balances of % are moved by postings only', tg_table_name using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;
create trigger commitment_balances_are_posted before insert or update on commitment
    for each row execute function keep_commitment();

-- At the end of the transaction every entry that was touched is balanced ...
create function entry_is_balanced() returns trigger language plpgsql as $$
declare
    entry uuid;
    lines bigint;
    total numeric;
begin
    if tg_table_name = 'posting' then entry := new.entry_id; else entry := new.id; end if;
    select count(*), coalesce(sum(amount), 0) into lines, total from posting where entry_id = entry;
    if lines < 2 or total <> 0 then
        raise exception 'entry % is not balanced: % postings make %', entry, lines, total
            using errcode = 'restrict_violation';
    end if;
    return null;
end
$$;
create constraint trigger ledger_entry_is_balanced after insert on ledger_entry
    deferrable initially deferred for each row execute function entry_is_balanced();
create constraint trigger posting_is_balanced after insert on posting
    deferrable initially deferred for each row execute function entry_is_balanced();

-- ... and every commitment is what its postings say.
create function commitment_is_posted() returns trigger language plpgsql as $$
declare
    bound uuid;
begin
    if tg_table_name = 'posting' then bound := new.commitment_id; else bound := new.id; end if;
    if bound is not null and not exists (
        select 1 from commitment
        where id = bound
        and pending = (select sum(amount) from posting where commitment_id = bound and account = 'committed')
        and amount = (
            select sum(posting.amount) from posting join ledger_entry on ledger_entry.id = posting.entry_id
            where commitment_id = bound and account = 'committed' and kind = 'commit'
        )
    ) then
        raise exception 'commitment % is not what its postings say', bound using errcode = 'restrict_violation';
    end if;
    return null;
end
$$;
create constraint trigger commitment_is_posted after insert on commitment
    deferrable initially deferred for each row execute function commitment_is_posted();
create constraint trigger posting_fits_commitment after insert on posting
    deferrable initially deferred for each row execute function commitment_is_posted();
"""

FUNCTIONS = ("move_balances", "keep_envelope", "keep_commitment", "entry_is_balanced", "commitment_is_posted")

ENVELOPES = """
-- Calls that are published already set their money aside on the day on which they were published.
insert into envelope (id, call_id, code, title, appropriated, available, committed, paid)
select gen_random_uuid(), call.id, part ->> 'id', min(part #>> '{titles,en}'), 0, 0, 0, 0
from call
join call_version on call_version.call_id = call.id and call_version.number = call.published_version
cross join lateral jsonb_array_elements(
    (call_version.document -> 'strands') || coalesce(call_version.document -> 'pools', '[]')
) as part
where part ? 'envelope'
group by call.id, part ->> 'id'
on conflict (call_id, code) do nothing;

insert into ledger_entry (id, envelope_id, kind, key, occurred_at, actor_id, reference, reason)
select gen_random_uuid(), envelope.id, 'appropriate', 'appropriate/' || envelope.id || '/1',
    call_version.published_at, call_version.published_by, envelope.code, ''
from envelope
join call on call.id = envelope.call_id
join call_version on call_version.call_id = call.id and call_version.number = call.published_version
where exists (
    select 1 from jsonb_array_elements(
        (call_version.document -> 'strands') || coalesce(call_version.document -> 'pools', '[]')
    ) as part
    where part ->> 'id' = envelope.code and (part #>> '{envelope,amount}')::numeric > 0
)
on conflict (key) do nothing;

with wanted as (
    select ledger_entry.id as entry_id, envelope.id as envelope_id,
        sum((part #>> '{envelope,amount}')::numeric * 100)::bigint as cents
    from ledger_entry
    join envelope on envelope.id = ledger_entry.envelope_id
    join call on call.id = envelope.call_id
    join call_version on call_version.call_id = call.id and call_version.number = call.published_version
    cross join lateral jsonb_array_elements(
        (call_version.document -> 'strands') || coalesce(call_version.document -> 'pools', '[]')
    ) as part
    where part ->> 'id' = envelope.code and part ? 'envelope'
        and not exists (select 1 from posting where posting.entry_id = ledger_entry.id)
    group by ledger_entry.id, envelope.id
)
insert into posting (id, entry_id, envelope_id, commitment_id, account, amount)
select gen_random_uuid(), entry_id, envelope_id, null, account, sign * cents
from wanted cross join (values ('appropriation', -1), ('available', 1)) as side (account, sign);

-- What is deferred to the end of the transaction is looked at now, so that later revisions may alter the tables.
set constraints all immediate;
set constraints all deferred;
"""

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "envelope",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("appropriated", sa.BigInteger(), nullable=False),
        sa.Column("available", sa.BigInteger(), nullable=False),
        sa.Column("committed", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("appropriated >= 0", name=op.f("ck_envelope_appropriated")),
        sa.CheckConstraint("available >= 0", name=op.f("ck_envelope_available")),
        sa.CheckConstraint("committed >= 0", name=op.f("ck_envelope_committed")),
        sa.CheckConstraint("paid >= 0", name=op.f("ck_envelope_paid")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_envelope")),
        sa.UniqueConstraint("call_id", "code", name=op.f("uq_envelope_call_id_code")),
    )
    op.create_table(
        "commitment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("envelope_id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("pending", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("released", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_commitment_amount")),
        sa.CheckConstraint("pending >= 0", name=op.f("ck_commitment_pending")),
        sa.CheckConstraint("paid >= 0", name=op.f("ck_commitment_paid")),
        sa.CheckConstraint("released >= 0", name=op.f("ck_commitment_released")),
        sa.CheckConstraint("amount = pending + paid + released", name=op.f("ck_commitment_parts")),
        sa.ForeignKeyConstraint(["envelope_id"], ["envelope.id"], name=op.f("fk_commitment_envelope_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
        sa.UniqueConstraint("id", "envelope_id", name=op.f("uq_commitment_id_envelope_id")),
        sa.UniqueConstraint("subject_kind", "subject_id", name=op.f("uq_commitment_subject_kind_subject_id")),
    )
    op.create_index("ix_commitment_envelope_id", "commitment", ["envelope_id"], unique=False)
    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("envelope_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind in ('appropriate', 'reduce', 'commit', 'release', 'pay')", name=op.f("ck_ledger_entry_kind")
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_ledger_entry_actor_id")),
        sa.ForeignKeyConstraint(["envelope_id"], ["envelope.id"], name=op.f("fk_ledger_entry_envelope_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("id", "envelope_id", name=op.f("uq_ledger_entry_id_envelope_id")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_entry_key")),
    )
    op.create_index(
        "ix_ledger_entry_envelope_id_occurred_at", "ledger_entry", ["envelope_id", "occurred_at"], unique=False
    )
    op.create_table(
        "posting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("envelope_id", sa.Uuid(), nullable=False),
        sa.Column("commitment_id", sa.Uuid(), nullable=True),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_posting_amount")),
        sa.CheckConstraint(
            "(account in ('committed', 'paid')) <= (commitment_id is not null)", name=op.f("ck_posting_commitment")
        ),
        sa.CheckConstraint(
            "account in ('appropriation', 'available', 'committed', 'paid')", name=op.f("ck_posting_account")
        ),
        sa.ForeignKeyConstraint(
            ["commitment_id", "envelope_id"],
            ["commitment.id", "commitment.envelope_id"],
            name=op.f("fk_posting_commitment_id_envelope_id"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id", "envelope_id"],
            ["ledger_entry.id", "ledger_entry.envelope_id"],
            name=op.f("fk_posting_entry_id_envelope_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
        sa.UniqueConstraint("entry_id", "account", name=op.f("uq_posting_entry_id_account")),
    )
    op.create_index("ix_posting_commitment_id", "posting", ["commitment_id"], unique=False)
    op.execute(GUARDS)
    op.execute(ENVELOPES)


def downgrade() -> None:
    """Undo: envelopes and what was posted go with their tables."""
    op.drop_table("posting")
    op.drop_table("ledger_entry")
    op.drop_table("commitment")
    op.drop_table("envelope")
    for name in FUNCTIONS:
        op.execute(f"drop function {name}()")
