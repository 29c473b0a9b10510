"""Documents about reports, for those who may read the grant."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import NotFoundError
from app.documents.schemas import DocumentRow
from app.grants.policies import may_see_grant
from app.grants.queries.grants import grant_scope
from app.reporting.models import ReportingPeriod

ABOUT_REPORT, REPORT_DOCUMENT, PAYMENT_LETTER = "periodic_report", "periodic_report", "payment_letter"
RECOVERY_NOTE = "recovery_note"
"""What documents of this area are about, and their kinds."""


def readable_report(session: Session, actor: Actor, found: DocumentRow) -> UUID:
    """The application whose grant a report or letter belongs to; raise NotFound for who may not read it."""
    grant_id = session.execute(
        sa.select(ReportingPeriod.grant_id).where(ReportingPeriod.id == found.subject_id)
    ).scalar()
    if grant_id is None:
        raise NotFoundError("document")
    scope = grant_scope(session, grant_id)
    if not may_see_grant(actor, scope):
        raise NotFoundError("document")
    return scope.application_id
