"""amend by authority: the managing body may begin an amendment; the coordinator signs it or refuses it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Say of each amendment which side began it; until now it was always the coordinator."""
    op.add_column("amendment", sa.Column("by_authority", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("amendment", "by_authority", server_default=None)
    op.create_check_constraint(op.f("ck_amendment_by_authority"), "amendment", CHECK)


CHECK = "not by_authority or (requested_by is null and state <> 'requested')"


def downgrade() -> None:
    """Take it away: what the managing body began then reads as begun by the coordinator."""
    op.drop_constraint(op.f("ck_amendment_by_authority"), "amendment", type_="check")
    op.drop_column("amendment", "by_authority")
