"""forget visitors: the name of a visitor may go when the grant's records are over, and nothing else with it."""

from __future__ import annotations

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

KEEP = """
-- What was recorded about a payment never changes: a document and one reversal may be added.{forgotten}
create or replace function keep_third_party_payment() returns trigger language plpgsql as $$
declare
    added text[] := array['evidence_id', 'reversed_at', 'reversed_by', 'reversal_reason'];
begin{allowed}
    if tg_op = 'DELETE' or old.reversed_at is not null
            or (to_jsonb(new) - added) is distinct from (to_jsonb(old) - added) then
        raise exception 'a payment to a third party is reversed, never changed or removed'
            using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
"""
FORGOTTEN = """
-- The name of a visitor is erased for good, with the document about the stay; a name never becomes another one."""
ALLOWED = """
    if tg_op = 'UPDATE' and old.kind = 'exchange' and old.visitor_key not like 'erased:%'
            and new.visitor_key = 'erased:' || old.id and new.visitor = 'erased person' and new.evidence_id is null
            and (to_jsonb(new) - array['visitor', 'visitor_key', 'evidence_id'])
                is not distinct from (to_jsonb(old) - array['visitor', 'visitor_key', 'evidence_id']) then
        return new;
    end if;"""


def upgrade() -> None:
    """Allow the one change."""
    op.execute(KEEP.format(forgotten=FORGOTTEN, allowed=ALLOWED))


def downgrade() -> None:
    """Refuse it again; names that are gone stay gone."""
    op.execute(KEEP.format(forgotten="", allowed=""))
