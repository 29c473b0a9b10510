"""Withdraw an application, after a question."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.applications.rules.lifecycle import can_be_withdrawn
from app.applications.schemas import Withdraw
from app.applications.use_cases.withdraw_application import withdraw_application
from app.delivery.guards import coordinates_application
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.web.application_view.shell import shell
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter()


@router.get("/applications/{application_id}/withdraw")
def ask(incoming: Request_, application_id: UUID) -> Response:
    """What withdrawing means, and why."""
    return run(
        incoming, READ, coordinates_application(application_id), lambda work: _page(work, application_id, FormView())
    )


@router.post("/applications/{application_id}/withdraw")
def withdraw(incoming: Request_, application_id: UUID) -> Response:
    """Take the application out of the call."""

    def write(work: Work) -> Response:
        wanted = command_from(incoming.form, Withdraw)
        withdraw_application(work.session, work.actor, application_id, wanted, now=work.now)
        return redirect(f"/applications/{application_id}", notice="withdrawn")

    guard = coordinates_application(application_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _page(work, application_id, form),
    )


def _page(work: Work, application_id: UUID, form: FormView) -> Response:
    frame = shell(work, application_id)
    possible = can_be_withdrawn(frame.head.state, frame.head.decided_at)
    return form_page(work, "applicant/withdraw.html", form, frame=frame, possible=possible)
