"""The checks of one application for its office: findings, evidence, proposal, decision. Only the use cases judge."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import names_of
from app.applications import events as facts
from app.applications.queries.clarifications import clarifications
from app.applications.queries.office_calls import office_call
from app.applications.queries.screened import rules_of_submissions, screened
from app.applications.rules.check_lifecycle import CheckStep
from app.applications.schemas import DecideCheck, ProposeCheck, RecordCheck, ReopenCheck
from app.applications.use_cases.decide_check import decide_check
from app.applications.use_cases.propose_check import propose_check
from app.applications.use_cases.record_check import record_check
from app.applications.use_cases.reopen_check import reopen_check
from app.audit.queries import timeline
from app.calls.policies import may_manage_call
from app.calls.rules.form_kinds import FileField
from app.core.errors import NotFoundError
from app.delivery.guards import checks_application, follows_application
from app.delivery.incoming import Incoming
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.infra.ids import new_id
from app.web.application_view import checks as view
from app.web.deadlines import shown_deadline
from app.web.event_words import shown_events
from app.web.forms import FormView, attempt, command_from, form_page, part_of, within
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter(prefix="/officer/applications/{application_id:uuid}")
HISTORY = facts.OFFICE_ONLY | {
    facts.HonourDeclared.kind,
    facts.ClarificationAsked.kind,
    facts.ClarificationAnswered.kind,
    facts.ClarificationSettled.kind,
    facts.ClarificationWithdrawn.kind,
    facts.ClarificationLapsed.kind,
    facts.ApplicationWithdrawn.kind,
    facts.AwardDecided.kind,
}
LABELS = {
    "propose.outcome": "Outcome",
    "propose.reason": "Reason",
    "decide.decision": "Decision",
    "decide.reason": "Reason",
    "reopen.reason": "Reason",
    "ask.kind": "About",
    "ask.question": "Question",
    "ask.field": "Document",
    "ask.due_at": "Answer due",
}


@router.get("/checks")
def show(incoming: Request_, application_id: UUID) -> Response:
    """The three checks with everything behind them. The call's office."""
    return run(
        incoming, READ, follows_application(application_id), lambda work: checks_page(work, application_id, FormView())
    )


@router.post("/checks/{step}/propose")
def propose(incoming: Request_, application_id: UUID, step: CheckStep) -> Response:
    """Propose the outcome of a step. Who manages the call."""

    def write(work: Work) -> None:
        wanted = command_from(part_of(incoming.form, "propose"), ProposeCheck)
        propose_check(work.session, work.actor, application_id, step, wanted, now=work.now)

    return send(incoming, application_id, "propose", write, notice="proposed")


@router.post("/checks/{step}/decide")
def decide(incoming: Request_, application_id: UUID, step: CheckStep) -> Response:
    """Confirm a proposal, or give it back. Who manages the call and did not propose it."""

    def write(work: Work) -> None:
        wanted = command_from(part_of(incoming.form, "decide"), DecideCheck)
        decide_check(work.session, work.actor, application_id, step, wanted, now=work.now)

    return send(incoming, application_id, "decide", write)


@router.post("/checks/{step}/reopen")
def reopen(incoming: Request_, application_id: UUID, step: CheckStep) -> Response:
    """Take a decision back. Who manages the call."""

    def write(work: Work) -> None:
        wanted = command_from(part_of(incoming.form, "reopen"), ReopenCheck)
        reopen_check(work.session, work.actor, application_id, step, wanted, now=work.now)

    return send(incoming, application_id, "reopen", write)


@router.post("/recorded-checks/{check}/{partner_id}")
def record(incoming: Request_, application_id: UUID, check: str, partner_id: UUID) -> Response:
    """Record what was found about one partner elsewhere. Who manages the call."""
    part = f"{check[:60]}-{partner_id}"

    def write(work: Work) -> None:
        sent = part_of(incoming.form, part)
        given = type(sent)([*sent.multi_items(), ("partner_id", str(partner_id)), ("check", check)])
        record_check(work.session, work.actor, application_id, command_from(given, RecordCheck), now=work.now)

    return send(incoming, application_id, part, write, notice="saved")


def send(
    incoming: Incoming, application_id: UUID, part: str, write: Callable[[Work], None], *, notice: str = "done"
) -> Response:
    """Send one form of the page; where it is refused, the page again with what was typed."""
    guard = checks_application(application_id)

    def done(work: Work) -> Response:
        with within(part):
            write(work)
        return redirect(f"/officer/applications/{application_id}/checks", notice=notice)

    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, done),
        lambda work, form: checks_page(work, application_id, form),
    )


def checks_page(work: Work, application_id: UUID, form: FormView) -> Response:
    """The page; raise NotFoundError for what was never submitted."""
    judged = screened(work.session, application_id)
    if judged is None:
        raise NotFoundError("application")
    call = office_call(work.session, judged.call_id, now=work.now)
    rules = rules_of_submissions(work.session, [judged])[judged.call_version_id]
    zone = rules.timetable.deadline.zone
    found = view.judgement(
        work, judged, call.state, manages=may_manage_call(work.actor, call.programme_id, call.id), zone=zone
    )
    questions = clarifications(work.session, application_id, now=work.now)
    people = [
        *(person for row in judged.checks.values() for person in (row.proposed_by, row.decided_by)),
        *(one.declaration.declared_by for one in found.evidence if one.declaration),
        *(row.recorded_by for one in found.evidence for rows in one.results.values() for row in rows),
        *(person for one in questions for person in (one.asked_by, one.answered_by, one.decided_by)),
    ]
    return form_page(
        work,
        "officer/application_checks.html",
        form,
        labels=LABELS,
        judged=judged,
        call=call,
        found=found,
        questions=questions,
        files={field.id: str(field.title) for _, field in rules.form.fields() if isinstance(field, FileField)},
        names=names_of(work.session, people),
        events=shown_events(work, timeline(work.session, application_id, kinds=HISTORY)),
        manages=may_manage_call(work.actor, call.programme_id, call.id),
        zone=zone,
        due=lambda at: shown_deadline(work, at, zone),
        view=view,
        key=new_id().hex,
    )
