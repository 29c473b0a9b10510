"""join recipients: whoever hangs together by shared numbers is one, also over the numbers of other records."""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

GROUP = """
-- All numbers under which a recipient was paid: its own, those of records that share one, those of their records.
create function recipient_group(wanted text[]) returns text[] language sql stable as $$
    with recursive linked(key) as (
        select unnest(wanted)
        union
        select other.key from linked
        join recipient_amount on keys @> array[linked.key] and reversed_at is null
        cross join lateral unnest(keys) as other(key)
    )
    select coalesce(array_agg(key order by key), '{}') from linked
$$;
"""

LOCK_ALL = """
-- Who records an amount for a recipient waits for whoever does the same, by each of all its numbers in order. Where
-- somebody joined it to others meanwhile, the locks are given back and taken anew with theirs: the order is kept.
create function lock_recipient(wanted text[]) returns text[] language plpgsql as $$
declare
    known text[] := wanted;
    held text[];
    key text;
begin
    loop
        held := recipient_group(known);
        begin
            foreach key in array held loop
                perform pg_advisory_xact_lock(hashtextextended('recipient/' || key, 0));
            end loop;
            known := recipient_group(held);
            if known <@ held then
                return held;
            end if;
            raise exception 'joined' using errcode = 'GR001';
        exception when sqlstate 'GR001' then
            null;
        end;
    end loop;
end $$;
"""

LOCK_OWN = """
-- Who records an amount for a recipient waits for whoever does the same, by each number of the recipient in order.
create function lock_recipient(keys text[]) returns void language plpgsql as $$
declare
    key text;
begin
    for key in select distinct unnest(keys) as one order by one loop
        perform pg_advisory_xact_lock(hashtextextended('recipient/' || key, 0));
    end loop;
end $$;
"""

KEEP = """
-- The ceiling that counted when an amount is recorded holds whoever records it; only a reversal may follow, once.
create or replace function keep_recipient_amount() returns trigger language plpgsql as $$
declare
    received bigint;{declares}
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
    {lock}
    select coalesce(sum(amount), 0) into received from recipient_amount
    where recipient_amount.keys && {keys} and reversed_at is null
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
"""
ALL = {"declares": "\n    joined text[];", "lock": "joined := lock_recipient(new.keys);", "keys": "joined"}
OWN = {"declares": "", "lock": "perform lock_recipient(new.keys);", "keys": "new.keys"}


def upgrade() -> None:
    """Sum and lock over all numbers that hang together; what was recorded stays as it is."""
    op.execute("drop function lock_recipient(text[])")
    op.execute(GROUP)
    op.execute(LOCK_ALL)
    op.execute(KEEP.format(**ALL))


def downgrade() -> None:
    """Go back to records that share a number themselves."""
    op.execute("drop function lock_recipient(text[])")
    op.execute("drop function recipient_group(text[])")
    op.execute(LOCK_OWN)
    op.execute(KEEP.format(**OWN))
