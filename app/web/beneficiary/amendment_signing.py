"""Sign an amendment for the consortium: what is signed with its hash, and the form for a signatory of the coordinator."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.amendments.schemas import DeclineAmendment, SignAmendment
from app.amendments.use_cases.propose_amendment import decline_amendment
from app.amendments.use_cases.sign_amendment import sign_for_coordinator
from app.delivery.amendment_guards import signs_for_coordinator
from app.delivery.guards import stepped_up
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.grants.queries.listing import grant_row
from app.web.amendment_view.shell import amendment_shell
from app.web.amendment_view.words import KINDS, next_of, state_of
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter(prefix="/grants/{grant_id:uuid}/amendments/{number:int}/sign")


@router.get("")
def show(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """What is signed. A legal signatory of the coordinator, after the second step."""
    guard = stepped_up(signs_for_coordinator(grant_id, number))
    return run(incoming, READ, guard, lambda work: _page(work, grant_id, number, FormView()))


@router.post("")
def sign(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """Sign for all beneficiaries. A legal signatory of the coordinator, after the second step."""

    def write(work: Work) -> Response:
        command = command_from(incoming.form, SignAmendment)
        sign_for_coordinator(work.session, work.actor, grant_id, number, command, now=work.now)
        return redirect(f"/grants/{grant_id}/amendments/{number}", notice="agreement-signed")

    guard = stepped_up(signs_for_coordinator(grant_id, number))
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _page(work, grant_id, number, form),
    )


@router.post("/refusal")
def refuse(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """Refuse what the managing body proposes, with a reason. A legal signatory of the coordinator."""

    def write(work: Work) -> Response:
        command = command_from(incoming.form, DeclineAmendment)
        decline_amendment(work.session, work.actor, grant_id, number, command, now=work.now)
        return redirect(f"/grants/{grant_id}/amendments/{number}", notice="amendment-refused")

    guard = stepped_up(signs_for_coordinator(grant_id, number))
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _page(work, grant_id, number, form),
    )


def _page(work: Work, grant_id: UUID, number: int, form: FormView) -> Response:
    shell = amendment_shell(work, grant_id, number)
    return form_page(
        work,
        "beneficiary/amendment_sign.html",
        form,
        shell=shell,
        row=grant_row(work.session, grant_id, today=shell.today),
        base=f"/grants/{grant_id}",
        here=f"/grants/{grant_id}/amendments/{number}",
        states=state_of,
        kinds=KINDS,
        next=next_of,
    )
