"""Questions of the office after the deadline: ask, answer, settle, take back. The same use cases as the pages."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, UploadFile
from pydantic import AfterValidator
from starlette.responses import JSONResponse, Response

from app.api.application_shapes import Made
from app.api.check_shapes import ClarificationItem
from app.api.requests import Request_, printable
from app.applications.queries.applied_call import rules_of
from app.applications.queries.clarifications import clarification, clarifications
from app.applications.queries.reading import submissions
from app.applications.rules.clarifications import upload_violations
from app.applications.schemas import AnswerClarification, AskClarification, SettleClarification
from app.applications.use_cases.answer_clarification import answer_clarification
from app.applications.use_cases.ask_clarification import ask_clarification, withdraw_clarification
from app.applications.use_cases.settle_clarification import settle_clarification
from app.core.errors import NotFoundError, RulesViolatedError
from app.delivery.files import PDF, file_answer, pdf_to_store
from app.delivery.guards import checks_application, edits_application, reads_or_follows
from app.delivery.idempotency import once
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.delivery.validation import command_of

router = APIRouter(prefix="/applications/{application_id}/clarifications", tags=["checks"])
_FILE = {200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}, "description": "The stored PDF"}}
Words = Annotated[str, Form(max_length=40_000), AfterValidator(printable)]


@router.get("")
def questions(incoming: Request_, application_id: UUID) -> list[ClarificationItem]:
    """Every question to a consortium, latest first; for the consortium and for the office of the call."""

    def answer(work: Work) -> list[ClarificationItem]:
        rows = clarifications(work.session, application_id, now=work.now)
        return [ClarificationItem.model_validate(row) for row in rows]

    return run(incoming, READ, reads_or_follows(application_id), answer)


@router.post("", status_code=201, response_model=Made)
def ask(incoming: Request_, application_id: UUID, command: AskClarification) -> Response:
    """Ask the consortium; its contacts are told by mail. Send an Idempotency-Key."""

    def create(work: Work) -> Response:
        made = ask_clarification(work.session, work.actor, application_id, command, now=work.now)
        location = f"/api/v1/applications/{application_id}/clarifications"
        return JSONResponse({"id": str(made)}, 201, headers={"location": location})

    guard = checks_application(application_id)
    return run(incoming, WRITE, guard, lambda work: once(work, command.model_dump_json().encode(), create))


@router.post("/{clarification_id}/answer", status_code=204)
def answer(
    incoming: Request_,
    application_id: UUID,
    clarification_id: UUID,
    answer: Words = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> None:
    """Answer as a form: words, and a PDF where it helps. The instant at which the request arrived counts."""
    guard = edits_application(application_id)
    wanted = command_of(AnswerClarification, {"answer": answer})
    data = file.file.read() if file is not None else b""

    def allowed(work: Work) -> None:
        asked = clarification(work.session, application_id, clarification_id, now=work.now)
        versions = submissions(work.session, application_id)
        if refused := upload_violations(rules_of(work.session, versions[0].call_version_id), asked.field, len(data)):
            raise RulesViolatedError(refused)

    if data:
        run(incoming, READ, guard, allowed)
    name = (file.filename or "") if file is not None else ""
    stored = pdf_to_store(incoming.runtime.files, data, name, place="file") if data else None
    run(
        incoming,
        WRITE,
        guard,
        lambda work: answer_clarification(
            work.session, work.actor, application_id, clarification_id, wanted, stored, now=work.now
        ),
    )


@router.post("/{clarification_id}/settlement", status_code=204)
def settle(incoming: Request_, application_id: UUID, clarification_id: UUID, command: SettleClarification) -> None:
    """Accept or refuse an answer; a refusal says why."""
    run(
        incoming,
        WRITE,
        checks_application(application_id),
        lambda work: settle_clarification(
            work.session, work.actor, application_id, clarification_id, command, now=work.now
        ),
    )


@router.post("/{clarification_id}/withdrawal", status_code=204)
def withdraw(incoming: Request_, application_id: UUID, clarification_id: UUID) -> None:
    """Take a question back that nobody has answered; no body."""
    run(
        incoming,
        WRITE,
        checks_application(application_id),
        lambda work: withdraw_clarification(work.session, work.actor, application_id, clarification_id, now=work.now),
    )


@router.get("/{clarification_id}/file", response_class=Response, responses=_FILE)  # type: ignore[arg-type]  # FastAPI's type is narrower than OpenAPI
def fetch(incoming: Request_, application_id: UUID, clarification_id: UUID) -> Response:
    """The PDF of an answer; for the consortium and for the office of the call."""

    def give(work: Work) -> Response:
        found = clarification(work.session, application_id, clarification_id, now=work.now)
        if found.sha256 is None or found.filename is None:
            raise NotFoundError("document")
        return file_answer(incoming.runtime.files.get(found.sha256), found.filename)

    return run(incoming, READ, reads_or_follows(application_id), give)
