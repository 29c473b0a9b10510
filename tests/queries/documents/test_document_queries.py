"""Readings of documents: by id, code, file and subject, in one query each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM
from app.documents import queries
from app.documents.schemas import DocumentRequest, FileToStore
from app.documents.use_cases.request_document import request_document
from app.documents.use_cases.seal_document import seal_document
from app.infra.ids import new_id


def a_document(
    session: Session,
    subject: UUID,
    *,
    now: datetime,
    kind: str = "receipt",
    sealed: str = "",
    about: str = "submission",
) -> UUID:
    """A document about the subject; ``sealed`` is the first letter of its file's hash."""
    wanted = DocumentRequest(
        kind=kind, subject_kind=about, subject_id=subject, reference="COS-1/0001 v1", title="Receipt"
    )
    document_id = request_document(session, SYSTEM, wanted, now=now)
    if sealed:
        stored = FileToStore(sha256=sealed * 64, size=9, media_type="application/pdf", filename="r.pdf", pages=3)
        seal_document(session, SYSTEM, document_id, stored, now=now)
    return document_id


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """Every statement that the block sends."""
    sent: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        sent.append(statement)

    bind = session.get_bind()
    sa.event.listen(bind, "before_cursor_execute", note)
    yield sent
    sa.event.remove(bind, "before_cursor_execute", note)


def test_a_document_is_found_by_id_by_code_and_by_its_bytes(session: Session, now: datetime) -> None:
    waiting = a_document(session, new_id(), now=now)
    sealed = a_document(session, new_id(), now=now, sealed="c")
    row = queries.document(session, sealed)
    assert row is not None
    assert (row.file_sha256, row.size, row.pages, row.filename) == ("c" * 64, 9, 3, "r.pdf")
    assert queries.document_by_code(session, row.verification_code) == row
    assert queries.document_by_file(session, "c" * 64) == row
    other = queries.document(session, waiting)
    assert other is not None
    assert (other.id, other.file_sha256) == (waiting, None)


def test_what_is_not_there_is_none(session: Session, now: datetime) -> None:
    a_document(session, new_id(), now=now, sealed="c")
    assert queries.document(session, new_id()) is None
    assert queries.document_by_code(session, "AAAAA-AAAAA-AAAAA-AAAAA") is None
    assert queries.document_by_file(session, "d" * 64) is None
    assert queries.file(session, new_id()) is None
    assert queries.document_for_change(session, new_id()) is None


def test_documents_of_some_subjects_and_no_others_newest_first(session: Session, now: datetime) -> None:
    mine, also_mine, foreign = new_id(), new_id(), new_id()
    old = a_document(session, mine, now=now, sealed="a")
    newer = a_document(session, also_mine, now=now + timedelta(hours=1))
    a_document(session, foreign, now=now + timedelta(hours=2), sealed="b")
    assert [row.id for row in queries.documents_of(session, "submission", [mine, also_mine])] == [newer, old]
    assert queries.documents_of(session, "agreement", [mine]) == []
    assert queries.documents_of(session, "submission", []) == []


@pytest.mark.parametrize("number", [1, 30])
def test_one_query_however_many(session: Session, now: datetime, number: int) -> None:
    subjects = [new_id() for _ in range(number)]
    for subject in subjects:
        a_document(session, subject, now=now)
    with counted(session) as sent:
        assert len(queries.documents_of(session, "submission", subjects)) == number
    assert len(sent) == 1


def test_documents_about_several_kinds_come_kind_after_kind_in_one_query(session: Session, now: datetime) -> None:
    grant, letter, payment = new_id(), new_id(), new_id()
    about_letter = a_document(session, letter, now=now + timedelta(3), about="letter")
    older = a_document(session, grant, now=now, about="grant")
    newer = a_document(session, grant, now=now + timedelta(1), about="grant")
    a_document(session, letter, now=now, about="grant")  # the id of a letter, but not as a letter
    a_document(session, new_id(), now=now, about="letter")
    with counted(session) as sent:
        found = queries.documents_about(session, {"grant": [grant], "payment": [payment], "letter": [letter]})
    assert [one.id for one in found] == [newer, older, about_letter]
    assert len(sent) == 1
    assert queries.documents_about(session, {"grant": [], "letter": []}) == []
