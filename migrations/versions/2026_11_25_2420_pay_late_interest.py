"""pay late interest: a kind of payment of its own, and who asked for it when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

KINDS = "kind in ('prefinancing', 'interim', 'balance'{more})"
ONCE = "kind in ('prefinancing', 'balance'{more}) and state not in ('cancelled', 'failed')"
MORE = ", 'interest'"
KEEP = """
-- A request stands as it was made.
create trigger interest_request_is_append_only before update or delete on interest_request
    for each row execute function refuse_change();
"""
RENAME = """
alter table payment disable trigger payment_keeps_its_content;
update payment set kind = '{kind}' where subject_kind = 'late_payment';
alter table payment enable trigger payment_keeps_its_content;
"""
"""What a payment is about says that it is of interest, also where the schema has no such kind."""


def upgrade() -> None:
    """Let payments be of interest, one for each late payment, and note requests."""
    _kinds(MORE)
    op.execute(RENAME.format(kind="interest"))
    op.create_table(
        "interest_request",
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["grant_id"], ["grant.id"], name=op.f("fk_interest_request_grant_id")),
        sa.ForeignKeyConstraint(["requested_by"], ["person.id"], name=op.f("fk_interest_request_requested_by")),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_interest_request")),
    )
    op.create_index("ix_interest_request_grant_id", "interest_request", ["grant_id"], unique=False)
    op.execute(KEEP)


def downgrade() -> None:
    """Undo: requests go; interest is an interim payment to the older schema, and is interest again on the way up."""
    op.drop_table("interest_request")
    op.execute(RENAME.format(kind="interim"))
    _kinds("")


def _kinds(more: str) -> None:
    op.drop_constraint(op.f("ck_payment_kind"), "payment", type_="check")
    op.create_check_constraint(op.f("ck_payment_kind"), "payment", KINDS.format(more=more))
    op.drop_index("uq_payment_once", "payment")
    op.create_index(
        "uq_payment_once",
        "payment",
        ["subject_kind", "subject_id", "kind"],
        unique=True,
        postgresql_where=sa.text(ONCE.format(more=more)),
    )
