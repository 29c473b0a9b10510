"""set lines aside: what fits no payment has a state and a reason, a second person where it concerns a payment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

STATE = "state in ('open', 'matched', 'aside', 'proposed')"
CHECKS = {
    "state": STATE,
    "aside_kind": "aside_kind in ('', 'fee', 'own_transfer', 'foreign', 'doubled', 'other')",
    "matched": "(state = 'matched') = (matched_at is not null)",
    "aside_at": "(state in ('proposed', 'aside')) = (aside_at is not null)",
    "aside_why": "(aside_at is not null) = (aside_kind <> '')",
    "aside_confirmed": "(state = 'aside' and concerns_id is not null) = (aside_confirmed_at is not null)",
    "aside_four_eyes": "aside_confirmed_by is null or aside_confirmed_by is distinct from aside_by",
}
KEYS = {"aside_by": "person", "aside_confirmed_by": "person", "concerns_id": "payment"}
TEXTS = ("state", "aside_kind", "aside_words")
INSTANTS = ("aside_at", "aside_confirmed_at")
KEEP_LINE = """
-- What the bank stated stays; which payment it is, or what else it settles, can be said once.
create or replace function keep_statement_line() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.payment_id is not null or old.settles <> ''
            or (new.id, new.booked_on, new.amount, new.counterparty, new.iban, new.end_to_end_id, new.text)
            is distinct from
            (old.id, old.booked_on, old.amount, old.counterparty, old.iban, old.end_to_end_id, old.text)
            or new.fingerprint is distinct from old.fingerprint {more} then
        raise exception 'what the bank stated is never changed' using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;
"""
MORE = "or new.statement_id is distinct from old.statement_id or (old.state = 'aside' and new.state = 'matched')"


def upgrade() -> None:
    """Add the columns; a line is matched already where it has a payment or settles something."""
    for name in TEXTS:
        op.add_column("statement_line", sa.Column(name, sa.Text(), nullable=False, server_default=""))
        op.alter_column("statement_line", name, server_default=None)
    for name in INSTANTS:
        op.add_column("statement_line", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("statement_line", sa.Column("statement_id", sa.Uuid(), nullable=True))
    for name, target in KEYS.items():
        op.add_column("statement_line", sa.Column(name, sa.Uuid(), nullable=True))
        op.create_foreign_key(op.f(f"fk_statement_line_{name}"), "statement_line", target, [name], ["id"])
    op.execute("alter table statement_line disable trigger statement_line_keeps_its_content")
    op.execute("update statement_line set state = case when matched_at is null then 'open' else 'matched' end")
    op.execute("alter table statement_line enable trigger statement_line_keeps_its_content")
    for name, check in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_statement_line_{name}"), "statement_line", check)
    op.create_index("ix_statement_line_statement_id", "statement_line", ["statement_id"], unique=False)
    op.create_index(
        "ix_statement_line_unsettled",
        "statement_line",
        ["recorded_at"],
        unique=False,
        postgresql_where=sa.text("state in ('open', 'proposed')"),
    )
    op.execute(KEEP_LINE.format(more=MORE))


def downgrade() -> None:
    """Undo: what was set aside is open again."""
    op.execute(KEEP_LINE.format(more=""))
    op.drop_index("ix_statement_line_unsettled", "statement_line")
    op.drop_index("ix_statement_line_statement_id", "statement_line")
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_statement_line_{name}"), "statement_line", type_="check")
    for name in KEYS:
        op.drop_constraint(op.f(f"fk_statement_line_{name}"), "statement_line", type_="foreignkey")
    for name in (*KEYS, "statement_id", *INSTANTS, *TEXTS):
        op.drop_column("statement_line", name)
