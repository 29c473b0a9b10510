"""Documents about applications, for those who may read them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.policies import follows_call, may_read_draft
from app.applications.queries.applied_call import applied_call
from app.applications.queries.reading import application_head, submission
from app.core.actor import Actor
from app.core.errors import NotFoundError
from app.documents.queries import document
from app.documents.schemas import DocumentRow


def document_for(session: Session, actor: Actor, document_id: UUID) -> tuple[DocumentRow, UUID]:
    """A document about a submission and the application it belongs to.

    Raise NotFound for strangers, who are not told that it exists: only the consortium and the
    office that follows the call may read it.
    """
    found = document(session, document_id)
    if found is None or found.subject_kind != "submission":
        raise NotFoundError("document")
    application_id = submission(session, found.subject_id).application_id
    if not may_read_draft(actor, application_id):
        call = applied_call(session, application_head(session, application_id).call_id)
        if not follows_call(actor, call.id, call.programme_id):
            raise NotFoundError("document")
    return found, application_id
