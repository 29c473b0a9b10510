"""My grants, and the home of one: where it stands, who acts next and by when, its money, parties and documents."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.audit.queries import latest_about
from app.delivery.grant_guards import takes_part
from app.delivery.guards import signed_in
from app.delivery.unit_of_work import READ, Work, run
from app.grants import policies
from app.grants.queries.facts import day_of
from app.grants.queries.grant_work import signs_next
from app.grants.queries.grants import grant_scope
from app.grants.queries.listing import GrantFilter, GrantRow, grants_page, of_person
from app.grants.rules.grant_lifecycle import GrantState
from app.web.event_words import shown_events
from app.web.grant_view.life import life_of
from app.web.grant_view.lists import GrantList
from app.web.grant_view.words import NEXT, STATES
from app.web.lists import Listing, answer_list
from app.web.pages import page
from app.web.requests import Request_

router = APIRouter(prefix="/grants")
MOST_EVENTS = 100


@router.get("")
def mine(incoming: Request_) -> Response:
    """Grants of the person's consortia, and of organisations for which the person speaks."""

    def answer(work: Work) -> Response:
        grants = GrantList(work)
        listing = Listing.read(incoming, grants.spec)
        wanted = GrantFilter.of(listing.q, listing.value)
        return answer_list(
            work,
            "beneficiary/grants.html",
            listing,
            grants.fetch(
                lambda request: grants_page(
                    work.session,
                    of_person(work.actor),
                    wanted,
                    request,
                    today=day_of(work.now),
                    order=(listing.sort, listing.descending),
                )
            ),
            name="grants",
            states=STATES,
            act_of=lambda row: grants.acts[row.id],
        )

    return run(incoming, READ, signed_in, answer)


def _parties_to_sign(work: Work, row: GrantRow) -> Sequence[UUID]:
    """The parties for which it is the person's turn."""
    if row.state is not GrantState.SIGNATURE:
        return ()
    return [party for grant_id, party in signs_next(work.session, work.actor) if grant_id == row.id]


@router.get("/{grant_id:uuid}")
def home(incoming: Request_, grant_id: UUID) -> Response:
    """Where the grant stands. The consortium and who speaks for a party."""

    def answer(work: Work) -> Response:
        life = life_of(work, grant_id)
        scope = grant_scope(work.session, grant_id)
        return page(
            work,
            "beneficiary/grant.html",
            life=life,
            base=f"/grants/{grant_id}",
            states=STATES,
            sentence=NEXT[life.row.acts],
            coordinates=policies.works_for_grant(work.actor, scope),
            to_sign=_parties_to_sign(work, life.row),
            events=shown_events(work, latest_about(work.session, grant_id, MOST_EVENTS)),
        )

    return run(incoming, READ, takes_part(grant_id), answer)
