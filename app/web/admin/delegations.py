"""Delegations of everybody: look, hand tasks over for somebody who cannot, end."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import DelegationFilter, DelegationRow, colleagues, delegations_page
from app.accounts.rules.delegation import DelegationState
from app.accounts.schemas import DelegateFor
from app.accounts.use_cases.delegate_tasks import delegate_tasks, end_delegation
from app.delivery.guards import administrator, stepped_up
from app.delivery.idempotency import once
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.infra.ids import new_id
from app.web.delegation_words import DELEGATION_FIELDS, DELEGATION_STATES
from app.web.forms import FormView, attempt, body_of, command_from, form_page
from app.web.lists import Column, Filter, Listing, ListSpec, answer_list
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter()
HANDS_OVER = stepped_up(administrator)
"""Who may act for whom is changed with a second step only."""
DELEGATIONS: ListSpec[DelegationRow] = ListSpec(
    columns=(
        Column("person", "Whose tasks", lambda row: row.person, sortable=True),
        Column("delegate", "Who acts", lambda row: row.delegate),
        Column("starts_at", "From", lambda row: row.first_day.date(), sortable=True),
        Column("ends_at", "Until", lambda row: row.last_day.date()),
        Column("reason", "Reason", lambda row: row.reason),
        Column("state", "State", lambda row: DELEGATION_STATES[row.state]),
        Column("taken_up_at", "First acted", lambda row: row.taken_up_at, only_export=True),
    ),
    filters=(Filter("state", "State", [(state.value, words) for state, words in DELEGATION_STATES.items()]),),
    sort="-starts_at",
)


@router.get("/admin/delegations")
def delegations(incoming: Request_) -> Response:
    """Every delegation."""
    return run(incoming, READ, administrator, _list)


@router.get("/admin/delegations/new")
def show_new(incoming: Request_) -> Response:
    """The form."""
    return run(incoming, READ, HANDS_OVER, lambda work: _new_page(work, FormView()))


@router.post("/admin/delegations")
def make(incoming: Request_) -> Response:
    """Hand somebody's tasks over."""

    def create(work: Work) -> Response:
        wanted = command_from(incoming.form, DelegateFor)
        delegate_tasks(work.session, work.actor, wanted.person_id, wanted, now=work.now)
        return redirect("/admin/delegations", notice="delegated")

    return attempt(
        incoming,
        HANDS_OVER,
        lambda: run(incoming, WRITE, HANDS_OVER, lambda work: once(work, body_of(incoming.form), create)),
        _new_page,
    )


@router.post("/admin/delegations/{delegation_id}/end")
def end(delegation_id: UUID, incoming: Request_) -> Response:
    """End one."""

    def write(work: Work) -> Response:
        end_delegation(work.session, work.actor, delegation_id, now=work.now)
        return redirect("/admin/delegations", notice="done")

    return run(incoming, WRITE, administrator, write)


def _list(work: Work) -> Response:
    listing = Listing.read(work.incoming, DELEGATIONS)
    wanted = DelegationFilter(
        q=listing.q,
        state=DelegationState(listing.value("state")) if listing.value("state") else None,
        sort=listing.sort,
        descending=listing.descending,
    )
    return answer_list(
        work,
        "people/delegations.html",
        listing,
        lambda request: delegations_page(work.session, wanted, request, now=work.now),
        name="delegations",
        states=DELEGATION_STATES,
    )


def _new_page(work: Work, form: FormView) -> Response:
    return form_page(
        work,
        "people/delegation_new.html",
        form,
        labels=DELEGATION_FIELDS,
        key=str(new_id()),
        people=[(str(one.id), one.name) for one in colleagues(work.session)],
    )
