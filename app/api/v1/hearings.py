"""The hearing before a recovery: the coordinator answers the announcement, the office decides. As the pages do."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, UploadFile
from pydantic import AfterValidator
from starlette.responses import Response

from app.api.requests import Request_, printable
from app.delivery.bank import bank_of
from app.delivery.files import PDF, file_answer, pdf_to_store
from app.delivery.reporting_guards import assesses_reports, reports_for_grant, sees_report
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.delivery.validation import command_of
from app.reporting.queries.hearings import enclosure_of
from app.reporting.rules.technical import MAX_TEXT
from app.reporting.schemas import AnswerRecovery, DecideRecovery
from app.reporting.use_cases.answer_recovery import answer_recovery
from app.reporting.use_cases.decide_recovery import decide_recovery

router = APIRouter(prefix="/grants/{grant_id}/reports/{number}/hearing", tags=["reports of grants"])
Words = Annotated[str, Form(max_length=MAX_TEXT), AfterValidator(printable)]
_FILE = {200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}, "description": "The stored PDF"}}


@router.post("/answer", status_code=204)
def answer(
    incoming: Request_,
    grant_id: UUID,
    number: int,
    observations: Words = "",
    nothing: Annotated[bool, Form(description="There is nothing to say: it is decided at once")] = False,  # noqa: FBT002  # a form field
    file: Annotated[UploadFile | None, File()] = None,
) -> None:
    """Answer as a form, once: words and a PDF where it helps, or nothing to say. The coordinator's contact."""
    guard = reports_for_grant(grant_id)
    wanted = command_of(AnswerRecovery, {"observations": observations, "nothing": nothing})
    data = file.file.read() if file is not None else b""
    name = (file.filename or "") if file is not None else ""
    run(incoming, READ, guard, lambda _work: None)
    stored = pdf_to_store(incoming.runtime.files, data, name, place="file") if data else None
    run(
        incoming,
        WRITE,
        guard,
        lambda work: answer_recovery(
            work.session, work.actor, grant_id, number, wanted, enclosure=stored, now=work.now
        ),
    )


@router.post("/decision", status_code=204)
def decide(incoming: Request_, grant_id: UUID, number: int, command: DecideRecovery) -> None:
    """Confirm, lower or withdraw it after the answer or the last day; what is asked back gets its note. The office."""
    payee = bank_of(incoming.runtime).payer
    run(
        incoming,
        WRITE,
        assesses_reports(grant_id),
        lambda work: decide_recovery(work.session, work.actor, grant_id, number, command, now=work.now, payee=payee),
    )


@router.get("/document", response_class=Response, responses=_FILE)  # type: ignore[arg-type]  # FastAPI's type is narrower than OpenAPI
def fetch(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """The document beside the answer."""

    def give(work: Work) -> Response:
        found = enclosure_of(work.session, grant_id, number)
        return file_answer(incoming.runtime.files.get(found.sha256), found.filename)

    return run(incoming, READ, sees_report(grant_id, number), give)
