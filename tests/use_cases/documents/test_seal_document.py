"""Sealing: one file for each document, whoever makes it and however often."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import Event
from app.core.actor import SYSTEM
from app.core.errors import NotFoundError
from app.documents import queries
from app.documents.models import Document, StoredFile
from app.documents.rules.lifecycle import DocumentState
from app.documents.schemas import FileToStore
from app.documents.use_cases.request_document import request_document
from app.documents.use_cases.seal_document import fail_document, seal_document
from app.infra.ids import new_id
from tests.use_cases.documents.test_request_document import wanted

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime

RACERS = 8


def a_file(letter: str = "a") -> FileToStore:
    return FileToStore(sha256=letter * 64, size=900, media_type="application/pdf", filename="receipt.pdf")


@pytest.fixture
def asked(session: Session, now: datetime) -> UUID:
    return request_document(session, SYSTEM, wanted(new_id()), now=now)


def happened(session: Session, document_id: UUID) -> list[str]:
    return list(session.scalars(sa.select(Event.kind).where(Event.subject_id == document_id).order_by(Event.position)))


def test_it_takes_over_the_file_and_says_when(session: Session, asked: UUID, now: datetime) -> None:
    call, application = new_id(), new_id()
    assert seal_document(session, SYSTEM, asked, a_file(), now=now, application_id=application, call_id=call)
    row = queries.document(session, asked)
    assert row is not None
    assert (row.state, row.sealed_at, row.file_sha256, row.filename) == (
        DocumentState.SEALED,
        now,
        "a" * 64,
        "receipt.pdf",
    )
    [event] = session.scalars(sa.select(Event).where(Event.kind == "document.sealed"))
    assert (event.call_id, event.application_id, event.facts["sha256"]) == (call, application, "a" * 64)


def test_a_second_run_changes_nothing(session: Session, asked: UUID, now: datetime) -> None:
    assert seal_document(session, SYSTEM, asked, a_file("a"), now=now)
    assert not seal_document(session, SYSTEM, asked, a_file("b"), now=now + timedelta(hours=1))
    fail_document(session, SYSTEM, asked, "too late to fail", now=now)
    row = queries.document(session, asked)
    assert row is not None
    assert (row.state, row.file_sha256, row.sealed_at, row.failure) == (DocumentState.SEALED, "a" * 64, now, "")
    assert session.scalars(sa.select(StoredFile.sha256)).all() == ["a" * 64]
    assert happened(session, asked) == ["document.requested", "document.sealed"]


def test_a_failure_is_noted_and_may_still_end_well(session: Session, asked: UUID, now: datetime) -> None:
    fail_document(session, SYSTEM, asked, "x" * 900, now=now)
    fail_document(session, SYSTEM, asked, "again", now=now)
    row = queries.document(session, asked)
    assert row is not None
    assert (row.state, row.failure) == (DocumentState.FAILED, "x" * 500)
    assert seal_document(session, SYSTEM, asked, a_file(), now=now)
    row = queries.document(session, asked)
    assert row is not None
    assert (row.state, row.failure) == (DocumentState.SEALED, "")
    assert happened(session, asked) == ["document.requested", "document.failed", "document.sealed"]


def test_what_nobody_asked_for_is_not_sealed(session: Session, now: datetime) -> None:
    with pytest.raises(NotFoundError):
        seal_document(session, SYSTEM, new_id(), a_file(), now=now)
    fail_document(session, SYSTEM, new_id(), "nobody asked", now=now)
    assert session.scalars(sa.select(StoredFile.id)).all() == []


def test_the_database_itself_keeps_state_and_file_together(session: Session, asked: UUID) -> None:
    with pytest.raises(sa.exc.IntegrityError, match="ck_document_file"):
        session.execute(sa.update(Document).where(Document.id == asked).values(state="sealed"))


def test_jobs_that_race_make_one_file(runtime: Runtime, now: datetime) -> None:
    """A rescued job and the one it was thought dead for finish together: one file, one event, one winner."""
    with runtime.database.transaction() as session:
        document_id = request_document(session, SYSTEM, wanted(new_id()), now=now)
    together, won = threading.Barrier(RACERS), []

    def finish(number: int) -> None:
        together.wait()
        with runtime.database.transaction() as session:
            won.append(seal_document(session, SYSTEM, document_id, a_file(f"{number:x}"), now=now))

    racers = [threading.Thread(target=finish, args=(number,)) for number in range(RACERS)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(won) == [False] * (RACERS - 1) + [True]
    with runtime.database.reading() as session:
        row = queries.document(session, document_id)
        assert row is not None
        assert session.scalars(sa.select(StoredFile.sha256)).all() == [row.file_sha256]
        assert happened(session, document_id) == ["document.requested", "document.sealed"]
