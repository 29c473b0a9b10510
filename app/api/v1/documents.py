"""Sealed documents, for the consortium and the office that follows the call."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.api.application_shapes import DocumentItem
from app.api.requests import Request_
from app.core.errors import TransitionNotAllowedError
from app.delivery.documents import document_for, documents_ahead
from app.delivery.files import PDF, file_answer
from app.delivery.guards import signed_in
from app.delivery.unit_of_work import READ, Work, run

router = APIRouter(prefix="/documents", tags=["documents"])
_FILE = {200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}, "description": "The sealed PDF"}}


@router.get("/{document_id}")
def read(incoming: Request_, document_id: UUID) -> DocumentItem:
    """What the document is and whether it is made yet."""

    def answer(work: Work) -> DocumentItem:
        found, _ = document_for(work.session, work.actor, document_id)
        item = DocumentItem.model_validate(found)
        return item.model_copy(update={"ahead": documents_ahead(work.session, found)})

    return run(incoming, READ, signed_in, answer)


@router.get("/{document_id}/file", response_class=Response, responses=_FILE)  # type: ignore[arg-type]  # FastAPI's type is narrower than OpenAPI
def fetch(incoming: Request_, document_id: UUID) -> Response:
    """The sealed bytes; 409 while the document is being made."""

    def answer(work: Work) -> Response:
        found, _ = document_for(work.session, work.actor, document_id)
        if found.file_sha256 is None or found.filename is None:
            raise TransitionNotAllowedError("document", found.state, "downloaded")
        return file_answer(incoming.runtime.files.get(found.file_sha256), found.filename)

    return run(incoming, READ, signed_in, answer)
