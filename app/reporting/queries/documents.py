"""Documents about reports, for those who may read the grant."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.actor import Actor, Role, ScopeKind
from app.core.errors import NotFoundError
from app.documents.schemas import DocumentRow
from app.grants.policies import may_see_grant
from app.grants.queries.grants import grant_scope
from app.payments.queries import payment_row
from app.reporting.models import ReportingPeriod
from app.reporting.policies import follows_money

ABOUT_REPORT, REPORT_DOCUMENT, PAYMENT_LETTER = "periodic_report", "periodic_report", "payment_letter"
RECOVERY_ANNOUNCEMENT, RECOVERY_NOTE = "recovery_announcement", "recovery_note"
"""What documents of this area are about, and their kinds."""
ABOUT_PAYMENT, PREFINANCING_LETTER, INTEREST_LETTER = "payment", "prefinancing_letter", "interest_letter"
"""The letter about a pre-financing is about the payment that the bank has booked: another one has its own. That about interest is about the late payment."""
ABOUT_PORTFOLIO, PORTFOLIO_REPORT = "portfolio", "portfolio_report"


def readable_report(session: Session, actor: Actor, found: DocumentRow) -> UUID:
    """The application whose grant a report or letter belongs to; raise NotFound for who may not read it."""
    grant_id = session.execute(
        sa.select(ReportingPeriod.grant_id).where(ReportingPeriod.id == found.subject_id)
    ).scalar()
    if grant_id is None:
        raise NotFoundError("document")
    return _application_of(session, actor, grant_id)


def readable_letter(session: Session, actor: Actor, found: DocumentRow) -> UUID:
    """The application whose grant a payment of a letter belongs to; raise NotFound for who may not read it."""
    return _application_of(session, actor, payment_row(session, found.subject_id).subject_id)


def _application_of(session: Session, actor: Actor, grant_id: UUID) -> UUID:
    scope = grant_scope(session, grant_id)
    if not may_see_grant(actor, scope):
        raise NotFoundError("document")
    return scope.application_id


def require_portfolio_report(actor: Actor, found: DocumentRow) -> None:
    """Raise NotFound unless the actor asked for this report and still follows money, or audits the whole platform."""
    own = found.data.get("asked_by") == str(actor.person_id) and follows_money(actor)
    audits = any(actor.has(role, scope=ScopeKind.PLATFORM) for role in (Role.AUDITOR, Role.ADMINISTRATOR))
    if not (own or audits):
        raise NotFoundError("document")
