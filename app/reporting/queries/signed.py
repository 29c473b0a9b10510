"""What a partner signs: the content of its financial statement as it is stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.canonical import digest
from app.core.money import Money
from app.documents.models import StoredFile
from app.reporting.models import ClaimedCost, FinancialStatement, ReportingPeriod
from app.reporting.rules.costs import Cost


def content_of(costs: Sequence[Cost], receipts: Money, explanation: str, certificate: str) -> dict[str, Any]:
    """The content of a statement, its costs in the order of their numbers."""
    return {
        "costs": [
            (one.category, one.words, one.first_day, one.last_day, one.amount, one.units)
            for one in sorted(costs, key=lambda cost: cost.number)
        ],
        "receipts": receipts,
        "explanation": explanation,
        "certificate": certificate,
    }


def stored_content(session: Session, stored: FinancialStatement) -> dict[str, Any]:
    """The content of a statement as it is stored. One query."""
    lines = session.scalars(
        sa.select(ClaimedCost).where(ClaimedCost.statement_id == stored.id).order_by(ClaimedCost.number)
    )
    costs = [
        Cost(stored.partner_id, one.number, one.category, one.words, one.first_day, one.last_day, one.amount, one.units)
        for one in lines
    ]
    return content_of(costs, stored.receipts, stored.explanation, stored.certificate)


def signed_hash(session: Session, stored: FinancialStatement, grant_id: UUID, number: int) -> str:
    """The hash under which the statement is signed, as its content is now."""
    named = {"grant": grant_id, "period": number, "partner": stored.partner_id}
    certificate = session.scalar(sa.select(StoredFile.sha256).where(StoredFile.id == stored.certificate_id)) or ""
    return digest({**named, **stored_content(session, stored), "certificate_sha256": certificate})


def altered_statements(session: Session) -> Sequence[str]:
    """Signed statements whose content is not what was signed (for ``verify``)."""
    statement = (
        sa.select(FinancialStatement, ReportingPeriod.grant_id, ReportingPeriod.number)
        .join(ReportingPeriod, ReportingPeriod.id == FinancialStatement.period_id)
        .where(FinancialStatement.sha256.is_not(None))
        .order_by(ReportingPeriod.grant_id, ReportingPeriod.number, FinancialStatement.id)
    )
    return [
        f"of partner {stored.partner_id}, period {number} of grant {grant_id}"
        for stored, grant_id, number in session.execute(statement).all()
        if signed_hash(session, stored, grant_id, number) != stored.sha256
    ]
