"""settle reports: certificates as files, and money that comes back as a line of the statement."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

KEEP_LINE = """
-- What the bank stated stays; which payment it is, or what else it settles, can be said once.
create or replace function keep_statement_line() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.payment_id is not null {more}
            or (new.id, new.booked_on, new.amount, new.counterparty, new.iban, new.end_to_end_id, new.text)
            is distinct from
            (old.id, old.booked_on, old.amount, old.counterparty, old.iban, old.end_to_end_id, old.text)
            or new.fingerprint is distinct from old.fingerprint then
        raise exception 'what the bank stated is never changed' using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;
"""


def upgrade() -> None:
    """Add the columns; a line settles one thing at most."""
    op.add_column("statement_line", sa.Column("settles", sa.Text(), nullable=False, server_default=""))
    op.alter_column("statement_line", "settles", server_default=None)
    op.drop_constraint(op.f("ck_statement_line_matched_at"), "statement_line", type_="check")
    op.create_check_constraint(
        op.f("ck_statement_line_matched_at"),
        "statement_line",
        "(payment_id is null and settles = '') = (matched_at is null)",
    )
    op.create_check_constraint(
        op.f("ck_statement_line_settles"), "statement_line", "payment_id is null or settles = ''"
    )
    op.execute(KEEP_LINE.format(more="or old.settles <> ''"))
    op.add_column("financial_statement", sa.Column("certificate_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_financial_statement_certificate_id"),
        "financial_statement",
        "stored_file",
        ["certificate_id"],
        ["id"],
    )


def downgrade() -> None:
    """Take the columns away."""
    op.drop_constraint(op.f("fk_financial_statement_certificate_id"), "financial_statement", type_="foreignkey")
    op.drop_column("financial_statement", "certificate_id")
    op.execute(KEEP_LINE.format(more=""))
    op.drop_constraint(op.f("ck_statement_line_settles"), "statement_line", type_="check")
    op.drop_constraint(op.f("ck_statement_line_matched_at"), "statement_line", type_="check")
    op.execute("update statement_line set matched_at = null, matched_by = null where settles <> ''")  # open again
    op.drop_column("statement_line", "settles")
    op.create_check_constraint(
        op.f("ck_statement_line_matched_at"), "statement_line", "(payment_id is null) = (matched_at is null)"
    )
