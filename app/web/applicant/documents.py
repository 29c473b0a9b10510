"""A sealed document for those whom it is about: the consortium, and the office that follows the call."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.delivery.documents import document_for, documents_ahead
from app.delivery.files import file_answer
from app.delivery.guards import signed_in
from app.delivery.unit_of_work import READ, Work, run
from app.documents.rules.lifecycle import DocumentState
from app.web.pages import page
from app.web.requests import Request_

router = APIRouter()


@router.get("/documents/{document_id}")
def fetch(incoming: Request_, document_id: UUID) -> Response:
    """The sealed bytes under their name, or a page that says that they are being made and asks for the state by htmx."""

    def answer(work: Work) -> Response:
        found, application_id = document_for(work.session, work.actor, document_id)
        ready = found.state == DocumentState.SEALED
        if incoming.fragment or not ready or found.file_sha256 is None or found.filename is None:
            return page(
                work,
                "applicant/document_waits.html",
                fragment="state",
                document=found,
                ready=ready,
                failed=found.state == DocumentState.FAILED,
                ahead=documents_ahead(work.session, found),
                back=application_id,
            )
        return file_answer(incoming.runtime.files.get(found.file_sha256), found.filename)

    return run(incoming, READ, signed_in, answer)
