"""The outcome of an application for its consortium: nothing before the letter is sent."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.core.periods import BRUSSELS, instant_in_zone
from app.delivery.guards import reads_application
from app.delivery.letters import letter_content
from app.delivery.unit_of_work import READ, Work, run
from app.documents.queries import document
from app.documents.schemas import DocumentRow
from app.grants.queries.grants import grant_of_application
from app.grants.queries.letters import sent_letters
from app.grants.rules.letter_facts import LetterFacts, SummaryFacts
from app.grants.schemas import LetterRow
from app.web.application_view.shell import shell
from app.web.deadlines import ShownDeadline, shown_deadline
from app.web.pages import page
from app.web.requests import Request_

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Told:
    """A letter that the consortium has, with its documents and the end of the term for redress."""

    row: LetterRow
    letter: LetterFacts
    document: DocumentRow
    report: DocumentRow | None
    summary: SummaryFacts | None
    redress: ShownDeadline


@router.get("/applications/{application_id}/outcome")
def show(incoming: Request_, application_id: UUID) -> Response:
    """Every letter that was sent, latest first. The consortium."""

    def answer(work: Work) -> Response:
        found = [_told(work, row) for row in sent_letters(work.session, application_id)]
        return page(
            work,
            "applicant/outcome.html",
            frame=shell(work, application_id),
            told=found,
            grant_id=grant_of_application(work.session, application_id),
        )

    return run(incoming, READ, reads_application(application_id), answer)


def _told(work: Work, row: LetterRow) -> Told:
    assert row.document_id is not None  # noqa: S101  # a letter that was sent has its document
    facts, summary = letter_content(work.session, row, now=work.now)
    sent = document(work.session, row.document_id)
    assert sent is not None  # noqa: S101  # its key says so
    report = document(work.session, row.summary_document_id) if row.summary_document_id is not None else None
    return Told(
        row=row,
        letter=facts,
        document=sent,
        report=report,
        summary=summary,
        redress=shown_deadline(work, end_of(facts.dates.redress_until), BRUSSELS),
    )


def end_of(day: date) -> datetime:
    """The last second of a day where letters are written."""
    return instant_in_zone(day, 23, 59, 59, BRUSSELS)
