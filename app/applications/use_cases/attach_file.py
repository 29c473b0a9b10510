"""Attach a document to a file field, or take it away. The old one stays as history."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.events import FileAttached, FileRemoved
from app.applications.models import Attachment
from app.applications.policies import require_edit
from app.applications.queries import attachment_for_change, editable_application, open_call
from app.applications.rules.attachments import upload_violations
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError
from app.documents.schemas import FileToStore
from app.documents.use_cases.store_file import store_file
from app.infra.ids import new_id


def attach_file(  # which field of which application
    session: Session, actor: Actor, application_id: UUID, field_id: str, uploaded: FileToStore, *, now: datetime
) -> UUID:
    """Attach bytes that lie in the file store already; return the attachment's id.

    Raise RulesViolated for a field that takes no file or a file over the size limit.
    Pages beyond the limit are accepted: they will be marked and disregarded.
    """
    require_edit(actor, application_id)
    application = editable_application(session, application_id, now=now)
    rules = open_call(session, application.call_id).rules
    if refused := upload_violations(rules, field_id, uploaded.size):
        raise RulesViolatedError(refused)
    previous = attachment_for_change(session, application_id, field_id)
    if previous is not None:
        previous.removed_at = now
        session.flush()
    attachment = Attachment(
        id=new_id(),
        application_id=application_id,
        field=field_id,
        file_id=store_file(session, actor, uploaded, now=now),
        attached_at=now,
        attached_by=actor.person_id,
    )
    session.add(attachment)
    application.changed_at, application.changed_by = now, actor.person_id
    session.flush()
    record_event(
        session,
        actor,
        FileAttached(
            subject_id=application_id,
            facts={"field": field_id, "sha256": uploaded.sha256, "pages": uploaded.pages, "size": uploaded.size},
            personal={"filename": uploaded.filename},
            call_id=application.call_id,
            application_id=application_id,
        ),
        now=now,
    )
    return attachment.id


def remove_attachment(session: Session, actor: Actor, application_id: UUID, field_id: str, *, now: datetime) -> None:
    """Take the document of a field away; raise NotFound where there is none."""
    require_edit(actor, application_id)
    application = editable_application(session, application_id, now=now)
    attachment = attachment_for_change(session, application_id, field_id)
    if attachment is None:
        raise NotFoundError("document")
    attachment.removed_at = now
    application.changed_at, application.changed_by = now, actor.person_id
    session.flush()
    record_event(
        session,
        actor,
        FileRemoved(
            subject_id=application_id,
            facts={"field": field_id},
            call_id=application.call_id,
            application_id=application_id,
        ),
        now=now,
    )
