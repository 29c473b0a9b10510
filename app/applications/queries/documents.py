"""Documents about applications, for those who may read them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.policies import follows_call, may_read_draft
from app.applications.queries.in_call import application_in_call
from app.applications.queries.reading import submission
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
        call = application_in_call(session, application_id).call
        if not follows_call(actor, call.id, call.programme_id):
            raise NotFoundError("document")
    return found, application_id
