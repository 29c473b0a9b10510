"""create the queue's own schema."""

from __future__ import annotations

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.execute("create schema jobs")
    op.execute("set local search_path to jobs, public")
    op.get_bind().exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
    op.execute("set local search_path to public, jobs")


def downgrade() -> None:
    """Undo."""
    op.execute("drop schema jobs cascade")
