"""correct reports: until when a report that was given back is corrected, and which statements are open again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the day and the mark; what was given back before gets the usual term and stays open as a whole."""
    op.add_column("periodic_report", sa.Column("correct_by", sa.Date(), nullable=True))
    op.execute(
        "update periodic_report set correct_by = (returned_at at time zone 'Europe/Brussels')::date + 30 "
        "where state = 'returned'"
    )
    op.create_check_constraint(
        op.f("ck_periodic_report_correct_by"), "periodic_report", "state <> 'returned' or correct_by is not null"
    )
    op.add_column("financial_statement", sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("financial_statement", sa.Column("void_sha256", sa.CHAR(64), nullable=True))
    op.execute(
        "update financial_statement s set reopened_at = r.returned_at from periodic_report r "
        "where r.period_id = s.period_id and r.state = 'returned'"
    )
    op.create_check_constraint(
        op.f("ck_financial_statement_reopened"), "financial_statement", "void_sha256 is null or reopened_at is not null"
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_constraint(op.f("ck_financial_statement_reopened"), "financial_statement", type_="check")
    op.drop_column("financial_statement", "void_sha256")
    op.drop_column("financial_statement", "reopened_at")
    op.drop_constraint(op.f("ck_periodic_report_correct_by"), "periodic_report", type_="check")
    op.drop_column("periodic_report", "correct_by")
