"""What ``verify`` asks of the signatures of amendments."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import orm
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


def both_sided_amendments(session: Session) -> Sequence[str]:
    """Amendments that one person signed for the coordinator and for the authority (for ``verify``)."""
    one, other = AmendmentSignature, orm.aliased(AmendmentSignature)
    here = (other.amendment_id == one.amendment_id, other.round == one.round, other.person_id == one.person_id)
    statement = (
        sa.select(Grant.reference, Amendment.number)
        .join_from(one, other, sa.and_(*here))
        .join(Amendment, Amendment.id == one.amendment_id)
        .join(Grant, Grant.id == Amendment.grant_id)
        .where(one.partner_id.is_(None), other.partner_id.is_not(None))
        .order_by(Grant.reference, Amendment.number)
    )
    return [f"{row.reference}, amendment {row.number}" for row in session.execute(statement.distinct())]
