"""One amendment for its consortium: what is to change, what follows from it, the request and the withdrawal."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.amendments.use_cases.request_amendment import request_amendment
from app.amendments.use_cases.save_amendment import save_amendment
from app.amendments.use_cases.start_amendment import withdraw_amendment
from app.delivery.amendment_guards import reads_as_party
from app.delivery.grant_guards import works_for_grant
from app.delivery.guards import Guard
from app.delivery.incoming import Incoming
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.grants.queries.accounts import account_of
from app.grants.queries.listing import grant_row
from app.web.amendment_view.form import form_context, wanted_of
from app.web.amendment_view.shell import amendment_shell
from app.web.amendment_view.words import KINDS, next_of, state_of
from app.web.forms import FormView, attempt, form_page
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter(prefix="/grants/{grant_id:uuid}/amendments/{number:int}")


@router.get("")
def show(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """The amendment with what it changes. The consortium and who speaks for a party."""
    return run(incoming, READ, reads_as_party(grant_id, number), lambda work: _page(work, grant_id, number, None))


@router.post("")
def save(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """Save it as a whole. The contact of the coordinator."""

    def write(work: Work) -> Response:
        save_amendment(work.session, work.actor, grant_id, number, wanted_of(incoming.form), now=work.now)
        return redirect(f"/grants/{grant_id}/amendments/{number}#changes", notice="saved")

    return _act(incoming, works_for_grant(grant_id), (grant_id, number), write)


@router.post("/request")
def ask(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """Ask for the amendment as it was saved. The contact of the coordinator."""

    def write(work: Work) -> Response:
        request_amendment(work.session, work.actor, grant_id, number, now=work.now)
        return redirect(f"/grants/{grant_id}/amendments/{number}", notice="amendment-requested")

    return _act(incoming, works_for_grant(grant_id), (grant_id, number), write, stored=True)


@router.post("/withdrawal")
def withdraw(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """Take it back. The contact of the coordinator."""

    def write(work: Work) -> Response:
        withdraw_amendment(work.session, work.actor, grant_id, number, now=work.now)
        return redirect(f"/grants/{grant_id}/amendments", notice="amendment-withdrawn")

    return _act(incoming, works_for_grant(grant_id), (grant_id, number), write, stored=True)


def _act(
    incoming: Incoming,
    guard: Guard,
    at: tuple[UUID, int],
    write: Callable[[Work], Response],
    *,
    stored: bool = False,
) -> Response:
    """``stored``: after a refusal the form shows what is stored, with the findings at its fields."""

    def again(work: Work, form: FormView) -> Response:
        return _page(work, *at, form, stored=stored)

    return attempt(incoming, guard, lambda: run(incoming, WRITE, guard, write), again)


def _page(work: Work, grant_id: UUID, number: int, form: FormView | None, *, stored: bool = False) -> Response:
    shell = amendment_shell(work, grant_id, number)
    valid = account_of(work.session, shell.reading.base.facts.coordinator.organisation_id)
    shown = form_context(shell, valid, form, stored=stored)
    return form_page(
        work,
        "beneficiary/amendment.html",
        shown.pop("form"),
        labels={},
        shell=shell,
        row=grant_row(work.session, grant_id, today=shell.today),
        base=f"/grants/{grant_id}",
        here=f"/grants/{grant_id}/amendments/{number}",
        states=state_of,
        kinds=KINDS,
        next=next_of,
        **shown,
    )
