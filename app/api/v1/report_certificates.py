"""The auditor's certificate on a financial statement: uploaded by who speaks for the partner, read by who reads the report."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import AfterValidator
from starlette.responses import Response

from app.api.requests import Request_, printable
from app.delivery.files import PDF, file_answer, pdf_to_store
from app.delivery.reporting_guards import sees_report, speaks_for_statement
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.reporting.queries.certificates import certificate_of
from app.reporting.schemas import StatementAt
from app.reporting.use_cases.attach_certificate import attach_certificate, remove_certificate

router = APIRouter(
    prefix="/grants/{grant_id}/reports/{number}/statements/{partner_id}/certificate", tags=["reports of grants"]
)


async def _body(request: Request) -> bytes:
    return await request.body()


Content = Annotated[bytes, Depends(_body)]
Filename = Annotated[str, Query(max_length=200, description="Name to keep"), AfterValidator(printable)]
_RAW = {"requestBody": {"required": True, "content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}}
_FILE = {200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}, "description": "The stored PDF"}}


@router.put("", status_code=204, openapi_extra=_RAW)
def attach(  # what is sent, for which statement
    incoming: Request_,
    grant_id: UUID,
    number: int,
    partner_id: UUID,
    content: Content,
    filename: Filename = "certificate.pdf",
) -> None:
    """Upload it, or another in its place: the body is the PDF itself. Who speaks for the partner."""
    guard = speaks_for_statement(grant_id, partner_id)
    run(incoming, READ, guard, lambda _work: None)
    stored = pdf_to_store(incoming.runtime.files, content, filename, place="file")
    at = StatementAt(grant_id, number, partner_id)
    run(incoming, WRITE, guard, lambda work: attach_certificate(work.session, work.actor, at, stored, now=work.now))


@router.delete("", status_code=204)
def remove(incoming: Request_, grant_id: UUID, number: int, partner_id: UUID) -> None:
    """Take it away while the report is written. Who speaks for the partner."""
    run(
        incoming,
        WRITE,
        speaks_for_statement(grant_id, partner_id),
        lambda work: remove_certificate(
            work.session, work.actor, StatementAt(grant_id, number, partner_id), now=work.now
        ),
    )


@router.get("", response_class=Response, responses=_FILE)  # type: ignore[arg-type]  # FastAPI's type is narrower than OpenAPI
def fetch(incoming: Request_, grant_id: UUID, number: int, partner_id: UUID) -> Response:
    """The uploaded bytes."""

    def answer(work: Work) -> Response:
        stored = certificate_of(work.session, StatementAt(grant_id, number, partner_id))
        return file_answer(incoming.runtime.files.get(stored.sha256), stored.filename)

    return run(incoming, READ, sees_report(grant_id, number), answer)
