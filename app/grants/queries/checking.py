"""What ``verify`` asks of agreements: whether texts and signatures are those that were given."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.canonical import digest
from app.grants.models import Grant, GrantSignature, GrantVersion


def altered_agreements(session: Session) -> Sequence[str]:
    """References of agreements whose text no longer has the hash that was signed (for ``verify``)."""
    statement = sa.select(Grant.reference, GrantVersion.number, GrantVersion.snapshot, GrantVersion.sha256).join(
        Grant, Grant.id == GrantVersion.grant_id
    )
    return [
        f"{row.reference}, version {row.number}"
        for row in session.execute(statement.execution_options(yield_per=50))
        if digest(row.snapshot) != row.sha256
    ]


def altered_signatures(session: Session) -> Sequence[str]:
    """References of grants with a signature under another text than that of its version (for ``verify``)."""
    here = (GrantVersion.grant_id == GrantSignature.grant_id, GrantVersion.number == GrantSignature.version)
    statement = (
        sa.select(Grant.reference, GrantSignature.version, GrantSignature.order)
        .join_from(GrantSignature, GrantVersion, sa.and_(*here))
        .join(Grant, Grant.id == GrantSignature.grant_id)
        .where(GrantSignature.sha256 != GrantVersion.sha256)
        .order_by(Grant.reference, GrantSignature.version, GrantSignature.order)
    )
    return [f"{row.reference}, version {row.version}, number {row.order}" for row in session.execute(statement)]
