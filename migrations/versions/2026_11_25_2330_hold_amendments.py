"""hold amendments: what is paid follows the agreement in force, and nobody signs for both sides."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

CALCULATION = """
-- What was computed is never changed; only which payment it led to, or what came back, is noted.
create or replace function refuse_change_of_calculation() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE'
            or (new.period_id, new.payment, new.claimed, new.eligible, new.contribution, new.receipts, new.reduction)
            is distinct from
            (old.period_id, old.payment, old.claimed, old.eligible, old.contribution, old.receipts, old.reduction)
            or (new.reduction_reason, new.sheet, new.due, new.final_grant, new.recovery, new.computed_at, new.computed_by)
            is distinct from
            (old.reduction_reason, old.sheet, old.due, old.final_grant, old.recovery, old.computed_at, old.computed_by)
            {more}or (old.recovered_on is not null and new.recovered_on is distinct from old.recovered_on) then
        raise exception 'a calculation is never changed';
    end if;
    return new;
end $$;
"""

GRANT_SIGNATURE = """
create or replace function refuse_change_of_grant_signature() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        raise exception 'a signature is never changed';
    end if;
    if not exists (select from grant_version where grant_id = new.grant_id and number = new.version
            and sha256 = new.sha256) then
        raise exception 'a signature is for the agreement that was shown';
    end if;
    {more}
    return new;
end $$;
"""
ONE_SIDE_OF_A_GRANT = """if exists (select from grant_version where grant_id = new.grant_id and number = new.version
            and created_by = new.person_id) then
        raise exception 'who opened an agreement for signature does not sign it';
    end if;
    if exists (select from grant_signature where grant_id = new.grant_id and version = new.version
            and person_id = new.person_id and (partner_id is null) <> (new.partner_id is null)) then
        raise exception 'nobody signs an agreement for both sides';
    end if;"""
AMENDMENT_SIGNATURE = """
create or replace function refuse_change_of_amendment_signature() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        raise exception 'a signature of an amendment is never changed';
    end if;
    if not exists (select from amendment where id = new.amendment_id and round = new.round and sha256 = new.sha256) then
        raise exception 'a signature is for the amendment that was shown';
    end if;
    {more}
    return new;
end $$;
"""
ACCEPTED = """if new.partner_id is null and exists (select from amendment where id = new.amendment_id
            and decided_by = new.person_id) then
        raise exception 'who accepted an amendment does not sign it for the authority';
    end if;"""
ONE_SIDE_OF_AN_AMENDMENT = """if exists (select from amendment where id = new.amendment_id and decided_by = new.person_id) then
        raise exception 'who accepted an amendment does not sign it';
    end if;
    if exists (select from amendment_signature where amendment_id = new.amendment_id and round = new.round
            and person_id = new.person_id) then
        raise exception 'nobody signs an amendment for both sides';
    end if;"""


def upgrade() -> None:
    """Apply; what was computed before rests on the agreement that its report was submitted under."""
    op.add_column("payment_calculation", sa.Column("agreement_version", sa.Integer(), nullable=True))
    op.execute(
        "update payment_calculation k set agreement_version = coalesce(r.agreement_version, g.agreed_version) "
        'from periodic_report r, reporting_period p, "grant" g '
        "where r.period_id = k.period_id and p.id = k.period_id and g.id = p.grant_id"
    )
    op.alter_column("payment_calculation", "agreement_version", nullable=False)
    op.execute(GRANT_SIGNATURE.format(more=ONE_SIDE_OF_A_GRANT))
    op.execute(AMENDMENT_SIGNATURE.format(more=ONE_SIDE_OF_AN_AMENDMENT))
    op.execute(CALCULATION.format(more="or new.agreement_version is distinct from old.agreement_version\n            "))


def downgrade() -> None:
    """Undo."""
    op.execute(CALCULATION.format(more=""))
    op.execute(AMENDMENT_SIGNATURE.format(more=ACCEPTED))
    op.execute(GRANT_SIGNATURE.format(more=""))
    op.drop_column("payment_calculation", "agreement_version")
