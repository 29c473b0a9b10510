"""A sealed document for those whom it is about, whichever area it belongs to."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.queries.documents import document_for as submitted_document
from app.core.actor import Actor
from app.documents.queries import document
from app.documents.rules.lifecycle import DocumentState
from app.documents.schemas import DocumentRow
from app.documents.use_cases.request_document import RENDER_TASK
from app.grants.queries.documents import GRANT, SUBJECT, readable_agreement, readable_decision
from app.infra.queue import jobs_ahead
from app.reporting.queries.documents import (
    ABOUT_PAYMENT,
    ABOUT_PORTFOLIO,
    ABOUT_REPORT,
    readable_letter,
    readable_report,
    require_portfolio_report,
)


def document_for(session: Session, actor: Actor, document_id: UUID) -> tuple[DocumentRow, UUID | None]:
    """A document and the application it belongs to, if to one; raise NotFound for strangers, who are not told that it exists."""
    found = document(session, document_id)
    if found is not None and found.subject_kind == SUBJECT:
        return found, readable_decision(session, actor, found)
    if found is not None and found.subject_kind == GRANT:
        return found, readable_agreement(session, actor, found)
    if found is not None and found.subject_kind == ABOUT_PAYMENT:
        return found, readable_letter(session, actor, found)
    if found is not None and found.subject_kind == ABOUT_REPORT:
        return found, readable_report(session, actor, found)
    if found is not None and found.subject_kind == ABOUT_PORTFOLIO:
        require_portfolio_report(actor, found)
        return found, None
    return submitted_document(session, actor, document_id)


def documents_ahead(session: Session, found: DocumentRow) -> int:
    """How many documents are made before this one; 0 where it is made, or in hand. One query, none for one that is made."""
    if found.state == DocumentState.SEALED:
        return 0
    return jobs_ahead(session, RENDER_TASK, document_id=str(found.id))
