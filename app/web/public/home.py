"""The front door: what this service is, the calls that are open, the ways in."""

from fastapi import APIRouter
from starlette.responses import Response

from app.calls import queries
from app.calls.rules.phases import Phase
from app.calls.schemas import CallFilter
from app.core.paging import PageRequest
from app.delivery.guards import public
from app.delivery.unit_of_work import READ, Work, run
from app.web.call_view.funding import maximum_grant
from app.web.deadlines import shown_deadline
from app.web.pages import page
from app.web.requests import Request_

router = APIRouter()
MOST_SHOWN = 6


@router.get("/")
def show(incoming: Request_) -> Response:
    """Public."""

    def answer(work: Work) -> Response:
        found = queries.public_calls(
            work.session, CallFilter(phase=Phase.OPEN), PageRequest(1, MOST_SHOWN), now=work.now
        )
        documents = queries.rules_of_calls(work.session, [row.id for row in found.page.rows])
        return page(
            work,
            "public/home.html",
            calls=found.page,
            phases=found.facets.get("phase", {}),
            maximum={call_id: maximum_grant(rules) for call_id, rules in documents.items()},
            closes=lambda instant: shown_deadline(work, instant),
        )

    return run(incoming, READ, public, answer)
