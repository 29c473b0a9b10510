"""People of the platform: who they are, what they may do, whether they may sign in."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import PeopleFilter, has_second_factor, people_page, person_details, roles_of
from app.accounts.rules.roles import SCOPES
from app.accounts.schemas import AssignRole, PersonRow
from app.accounts.use_cases.assign_role import assign_role
from app.accounts.use_cases.deactivate_person import deactivate_person, reactivate_person
from app.accounts.use_cases.revoke_role import revoke_role
from app.core.actor import Role
from app.core.errors import NotFoundError
from app.delivery.guards import administrator, stepped_up
from app.delivery.incoming import Incoming
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.lists import Column, Filter, Listing, ListSpec, answer_list
from app.web.pages import redirect
from app.web.requests import Request_
from app.web.scopes import SCOPE_WORDS, shown_scopes
from app.web.words import role_words

router = APIRouter()
CHANGES = stepped_up(administrator)
"""Who may act is changed with a second step only."""

PEOPLE: ListSpec[PersonRow] = ListSpec(
    columns=(
        Column("name", "Name", lambda row: row.name, sortable=True),
        Column("email", "E-mail address", lambda row: row.email, sortable=True),
        Column("roles", "Roles", lambda row: ", ".join(role_words(role) for role in row.roles)),
        Column("state", "State", lambda row: "open" if row.active else "closed"),
        Column("confirmed", "Address confirmed", lambda row: row.confirmed, only_export=True),
        Column("last_seen_at", "Last seen", lambda row: row.last_seen_at),
        Column("created_at", "Registered", lambda row: row.created_at, sortable=True),
    ),
    filters=(
        Filter("role", "Role", [(role.value, role_words(role)) for role in Role]),
        Filter("state", "Account", [("open", "Open"), ("closed", "Closed")]),
    ),
    sort="name",
)


@router.get("/admin/people")
def people(incoming: Request_) -> Response:
    """Everybody, with search, filters and files of the same rows."""

    def answer(work: Work) -> Response:
        listing = Listing.read(incoming, PEOPLE)
        wanted = PeopleFilter(
            q=listing.q,
            role=Role(listing.value("role")) if listing.value("role") else None,
            active={"open": True, "closed": False}.get(listing.value("state")),
            sort=listing.sort,
            descending=listing.descending,
        )
        return answer_list(
            work,
            "people/list.html",
            listing,
            lambda request: people_page(work.session, wanted, request),
            name="people",
            role_words=role_words,
        )

    return run(incoming, READ, administrator, answer)


@router.get("/admin/people/{person_id}")
def person(person_id: UUID, incoming: Request_) -> Response:
    """One person."""
    return run(incoming, READ, administrator, lambda work: _page(work, person_id, FormView.of({"scope": "platform"})))


@router.post("/admin/people/{person_id}/roles")
def give_role(person_id: UUID, incoming: Request_) -> Response:
    """Give a role."""

    def write(work: Work) -> None:
        assign_role(work.session, work.actor, person_id, command_from(incoming.form, AssignRole), now=work.now)

    return _act(incoming, person_id, write)


@router.post("/admin/people/{person_id}/roles/{assignment_id}/revoke")
def end_role(person_id: UUID, assignment_id: UUID, incoming: Request_) -> Response:
    """Take a role away."""
    return _act(incoming, person_id, lambda work: revoke_role(work.session, work.actor, assignment_id, now=work.now))


@router.post("/admin/people/{person_id}/deactivate")
def deactivate(person_id: UUID, incoming: Request_) -> Response:
    """Close the account to sign-in."""
    return _act(incoming, person_id, lambda work: deactivate_person(work.session, work.actor, person_id, now=work.now))


@router.post("/admin/people/{person_id}/reactivate")
def reactivate(person_id: UUID, incoming: Request_) -> Response:
    """Open the account again."""
    return _act(incoming, person_id, lambda work: reactivate_person(work.session, work.actor, person_id, now=work.now))


def _act(incoming: Incoming, person_id: UUID, change: Callable[[Work], None]) -> Response:
    def write(work: Work) -> Response:
        change(work)
        return redirect(f"/admin/people/{person_id}", notice="done")

    return attempt(
        incoming,
        CHANGES,
        lambda: run(incoming, WRITE, CHANGES, write),
        lambda work, form: _page(work, person_id, form),
    )


def _page(work: Work, person_id: UUID, form: FormView) -> Response:
    found = person_details(work.session, person_id)
    if found is None:
        raise NotFoundError("person")
    roles = roles_of(work.session, person_id)
    return form_page(
        work,
        "people/person.html",
        form,
        person=found,
        roles=roles,
        second_step=has_second_factor(work.session, person_id),
        scopes=shown_scopes(work.session, roles),
        role_options=[(role.value, role_words(role)) for role in SCOPES],
        scope_options=[(kind.value, words) for kind, words in SCOPE_WORDS.items()],
        role_words=role_words,
    )
