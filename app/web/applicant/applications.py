"""My applications, and invitations that wait for an answer."""

from fastapi import APIRouter
from starlette.responses import Response

from app.applications.queries.mine import OwnApplication, OwnFilter, own_applications
from app.applications.queries.reading import heads_of
from app.applications.rules.lifecycle import ApplicationState
from app.core.actor import ScopeKind
from app.delivery.guards import signed_in
from app.delivery.unit_of_work import READ, Work, run
from app.partnerships.policies import organisations_spoken_for
from app.partnerships.queries import open_invitations_for
from app.web.application_view.partners import ROLES
from app.web.application_view.shell import STATES
from app.web.lists import Column, Filter, Listing, ListSpec, answer_list
from app.web.requests import Request_

router = APIRouter()

MINE: ListSpec[OwnApplication] = ListSpec(
    columns=(
        Column("acronym", "Application", lambda row: row.acronym, sortable=True),
        Column("reference", "Reference", lambda row: row.reference, only_export=True),
        Column("title", "Title", lambda row: row.title, only_export=True),
        Column("coordinator", "Coordinator", lambda row: row.coordinator),
        Column("state", "State", lambda row: STATES[row.state][0]),
        Column("requested", "Requested", lambda row: row.requested, align="right", sortable=True),
        Column("deadline", "Closes", lambda row: row.deadline, sortable=True),
        Column("changed", "Last change", lambda row: row.changed_at, sortable=True),
    ),
    filters=(Filter("state", "State", [(state.value, STATES[state][0]) for state in ApplicationState]),),
    sort="-changed",
)


@router.get("/applications")
def mine(incoming: Request_) -> Response:
    """Applications in whose consortium the person is, and invitations to answer."""

    def answer(work: Work) -> Response:
        listing = Listing.read(incoming, MINE)
        wanted = OwnFilter(text=listing.q, state=listing.value("state"))
        ids = work.actor.ids(ScopeKind.APPLICATION)
        invitations = open_invitations_for(work.session, list(organisations_spoken_for(work.actor)), work.actor.email)
        asked_by = [row.partnership_id for row in invitations]
        asked = {head.id: head for head in heads_of(work.session, asked_by)} if asked_by else {}
        return answer_list(
            work,
            "applicant/applications.html",
            listing,
            lambda request: own_applications(
                work.session, ids, wanted, request, sort=listing.sort, descending=listing.descending
            ),
            name="applications",
            invitations=[(row, asked[row.partnership_id]) for row in invitations if row.partnership_id in asked],
            states=STATES,
            roles=ROLES,
        )

    return run(incoming, READ, signed_in, answer)
