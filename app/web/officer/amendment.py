"""One amendment for its office: what it changes and why, the decision or its own proposal, and the last signature."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.amendments.schemas import DecideAmendment, SignAmendment
from app.amendments.use_cases.decide_amendment import decide_amendment
from app.amendments.use_cases.propose_amendment import propose_amendment
from app.amendments.use_cases.save_amendment import save_amendment
from app.amendments.use_cases.sign_amendment import sign_for_authority
from app.amendments.use_cases.start_amendment import withdraw_amendment
from app.applications.queries.office_calls import office_call
from app.delivery.amendment_guards import follows_amendment
from app.delivery.grant_guards import prepares_grant, signs_grant
from app.delivery.guards import stepped_up
from app.delivery.incoming import Incoming
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.grants.queries.accounts import account_of
from app.grants.queries.listing import grant_row
from app.infra.templates import translator
from app.web.amendment_view.form import form_context, wanted_of
from app.web.amendment_view.shell import amendment_shell
from app.web.amendment_view.words import KINDS, next_of, state_of
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.officer.awards import crumbs
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter(prefix="/officer/grants/{grant_id:uuid}/amendments")


@router.post("/{number:int}")
def save(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """Save one that the managing body began. Who manages the call."""

    def write(work: Work) -> Response:
        save_amendment(work.session, work.actor, grant_id, number, wanted_of(incoming.form), now=work.now)
        return redirect(f"/officer/grants/{grant_id}/amendments/{number}#changes", notice="saved")

    return _own(incoming, grant_id, number, write)


@router.post("/{number:int}/proposal")
def propose(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """Propose it to the coordinator as it was saved. Who manages the call."""

    def write(work: Work) -> Response:
        propose_amendment(work.session, work.actor, grant_id, number, now=work.now)
        return redirect(f"/officer/grants/{grant_id}/amendments/{number}", notice="amendment-proposed")

    return _own(incoming, grant_id, number, write, stored=True)


@router.post("/{number:int}/withdrawal")
def withdraw(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """Take one back that the managing body began. Who manages the call."""

    def write(work: Work) -> Response:
        withdraw_amendment(work.session, work.actor, grant_id, number, now=work.now)
        return redirect(f"/officer/grants/{grant_id}", notice="amendment-withdrawn")

    return _own(incoming, grant_id, number, write, stored=True)


def _own(
    incoming: Incoming, grant_id: UUID, number: int, write: Callable[[Work], Response], *, stored: bool = False
) -> Response:
    """``stored``: after a refusal the form shows what is stored, with the findings at its fields."""
    guard = prepares_grant(grant_id)

    def again(work: Work, form: FormView) -> Response:
        return _shown(work, grant_id, number, form, "officer/amendment.html", stored=stored)

    return attempt(incoming, guard, lambda: run(incoming, WRITE, guard, write), again)


@router.get("/{number:int}")
def show(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """The amendment once it was asked for. The call's office and who follows its money."""
    guard = follows_amendment(grant_id, number)
    return run(incoming, READ, guard, lambda work: _page(work, grant_id, number, None))


@router.post("/{number:int}/decision")
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


@router.get("/{number:int}/sign")
def ask_signature(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """The last signature with what stands in its way. An authorising officer, after the second step."""
    guard = stepped_up(signs_grant(grant_id))
    return run(incoming, READ, guard, lambda work: _sign_page(work, grant_id, number, FormView()))


@router.post("/{number:int}/sign")
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


def _page(work: Work, grant_id: UUID, number: int, form: FormView | None) -> Response:
    return _shown(work, grant_id, number, form, "officer/amendment.html")


def _sign_page(work: Work, grant_id: UUID, number: int, form: FormView) -> Response:
    return _shown(work, grant_id, number, form, "officer/amendment_sign.html")


def _shown(  # what is shown, by which template
    work: Work, grant_id: UUID, number: int, form: FormView | None, template: str, *, stored: bool = False
) -> Response:
    shell = amendment_shell(work, grant_id, number)
    row = grant_row(work.session, grant_id, today=shell.today)
    call = office_call(work.session, row.call_id, now=work.now)
    say = translator(work.known.language)
    title = say("Amendment %(number)s") % {"number": number}
    home = f"/officer/grants/{grant_id}"
    valid = account_of(work.session, shell.reading.base.facts.coordinator.organisation_id)
    fields = form_context(shell, valid, form, stored=stored)
    filled = fields.pop("form")
    view = filled if shell.writes else form or FormView()  # a decision and a signature are forms of their own
    return form_page(
        work,
        template,
        view,
        labels={},
        shell=shell,
        row=row,
        base=home,
        here=f"{home}/amendments/{number}",
        trail=crumbs(work, call, (say("Grants"), f"/officer/calls/{call.id}/grants"), (row.acronym, home), (title, "")),
        states=state_of,
        kinds=KINDS,
        next=next_of,
        **fields,
    )
