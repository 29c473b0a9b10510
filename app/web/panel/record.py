"""The record of the evaluation committee, sealed."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.core.errors import NotFoundError
from app.delivery.documents import documents_ahead
from app.delivery.evaluation_guards import committee_of
from app.delivery.files import file_answer
from app.delivery.unit_of_work import READ, Work, run
from app.documents.rules.lifecycle import DocumentState
from app.evaluation.queries.record import record_document
from app.web.pages import page
from app.web.ranking_view.page import panel_round
from app.web.requests import Request_

router = APIRouter(prefix="/panel/{call_id:uuid}/record")


@router.get("")
def fetch(incoming: Request_, call_id: UUID) -> Response:
    """The sealed bytes, or a page that says that they are being made. The office, and who sits in the committee."""

    def answer(work: Work) -> Response:
        here = panel_round(work, call_id)
        if here.access.hidden or not here.access.sees_ranking:
            raise NotFoundError("document")
        found = record_document(work.session, here.known, here.access)
        if found is None:
            return page(work, "panel/record_waits.html", here=here, document=None, failed=False, ahead=0)
        if found.state != DocumentState.SEALED or found.file_sha256 is None or found.filename is None:
            failed, ahead = found.state == DocumentState.FAILED, documents_ahead(work.session, found)
            return page(work, "panel/record_waits.html", here=here, document=found, failed=failed, ahead=ahead)
        return file_answer(incoming.runtime.files.get(found.file_sha256), found.filename)

    return run(incoming, READ, committee_of(call_id), answer)
