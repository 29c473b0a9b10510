"""What ``verify`` asks of the signatures of amendments."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.amendments.models import Amendment, AmendmentSignature
from app.grants.models import Grant


def altered_addendum_signatures(session: Session) -> Sequence[str]:
    """Signatures of the present round of an amendment that are under another text than it has."""
    here = (Amendment.id == AmendmentSignature.amendment_id, Amendment.round == AmendmentSignature.round)
    statement = (
        sa.select(Grant.reference, Amendment.number, AmendmentSignature.order)
        .select_from(AmendmentSignature)
        .join(Amendment, sa.and_(*here))
        .join(Grant, Grant.id == Amendment.grant_id)
        .where(AmendmentSignature.sha256 != Amendment.sha256)
        .order_by(Grant.reference, Amendment.number, AmendmentSignature.order)
    )
    return [f"{row.reference}, amendment {row.number}, number {row.order}" for row in session.execute(statement)]
