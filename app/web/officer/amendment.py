"""One amendment for its office: what it changes and why, the decision, and the last signature."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.amendments.schemas import DecideAmendment, SignAmendment
from app.amendments.use_cases.decide_amendment import decide_amendment
from app.amendments.use_cases.sign_amendment import sign_for_authority
from app.applications.queries.office_calls import office_call
from app.delivery.amendment_guards import follows_amendment
from app.delivery.grant_guards import prepares_grant, signs_grant
from app.delivery.guards import stepped_up
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.grants.queries.listing import grant_row
from app.infra.templates import translator
from app.web.amendment_view.shell import amendment_shell
from app.web.amendment_view.words import KINDS, NEXT, STATES
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.officer.awards import crumbs
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter(prefix="/officer/grants/{grant_id:uuid}/amendments/{number:int}")


@router.get("")
def show(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """The amendment once it was asked for. The call's office and who follows its money."""
    guard = follows_amendment(grant_id, number)
    return run(incoming, READ, guard, lambda work: _page(work, grant_id, number, FormView()))


@router.post("/decision")
def decide(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """Accept it, give it back or refuse it. Who manages the call."""

    def write(work: Work) -> Response:
        command = command_from(incoming.form, DecideAmendment)
        decide_amendment(work.session, work.actor, grant_id, number, command, now=work.now)
        return redirect(f"/officer/grants/{grant_id}/amendments/{number}", notice="amendment-decided")

    guard = prepares_grant(grant_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _page(work, grant_id, number, form),
    )


@router.get("/sign")
def ask_signature(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """The last signature with what stands in its way. An authorising officer, after the second step."""
    guard = stepped_up(signs_grant(grant_id))
    return run(incoming, READ, guard, lambda work: _sign_page(work, grant_id, number, FormView()))


@router.post("/sign")
def sign(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """Sign for the managing body: the amendment enters into force. An authorising officer, after the second step."""

    def write(work: Work) -> Response:
        command = command_from(incoming.form, SignAmendment)
        sign_for_authority(work.session, work.actor, grant_id, number, command, now=work.now)
        return redirect(f"/officer/grants/{grant_id}/amendments/{number}", notice="amendment-in-force")

    guard = stepped_up(signs_grant(grant_id))
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _sign_page(work, grant_id, number, form),
    )


def _page(work: Work, grant_id: UUID, number: int, form: FormView) -> Response:
    return _shown(work, grant_id, number, form, "officer/amendment.html")


def _sign_page(work: Work, grant_id: UUID, number: int, form: FormView) -> Response:
    return _shown(work, grant_id, number, form, "officer/amendment_sign.html")


def _shown(work: Work, grant_id: UUID, number: int, form: FormView, template: str) -> Response:
    shell = amendment_shell(work, grant_id, number)
    row = grant_row(work.session, grant_id, today=shell.today)
    call = office_call(work.session, row.call_id, now=work.now)
    say = translator(work.known.language)
    title = say("Amendment %(number)s") % {"number": number}
    home = f"/officer/grants/{grant_id}"
    return form_page(
        work,
        template,
        form,
        shell=shell,
        row=row,
        base=home,
        here=f"{home}/amendments/{number}",
        trail=crumbs(work, call, (say("Grants"), f"/officer/calls/{call.id}/grants"), (row.acronym, home), (title, "")),
        states=STATES,
        kinds=KINDS,
        next=NEXT,
    )
