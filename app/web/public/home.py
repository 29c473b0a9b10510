"""The front door: the calls that are open, how one applies, the calls that closed last."""

from fastapi import APIRouter
from starlette.responses import Response

from app.calls import queries
from app.calls.rules.phases import Phase
from app.calls.schemas import CallFilter
from app.core.paging import PageRequest
from app.delivery.guards import public
from app.delivery.unit_of_work import READ, Work, run
from app.web.call_view.funding import KINDS, maximum_grants
from app.web.deadlines import shown_deadline
from app.web.pages import page
from app.web.requests import Request_

router = APIRouter()
MOST_SHOWN = 6
MOST_CLOSED = 4


@router.get("/")
def show(incoming: Request_) -> Response:
    """Public."""

    def answer(work: Work) -> Response:
        known = queries.counted_calls(work.session, now=work.now)
        open_now, closed = (
            queries.calls_among(work.session, known, CallFilter(phase=each), PageRequest(1, most), "", descending=False)
            for each, most in ((Phase.OPEN, MOST_SHOWN), (Phase.CLOSED, MOST_CLOSED))
        )
        return page(
            work,
            "public/home.html",
            calls=open_now.page,
            closed=closed.page,
            phases=open_now.facets.get("phase", {}),
            maximum=maximum_grants(work.session, open_now.page.rows),
            kinds=KINDS,
            closes=lambda instant: shown_deadline(work, instant),
        )

    return run(incoming, READ, public, answer)
