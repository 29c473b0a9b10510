"""know payees: whose people act on no step of a payment, and names of payees that may go when accounting papers are over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

KEEP = """
create function keep_parties() returns trigger language plpgsql as $$
begin
    if new.parties is distinct from old.parties then
        raise exception 'what a payment says is never changed' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger payment_keeps_its_parties before update on payment for each row execute function keep_parties();
"""
KNOWN = """
update payment p set parties = array(
    select g.application_id from "grant" g where g.id = about.grant_id
    union
    select gp.organisation_id from grant_partner gp where gp.grant_id = about.grant_id
    union
    select p.organisation_id
)
from (
    select o.id, case o.subject_kind when 'grant' then o.subject_id when 'late_payment' then late.subject_id end as grant_id
    from payment o left join payment late on late.id = o.subject_id
) about
where about.id = p.id
"""
"""A payment of interest is about the payment that came late, and so about its grant."""

ERASED = "erased person"
GUARDS = (
    ("payment", "payment_keeps_its_content", "keep_payment", "holder", ""),
    ("bank_account", "bank_account_keeps_its_content", "keep_bank_account", "holder", ""),
    ("statement_line", "statement_line_keeps_its_content", "keep_statement_line", "counterparty", ""),
    ("recipient_amount", "recipient_amount_is_kept", "keep_recipient_amount", "name", "insert or "),
    ("third_party_payment", "third_party_payment_is_kept", "keep_third_party_payment", "recipient", ""),
)
"""Table, trigger, its function, the column with the name, and what else the trigger looks at."""


def upgrade() -> None:
    """Add the parties, of payments that are there from their grants; let a name become that of nobody for good.

    A trigger looks at every other change, as before.
    """
    op.add_column("payment", sa.Column("parties", postgresql.ARRAY(sa.Uuid()), nullable=False, server_default="{}"))
    op.alter_column("payment", "parties", server_default=None)
    op.execute("alter table payment disable trigger user")
    op.execute(KNOWN)
    op.execute("alter table payment enable trigger user")
    op.execute(KEEP)
    for table, trigger, function, column, also in GUARDS:
        op.execute(f"drop trigger {trigger} on {table}")
        op.execute(
            f"create trigger {trigger} before {also}delete on {table} for each row execute function {function}()"
        )
        op.execute(
            f"create trigger {trigger}_but_names before update on {table} for each row"
            f" when (new.{column} <> '{ERASED}' or to_jsonb(new) - '{column}' is distinct from to_jsonb(old) - '{column}'"
            f" or old.{column} = '{ERASED}') execute function {function}()"
        )


def downgrade() -> None:
    """Take the parties away and refuse to forget; names that are gone stay gone."""
    for table, trigger, function, _, also in GUARDS:
        op.execute(f"drop trigger {trigger}_but_names on {table}")
        op.execute(f"drop trigger {trigger} on {table}")
        op.execute(
            f"create trigger {trigger} before {also}update or delete on {table}"
            f" for each row execute function {function}()"
        )
    op.execute("drop trigger payment_keeps_its_parties on payment")
    op.execute("drop function keep_parties()")
    op.drop_column("payment", "parties")
