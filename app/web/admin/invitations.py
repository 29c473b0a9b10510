"""Invitations to roles: what is open, make one, withdraw one."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import InvitationFilter, invitations_page
from app.accounts.rules.invitations import InvitationState
from app.accounts.rules.roles import SCOPES
from app.accounts.schemas import InvitationRow, InvitePerson
from app.accounts.use_cases.invite_person import invite_person, withdraw_invitation
from app.core.paging import Page, PageRequest
from app.delivery.guards import administrator, stepped_up
from app.delivery.idempotency import once
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.infra.ids import new_id
from app.web.forms import FormView, attempt, body_of, command_from, form_page
from app.web.lists import Column, Filter, Listing, ListSpec, answer_list
from app.web.pages import redirect
from app.web.requests import Request_
from app.web.scopes import SCOPE_WORDS, ShownScope, shown_scopes
from app.web.words import role_words

router = APIRouter()
OFFERS = stepped_up(administrator)
"""To offer a role takes the second step, as giving one does."""

_STATES = {
    InvitationState.OPEN: "Open",
    InvitationState.ACCEPTED: "Accepted",
    InvitationState.EXPIRED: "Expired",
    InvitationState.WITHDRAWN: "Withdrawn",
}
INVITATIONS: ListSpec[InvitationRow] = ListSpec(
    columns=(
        Column("email", "E-mail address", lambda row: row.email, sortable=True),
        Column("role", "Role", lambda row: role_words(row.role), sortable=True),
        Column("scope", "Where", lambda row: SCOPE_WORDS[row.scope]),
        Column("scope_id", "Identifier", lambda row: row.scope_id, only_export=True),
        Column("state", "State", lambda row: _STATES[row.state]),
        Column("invited_at", "Sent", lambda row: row.invited_at, sortable=True),
        Column("invited_by", "Invited by", lambda row: row.invited_by, only_export=True),
        Column("expires_at", "Ends", lambda row: row.expires_at, sortable=True),
    ),
    filters=(Filter("state", "State", [(state.value, words) for state, words in _STATES.items()]),),
    sort="-invited_at",
)


@router.get("/admin/invitations")
def invitations(incoming: Request_) -> Response:
    """Every invitation."""
    return run(incoming, READ, administrator, _list)


@router.get("/admin/invitations/new")
def show_new(incoming: Request_) -> Response:
    """The form."""
    return run(incoming, READ, OFFERS, lambda work: _new_page(work, FormView.of({"scope": "platform"})))


@router.post("/admin/invitations")
def invite(incoming: Request_) -> Response:
    """Send an invitation."""

    def create(work: Work) -> Response:
        invite_person(work.session, work.actor, command_from(incoming.form, InvitePerson), now=work.now)
        return redirect("/admin/invitations", notice="sent")

    return attempt(
        incoming,
        OFFERS,
        lambda: run(incoming, WRITE, OFFERS, lambda work: once(work, body_of(incoming.form), create)),
        _new_page,
    )


@router.post("/admin/invitations/{invitation_id}/withdraw")
def withdraw(invitation_id: UUID, incoming: Request_) -> Response:
    """Take an invitation back."""

    def write(work: Work) -> Response:
        withdraw_invitation(work.session, work.actor, invitation_id, now=work.now)
        return redirect("/admin/invitations", notice="done")

    return run(incoming, WRITE, administrator, write)


def _list(work: Work) -> Response:
    listing = Listing.read(work.incoming, INVITATIONS)
    wanted = InvitationFilter(
        q=listing.q,
        state=InvitationState(listing.value("state")) if listing.value("state") else None,
        sort=listing.sort,
        descending=listing.descending,
    )
    scopes: dict[UUID, ShownScope] = {}

    def fetch(request: PageRequest) -> Page[InvitationRow]:
        found = invitations_page(work.session, wanted, request, now=work.now)
        scopes.update(shown_scopes(work.session, found.rows))
        return found

    return answer_list(
        work,
        "people/invitations.html",
        listing,
        fetch,
        name="invitations",
        scopes=scopes,
        states=_STATES,
        role_words=role_words,
    )


def _new_page(work: Work, form: FormView) -> Response:
    return form_page(
        work,
        "people/invite.html",
        form,
        key=str(new_id()),
        role_options=[(role.value, role_words(role)) for role in SCOPES],
        scope_options=[(kind.value, words) for kind, words in SCOPE_WORDS.items()],
    )
