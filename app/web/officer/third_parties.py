"""What a grant paid to third parties, for its office: the same list, and who else paid the same recipients."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.applications.queries.office_calls import office_call
from app.cascade.queries.payments import paid_elsewhere, support_page
from app.cascade.schemas import SupportRow
from app.core.paging import Page, PageRequest
from app.delivery.grant_guards import follows_grant
from app.delivery.unit_of_work import READ, Work, run
from app.infra.templates import translator
from app.web.grant_view.words import STATES
from app.web.lists import Listing, answer_list
from app.web.officer.awards import crumbs
from app.web.requests import Request_
from app.web.support_view.listing import filter_of, spec_of
from app.web.support_view.overview import overview
from app.web.support_view.words import KINDS, WITHIN
from app.web.words import country_name

router = APIRouter(prefix="/officer/grants/{grant_id:uuid}/third-parties")


@router.get("")
def show(incoming: Request_, grant_id: UUID) -> Response:
    """Budget, ceiling, targets and every payment, to read only. The call's office and who follows its money."""

    def answer(work: Work) -> Response:
        found = overview(work, grant_id)
        elsewhere = paid_elsewhere(work.session, grant_id)
        listing = Listing.read(incoming, spec_of(found.partners, found.activities, elsewhere))
        say = translator(work.known.language)
        base = f"/officer/grants/{grant_id}"

        def fetch(request: PageRequest) -> Page[SupportRow]:
            return support_page(
                work.session, grant_id, filter_of(listing), request, sort=listing.sort, descending=listing.descending
            )

        call = office_call(work.session, found.row.call_id, now=work.now)
        return answer_list(
            work,
            "officer/third_parties.html",
            listing,
            fetch,
            name=f"{found.row.acronym.lower()}-third-parties",
            trail=crumbs(
                work,
                call,
                (say("Grants"), f"/officer/calls/{call.id}/grants"),
                (found.row.acronym, base),
                (say("Third parties"), ""),
            ),
            found=found,
            base=base,
            payments=f"/grants/{grant_id}/third-parties",
            states=STATES,
            kinds=KINDS,
            within=WITHIN,
            country_name=country_name,
            elsewhere=elsewhere,
        )

    return run(incoming, READ, follows_grant(grant_id), answer)
