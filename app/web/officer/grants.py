"""The grants of a call for its office: where each stands, who acts next, what is late."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.amendments.queries.amendments import open_of_call
from app.applications.queries.office_calls import office_call
from app.delivery.award_guards import reads_awards
from app.delivery.unit_of_work import READ, Work, run
from app.grants.queries.facts import day_of
from app.grants.queries.listing import GrantFilter, grant_figures, grants_page, of_call
from app.infra.templates import translator
from app.web.amendment_view.words import KINDS
from app.web.amendment_view.words import STATES as AMENDMENT_STATES
from app.web.grant_view.lists import GrantList
from app.web.grant_view.words import STATES
from app.web.lists import Listing, answer_list
from app.web.officer.awards import crumbs
from app.web.requests import Request_

router = APIRouter(prefix="/officer/calls/{call_id:uuid}/grants")


@router.get("")
def show(incoming: Request_, call_id: UUID) -> Response:
    """Every grant of the call. Its office and who follows its money."""

    def answer(work: Work) -> Response:
        call = office_call(work.session, call_id, now=work.now)
        grants = GrantList(work)
        listing = Listing.read(incoming, grants.spec)
        wanted = GrantFilter.of(listing.q, listing.value)
        return answer_list(
            work,
            "officer/grants.html",
            listing,
            grants.fetch(
                lambda request: grants_page(
                    work.session,
                    of_call(call_id),
                    wanted,
                    request,
                    today=day_of(work.now),
                    order=(listing.sort, listing.descending),
                )
            ),
            name=f"{call.identifier.lower()}-grants",
            call=call,
            trail=crumbs(work, call, (translator(work.known.language)("Grants"), "")),
            figures=grant_figures(work.session, call_id),
            states=STATES,
            act_of=lambda row: grants.acts[row.id],
            amendments=open_of_call(work.session, call_id),
            amendment_states=AMENDMENT_STATES,
            amendment_kinds=KINDS,
            today=day_of(work.now),
        )

    return run(incoming, READ, reads_awards(call_id), answer)
