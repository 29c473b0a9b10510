"""Hand one's tasks to a colleague, end it, act for a colleague and stop."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import actor_of_person, colleagues, delegations_of
from app.accounts.rules.delegation import delegated, same_office
from app.accounts.schemas import DelegateTasks
from app.accounts.use_cases.act_for import act_for, stop_acting
from app.accounts.use_cases.delegate_tasks import delegate_tasks, end_delegation
from app.core.errors import SignInRequiredError
from app.delivery.guards import office, signed_in, stepped_up
from app.delivery.idempotency import once
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.infra.ids import new_id
from app.web.delegation_words import DELEGATION_FIELDS, DELEGATION_STATES
from app.web.forms import FormView, attempt, body_of, command_from, form_page
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter()
HANDS_OVER = stepped_up(office)


@router.get("/account/delegation")
def show(incoming: Request_) -> Response:
    """What the person handed over and took on, and the form."""
    return run(incoming, READ, office, lambda work: _page(work, FormView()))


@router.post("/account/delegation")
def make(incoming: Request_) -> Response:
    """Hand the own tasks over, with a fresh second step: somebody else may act then."""

    def create(work: Work) -> Response:
        wanted = command_from(incoming.form, DelegateTasks)
        delegate_tasks(work.session, work.actor, _own_id(work), wanted, now=work.now)
        return redirect("/account/delegation", notice="delegated")

    return attempt(
        incoming,
        HANDS_OVER,
        lambda: run(incoming, WRITE, HANDS_OVER, lambda work: once(work, body_of(incoming.form), create)),
        _page,
    )


@router.post("/account/delegation/stop")
def stop(incoming: Request_) -> Response:
    """Act in the own name again."""

    def write(work: Work) -> Response:
        stop_acting(work.session, incoming.session_secret)
        return redirect("/tasks", notice="done")

    return run(incoming, WRITE, signed_in, write)


@router.post("/account/delegation/{delegation_id}/end")
def end(delegation_id: UUID, incoming: Request_) -> Response:
    """End a delegation that one made or took on."""

    def write(work: Work) -> Response:
        end_delegation(work.session, work.actor, delegation_id, now=work.now)
        return redirect("/account/delegation", notice="done")

    return attempt(incoming, office, lambda: run(incoming, WRITE, office, write), _page)


@router.post("/account/delegation/{delegation_id}/act")
def act(delegation_id: UUID, incoming: Request_) -> Response:
    """Act for the colleague from now on, in this browser."""

    def write(work: Work) -> Response:
        act_for(work.session, work.actor, delegation_id, secret=incoming.session_secret, now=work.now)
        return redirect("/tasks", notice="acting")

    return run(incoming, WRITE, office, write)


def _page(work: Work, form: FormView) -> Response:
    person_id = _own_id(work)
    held = actor_of_person(work.session, person_id).assignments
    return form_page(
        work,
        "account/delegation.html",
        form,
        labels=DELEGATION_FIELDS,
        key=str(new_id()),
        rows=delegations_of(work.session, person_id, now=work.now),
        own_id=person_id,
        states=DELEGATION_STATES,
        gives=bool(delegated(held)) and work.actor.acting_for is None,
        acting=work.actor.acting_for is not None,
        people=[
            (str(one.id), one.name)
            for one in colleagues(work.session)
            if one.id != person_id and same_office(held, one.assignments)
        ],
    )


def _own_id(work: Work) -> UUID:
    if work.actor.person_id is None:
        raise SignInRequiredError
    return work.actor.person_id
