"""Request a document: the wish and the job that fulfils it, in the transaction of the fact."""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.canonical import canonical_json, digest
from app.documents.events import DocumentRequested
from app.documents.models import Document
from app.documents.rules.codes import CODE_BYTES, code_from
from app.documents.rules.lifecycle import DOCUMENT
from app.documents.schemas import DocumentRequest
from app.infra.ids import new_id
from app.infra.queue import DOCUMENT_QUEUE, WAITED_FOR, enqueue

RENDER_TASK = "render_document"


def request_document(session: Session, actor: Actor, wanted: DocumentRequest, *, now: datetime) -> UUID:
    """Note the document and enqueue its making; return its id.

    Each request is a document of its own: a grant has many amendments, a period a letter for each payment asked for.
    """
    document_id = new_id()
    session.add(
        Document(
            id=document_id,
            kind=wanted.kind,
            subject_kind=wanted.subject_kind,
            subject_id=wanted.subject_id,
            reference=wanted.reference,
            title=wanted.title,
            language=wanted.language,
            state=DOCUMENT.initial,
            data=json.loads(canonical_json(dict(wanted.data))),
            data_sha256=digest(dict(wanted.data)),
            verification_code=code_from(secrets.token_bytes(CODE_BYTES)),
            requested_at=now,
        )
    )
    session.flush()
    enqueue(
        session,
        RENDER_TASK,
        key=f"render:{document_id}",
        priority=0 if wanted.many else WAITED_FOR,
        queue=DOCUMENT_QUEUE,
        document_id=str(document_id),
    )
    record_event(
        session,
        actor,
        DocumentRequested(
            subject_id=document_id,
            facts={"document": wanted.kind, "about": str(wanted.subject_id)},
            call_id=wanted.call_id,
            application_id=wanted.application_id,
        ),
        now=now,
    )
    return document_id
