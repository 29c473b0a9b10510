"""Seal a document: take over the finished file, once; or note why it could not be made."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError
from app.documents.events import DocumentFailed, DocumentSealed
from app.documents.queries import document_for_change
from app.documents.rules.lifecycle import DOCUMENT, DocumentEvent, DocumentState
from app.documents.schemas import FileToStore
from app.documents.use_cases.store_file import store_file


def seal_document(  # noqa: PLR0913  # the file and the timeline it belongs to
    session: Session,
    actor: Actor,
    document_id: UUID,
    sealed: FileToStore,
    *,
    now: datetime,
    application_id: UUID | None = None,
    call_id: UUID | None = None,
) -> bool:
    """Whether this call sealed it: False when another job was first, whose file then stands."""
    document = document_for_change(session, document_id)
    if document is None:
        raise NotFoundError("document")
    if document.state == DocumentState.SEALED:
        return False
    failed = document.state == DocumentState.FAILED
    ready = DOCUMENT.after(document.state, DocumentEvent.RETRY) if failed else document.state
    file_id = store_file(session, actor, sealed, now=now)
    document.state, document.file_id = DOCUMENT.after(ready, DocumentEvent.SEAL), file_id
    document.sealed_at, document.failure = now, ""
    session.flush()
    record_event(
        session,
        actor,
        DocumentSealed(
            subject_id=document.id,
            facts={"document": document.kind, "sha256": sealed.sha256, "about": str(document.subject_id)},
            call_id=call_id,
            application_id=application_id,
        ),
        now=now,
    )
    return True


def fail_document(session: Session, actor: Actor, document_id: UUID, reason: str, *, now: datetime) -> None:
    """Note that the document could not be made; the queue tries again."""
    document = document_for_change(session, document_id)
    if document is None or document.state != DocumentState.REQUESTED:
        return
    document.state = DOCUMENT.after(document.state, DocumentEvent.FAIL)
    document.failure = reason[:500]
    record_event(session, actor, DocumentFailed(subject_id=document.id, facts={"document": document.kind}), now=now)
