"""A stored file is a row about bytes that lie in the file store; it is never an act of its own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.actor import SYSTEM
from app.documents import queries
from app.documents.models import StoredFile
from app.documents.schemas import FileToStore
from app.documents.use_cases.store_file import store_file
from tests.builders.people import a_person, actor_for

PDF = FileToStore(sha256="ab" * 32, size=7_001, media_type="application/pdf", filename="Łódź (part B).pdf", pages=12)


def test_it_is_known_with_all_its_facts_and_its_owner(session: Session, now: datetime) -> None:
    actor = actor_for(session, a_person(session))
    file_id = store_file(session, actor, PDF, now=now)
    row = session.get_one(StoredFile, file_id)
    assert row.stored_by == actor.person_id
    found = queries.file(session, file_id)
    assert found is not None
    assert (found.sha256, found.size, found.media_type, found.filename, found.pages, found.stored_at) == (
        PDF.sha256,
        PDF.size,
        PDF.media_type,
        PDF.filename,
        PDF.pages,
        now,
    )


def test_the_same_bytes_stored_twice_are_two_files(session: Session, now: datetime) -> None:
    """Two people may upload one form: each has a file of their own, though the bytes lie there once."""
    first, second = store_file(session, SYSTEM, PDF, now=now), store_file(session, SYSTEM, PDF, now=now)
    assert first != second
    assert session.get_one(StoredFile, second).stored_by is None
