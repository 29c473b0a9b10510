"""Documents of file fields: one at a time, replaced ones stay as history."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import Attachment
from app.applications.queries import reading
from app.applications.use_cases.attach_file import attach_file, remove_attachment
from app.core.errors import NotFoundError, RulesViolatedError
from app.documents.schemas import FileToStore
from tests.builders.applications import Made, a_draft
from tests.builders.people import a_person, actor_for
from tests.conftest import NOW


def _pdf(name: str = "part-b.pdf", *, size: int = 1000, pages: int = 3) -> FileToStore:
    return FileToStore(sha256="a" * 64, size=size, media_type="application/pdf", filename=name, pages=pages)


def _attach(session: Session, made: Made, uploaded: FileToStore, field: str = "part_b") -> None:
    attach_file(session, made.actor(session), made.application_id, field, uploaded, now=NOW)


def test_the_last_upload_counts_and_the_first_stays_as_history(session: Session) -> None:
    made = a_draft(session)
    _attach(session, made, _pdf("first.pdf"))
    _attach(session, made, _pdf("second.pdf"))
    assert reading.attachments(session, made.application_id)["part_b"].filename == "second.pdf"
    assert session.scalar(sa.select(sa.func.count()).select_from(Attachment)) == 2


def test_pages_beyond_the_limit_are_accepted(session: Session) -> None:
    made = a_draft(session)
    _attach(session, made, _pdf(pages=60))
    assert reading.attachments(session, made.application_id)["part_b"].pages == 60


@pytest.mark.parametrize(
    ("field", "size", "rule"),
    [
        ("part_b", 10_000_001, "form.file_limits"),
        ("abstract", 10, "attachments.unknown_field"),
        ("nothing", 10, "attachments.unknown_field"),
    ],
)
def test_what_the_call_does_not_accept(session: Session, field: str, size: int, rule: str) -> None:
    made = a_draft(session)
    with pytest.raises(RulesViolatedError) as refused:
        _attach(session, made, _pdf(size=size), field)
    assert [(found.rule, found.place) for found in refused.value.violations] == [(rule, f"attachments/{field}")]
    assert not reading.attachments(session, made.application_id)


def test_removing_takes_it_away_once(session: Session) -> None:
    made = a_draft(session)
    _attach(session, made, _pdf())
    remove_attachment(session, made.actor(session), made.application_id, "part_b", now=NOW)
    assert not reading.attachments(session, made.application_id)
    with pytest.raises(NotFoundError):
        remove_attachment(session, made.actor(session), made.application_id, "part_b", now=NOW)


def test_strangers_neither_add_nor_remove(session: Session) -> None:
    made, stranger = a_draft(session), actor_for(session, a_person(session))
    _attach(session, made, _pdf())
    with pytest.raises(NotFoundError):
        attach_file(session, stranger, made.application_id, "part_b", _pdf("other.pdf"), now=NOW)
    with pytest.raises(NotFoundError):
        remove_attachment(session, stranger, made.application_id, "part_b", now=NOW)
    assert reading.attachments(session, made.application_id)["part_b"].filename == "part-b.pdf"
