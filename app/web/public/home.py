"""The front door: the calls that are open, how one applies, the calls that closed last."""

from fastapi import APIRouter
from starlette.responses import Response

from app.calls import queries
from app.calls.rules.phases import Phase
from app.calls.schemas import CallFilter
from app.core.paging import PageRequest
from app.delivery.guards import public
from app.delivery.unit_of_work import READ, Work, run
from app.web.call_view.funding import KINDS, maximum_grant
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
        open_now, closed = (
            queries.public_calls(work.session, CallFilter(phase=each), PageRequest(1, most), now=work.now)
            for each, most in ((Phase.OPEN, MOST_SHOWN), (Phase.CLOSED, MOST_CLOSED))
        )
        documents = queries.rules_of_calls(work.session, [row.id for row in open_now.page.rows])
        return page(
            work,
            "public/home.html",
            calls=open_now.page,
            closed=closed.page,
            phases=open_now.facets.get("phase", {}),
            maximum={call_id: maximum_grant(rules) for call_id, rules in documents.items()},
            kinds=KINDS,
            closes=lambda instant: shown_deadline(work, instant),
        )

    return run(incoming, READ, public, answer)
