"""note bank statuses: reports of the bank on payments that it has not booked yet, and what each says of which."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

TABLES = ("payment_status", "bank_report")
KEEP = """
-- What the bank reported stays as it was recorded.
create function keep_bank_report() returns trigger language plpgsql as $$
begin
    raise exception 'what the bank reported is never changed' using errcode = 'restrict_violation';
end
$$;
"""
GUARD = "create trigger {table}_is_kept before update or delete on {table} for each row execute function keep_bank_report();"


def upgrade() -> None:
    """Make both tables; they only grow."""
    op.create_table(
        "bank_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("of_message", sa.Text(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("fingerprint", sa.CHAR(length=64), nullable=False),
        sa.Column("noted", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("findings", postgresql.JSONB(), nullable=False),
        sa.Column("unknown", postgresql.JSONB(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("noted >= 0 and rejected >= 0", name=op.f("ck_bank_report_counts")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_bank_report_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_report")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_bank_report_fingerprint")),
    )
    op.create_table(
        "payment_status",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_payment_status_payment_id")),
        sa.ForeignKeyConstraint(["report_id"], ["bank_report.id"], name=op.f("fk_payment_status_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_status")),
        sa.UniqueConstraint("report_id", "payment_id", name=op.f("uq_payment_status_report_id_payment_id")),
    )
    op.create_index("ix_payment_status_payment_id", "payment_status", ["payment_id"], unique=False)
    op.execute(KEEP)
    for table in TABLES:
        op.execute(GUARD.format(table=table))


def downgrade() -> None:
    """Undo: what the bank reported goes; payments stay where they stand, with their reasons."""
    for table in TABLES:
        op.drop_table(table)
    op.execute("drop function keep_bank_report()")
