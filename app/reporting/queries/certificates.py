"""The auditor's certificate on a financial statement."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.errors import NotFoundError
from app.documents.queries import file
from app.documents.schemas import FileRow
from app.reporting.models import FinancialStatement, ReportingPeriod
from app.reporting.schemas import StatementAt


def certificate_of(session: Session, at: StatementAt) -> FileRow:
    """The file that was uploaded last; raise NotFound where there is none."""
    statement = (
        sa.select(FinancialStatement.certificate_id)
        .join(ReportingPeriod, ReportingPeriod.id == FinancialStatement.period_id)
        .where(
            ReportingPeriod.grant_id == at.grant_id,
            ReportingPeriod.number == at.number,
            FinancialStatement.partner_id == at.partner_id,
        )
    )
    found = session.execute(statement).scalar()
    stored = file(session, found) if found is not None else None
    if stored is None:
        raise NotFoundError("document")
    return stored
