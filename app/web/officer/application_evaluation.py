"""The evaluation of one application for the office of its call, and what its officers decide about reports."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.core.errors import NotFoundError
from app.delivery.evaluation_guards import follows_evaluation, runs_evaluation_of
from app.delivery.guards import follows_call, manages_call
from app.delivery.incoming import Incoming
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.evaluation.queries.assignments import application_of_assignment
from app.evaluation.schemas import WithReason
from app.evaluation.use_cases.open_consensus import open_consensus, open_ready_consensus
from app.evaluation.use_cases.reopen_consensus import reopen_consensus, reopen_reports
from app.evaluation.use_cases.return_report import return_report
from app.evaluation.use_cases.void_report import void_report
from app.web.evaluation_view.office import evaluation_of, readiness_of_call
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter()
_ONE = "/officer/applications/{application_id:uuid}/evaluation"
_ALL = "/officer/calls/{call_id:uuid}/evaluation/consensus"


@router.get(_ONE)
def show(incoming: Request_, application_id: UUID) -> Response:
    """Reports, consensus and views, as far as the call's table shows them in this phase. The call's office."""
    guard = follows_evaluation(application_id)
    return run(incoming, READ, guard, lambda work: _page(work, application_id, FormView()))


@router.post(f"{_ONE}/consensus")
def begin(incoming: Request_, application_id: UUID) -> Response:
    """Open the consensus on the application."""

    def write(work: Work) -> str:
        open_consensus(work.session, work.actor, application_id, now=work.now)
        return "opened"

    return _act(incoming, application_id, write)


@router.post(f"{_ONE}/reopening")
def reopen(incoming: Request_, application_id: UUID) -> Response:
    """Make the concluded report a draft again."""

    def write(work: Work) -> str:
        reason = command_from(incoming.form, WithReason)
        reopen_consensus(work.session, work.actor, application_id, reason, now=work.now)
        return "done"

    return _act(incoming, application_id, write)


@router.post(f"{_ONE}/reports-reopening")
def go_back(incoming: Request_, application_id: UUID) -> Response:
    """Go back to individual reports, so that a further expert is heard or a report is returned."""

    def write(work: Work) -> str:
        reason = command_from(incoming.form, WithReason)
        reopen_reports(work.session, work.actor, application_id, reason, now=work.now)
        return "done"

    return _act(incoming, application_id, write)


@router.post(f"{_ONE}/reports/{{assignment_id:uuid}}/return")
def give_back(incoming: Request_, application_id: UUID, assignment_id: UUID) -> Response:
    """Return a submitted report to its expert."""

    def write(work: Work) -> str:
        _belongs(work, application_id, assignment_id)
        reason = command_from(incoming.form, WithReason)
        return_report(work.session, work.actor, assignment_id, reason, now=work.now)
        return "done"

    return _act(incoming, application_id, write)


@router.post(f"{_ONE}/reports/{{assignment_id:uuid}}/void")
def void(incoming: Request_, application_id: UUID, assignment_id: UUID) -> Response:
    """Void a report; the assignment ends."""

    def write(work: Work) -> str:
        _belongs(work, application_id, assignment_id)
        reason = command_from(incoming.form, WithReason)
        void_report(work.session, work.actor, assignment_id, reason, now=work.now)
        return "done"

    return _act(incoming, application_id, write)


@router.get(_ALL)
def ready(incoming: Request_, call_id: UUID) -> Response:
    """Every application of the call with its reports, and whether its consensus can begin. The call's office."""
    return run(incoming, READ, follows_call(call_id), lambda work: _ready_page(work, call_id, FormView()))


@router.post(_ALL)
def begin_all(incoming: Request_, call_id: UUID) -> Response:
    """Open the consensus on every application that has all its reports."""
    guard = manages_call(call_id)

    def write(work: Work) -> Response:
        open_ready_consensus(work.session, work.actor, call_id, now=work.now)
        return redirect(f"/officer/calls/{call_id}/evaluation/consensus", notice="opened")

    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _ready_page(work, call_id, form),
    )


def _act(incoming: Incoming, application_id: UUID, write: Callable[[Work], str]) -> Response:
    guard = runs_evaluation_of(application_id)

    def do(work: Work) -> Response:
        notice = write(work)
        return redirect(f"/officer/applications/{application_id}/evaluation", notice=notice)

    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, do),
        lambda work, form: _page(work, application_id, form),
    )


def _belongs(work: Work, application_id: UUID, assignment_id: UUID) -> None:
    if application_of_assignment(work.session, assignment_id) != application_id:
        raise NotFoundError("assignment")


def _page(work: Work, application_id: UUID, form: FormView) -> Response:
    return form_page(work, "officer/application_evaluation.html", form, **evaluation_of(work, application_id))


def _ready_page(work: Work, call_id: UUID, form: FormView) -> Response:
    return form_page(work, "officer/consensus_ready.html", form, **readiness_of_call(work, call_id))
