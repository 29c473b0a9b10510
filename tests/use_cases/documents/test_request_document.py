"""Asking for a document: the wish, its event and its job, in one transaction with the fact."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import Event
from app.core.actor import SYSTEM
from app.core.canonical import digest
from app.core.money import Money
from app.documents import queries
from app.documents.rules.lifecycle import DocumentState
from app.documents.schemas import DocumentRequest
from app.documents.use_cases.request_document import RENDER_TASK, request_document
from app.infra.ids import new_id
from app.infra.queue import QueueKey, enqueue, jobs_ahead


def wanted(subject: UUID, **given: object) -> DocumentRequest:
    values: dict[str, object] = {
        "kind": "receipt",
        "subject_kind": "submission",
        "subject_id": subject,
        "reference": "COS-1/0001 v1",
        "title": "Receipt of application Łódź",
        "data": {"sha256": "ab" * 32, "requested": Money.parse("1234.50")},
    }
    return DocumentRequest(**(values | given))  # type: ignore[arg-type]  # the builder's own values


def jobs(session: Session) -> list[tuple[str, dict[str, str]]]:
    rows = session.execute(sa.text("select task_name, args from procrastinate_jobs order by id"))
    return [(name, arguments) for name, arguments in rows]


def test_the_document_waits_with_its_data_hashed(session: Session, now: datetime) -> None:
    subject = new_id()
    document_id = request_document(session, SYSTEM, wanted(subject), now=now)
    row = queries.document(session, document_id)
    assert row is not None
    assert (row.state, row.requested_at, row.file_id, row.sealed_at) == (DocumentState.REQUESTED, now, None, None)
    assert row.data == {"sha256": "ab" * 32, "requested": {"amount": "1234.50", "currency": "EUR"}}
    assert row.data_sha256 == digest(row.data)
    assert re.fullmatch(r"([2-9A-HJ-NP-Z]{5}-){3}[2-9A-HJ-NP-Z]{5}", row.verification_code)


def test_one_job_and_one_event_come_with_it(session: Session, now: datetime) -> None:
    subject, call, application = new_id(), new_id(), new_id()
    document_id = request_document(session, SYSTEM, wanted(subject, call_id=call, application_id=application), now=now)
    assert jobs(session) == [(RENDER_TASK, {"document_id": str(document_id)})]
    assert session.scalars(sa.select(QueueKey.key)).all() == [f"render:{document_id}"]
    [event] = session.scalars(sa.select(Event).where(Event.subject_id == document_id))
    assert (event.kind, event.call_id, event.application_id) == ("document.requested", call, application)
    assert event.facts == {"document": "receipt", "about": str(subject)}


def test_what_somebody_waits_for_comes_before_documents_by_the_hundred_and_both_beside_mail(
    session: Session, now: datetime
) -> None:
    letters = [request_document(session, SYSTEM, wanted(new_id(), many=True), now=now) for _ in range(3)]
    enqueue(session, "send_message", message_id="1")
    own = request_document(session, SYSTEM, wanted(new_id()), now=now)
    ahead = [jobs_ahead(session, RENDER_TASK, document_id=str(one)) for one in (own, *letters)]
    assert ahead == [0, 1, 2, 3], "mail waits in another queue"
    done = sa.text("update procrastinate_jobs set status = 'succeeded' where args ->> 'document_id' = :document")
    session.execute(done, {"document": str(own)})
    assert jobs_ahead(session, RENDER_TASK, document_id=str(letters[-1])) == 2
    assert jobs_ahead(session, RENDER_TASK, document_id=str(own)) == 0


def test_a_second_document_about_the_same_is_made_too(session: Session, now: datetime) -> None:
    subject = new_id()
    ids = [request_document(session, SYSTEM, wanted(subject), now=now) for _ in range(2)]
    assert jobs(session) == [(RENDER_TASK, {"document_id": str(one)}) for one in ids]


def test_two_documents_never_share_a_code(session: Session, now: datetime) -> None:
    ids = [request_document(session, SYSTEM, wanted(new_id()), now=now) for _ in range(20)]
    codes = {row.verification_code for document_id in ids if (row := queries.document(session, document_id))}
    assert len(codes) == 20


def test_a_fact_that_is_undone_leaves_no_job(session: Session, now: datetime) -> None:
    fact = session.begin_nested()
    request_document(session, SYSTEM, wanted(new_id()), now=now)
    assert len(jobs(session)) == 1
    fact.rollback()
    assert jobs(session) == []
    assert session.scalars(sa.select(QueueKey.key)).all() == []
