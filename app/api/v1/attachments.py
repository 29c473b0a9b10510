"""Documents of an application: upload as a raw PDF or as a form, download, take away."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, File, Query, Request, UploadFile
from pydantic import AfterValidator
from starlette.responses import Response

from app.api.application_shapes import AttachmentItem, attachment_items
from app.api.requests import Name, Request_, printable
from app.applications.queries.in_call import application_in_call
from app.applications.queries.reading import attachments
from app.applications.rules.attachments import upload_violations
from app.applications.use_cases.attach_file import attach_file, remove_attachment
from app.core.errors import NotFoundError, RulesViolatedError
from app.delivery.files import PDF, file_answer, pdf_to_store
from app.delivery.guards import edits_application, reads_application
from app.delivery.incoming import Incoming
from app.delivery.unit_of_work import READ, WRITE, Work, run

router = APIRouter(prefix="/applications/{application_id}/attachments", tags=["applications"])


async def _body(request: Request) -> bytes:
    return await request.body()


Content = Annotated[bytes, Depends(_body)]
Filename = Annotated[str, Query(max_length=200, description="Name to keep"), AfterValidator(printable)]
_RAW = {"requestBody": {"required": True, "content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}}
_FILE = {200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}, "description": "The stored PDF"}}


@router.get("")
def uploaded(incoming: Request_, application_id: UUID) -> list[AttachmentItem]:
    """Current documents by field."""
    return run(
        incoming,
        READ,
        reads_application(application_id),
        lambda work: attachment_items(attachments(work.session, application_id)),
    )


@router.put("/{field}", openapi_extra=_RAW)
def put(  # what is sent, for which field
    incoming: Request_, application_id: UUID, field: Name, content: Content, filename: Filename = "document.pdf"
) -> AttachmentItem:
    """Upload or replace a document: the body is the PDF itself."""
    return _attach(incoming, application_id, field, data=content, name=filename)


@router.post("/{field}")
def post(incoming: Request_, application_id: UUID, field: Name, file: Annotated[UploadFile, File()]) -> AttachmentItem:
    """Upload or replace a document with a form."""
    return _attach(incoming, application_id, field, data=file.file.read(), name=file.filename or "")


@router.get("/{field}/file", response_class=Response, responses=_FILE)  # type: ignore[arg-type]  # FastAPI's type is narrower than OpenAPI
def fetch(incoming: Request_, application_id: UUID, field: Name) -> Response:
    """The uploaded bytes."""

    def answer(work: Work) -> Response:
        found = attachments(work.session, application_id).get(field)
        if found is None:
            raise NotFoundError("document")
        return file_answer(incoming.runtime.files.get(found.sha256), found.filename)

    return run(incoming, READ, reads_application(application_id), answer)


@router.delete("/{field}", status_code=204)
def remove(incoming: Request_, application_id: UUID, field: Name) -> None:
    """Take a document away; submitted versions keep it."""
    run(
        incoming,
        WRITE,
        edits_application(application_id),
        lambda work: remove_attachment(work.session, work.actor, application_id, field, now=work.now),
    )


def _attach(incoming: Incoming, application_id: UUID, field: str, *, data: bytes, name: str) -> AttachmentItem:
    """The file is looked at outside the transaction that stores it."""
    guard = edits_application(application_id)

    def allowed(work: Work) -> None:
        rules = application_in_call(work.session, application_id).call.rules
        if refused := upload_violations(rules, field, len(data)):
            raise RulesViolatedError(refused)

    run(incoming, READ, guard, allowed)
    stored = pdf_to_store(incoming.runtime.files, data, name, place=f"attachments/{field[:60]}")

    def write(work: Work) -> AttachmentItem:
        attach_file(work.session, work.actor, application_id, field, stored, now=work.now)
        return AttachmentItem.model_validate(attachments(work.session, application_id)[field])

    return run(incoming, WRITE, guard, write)
