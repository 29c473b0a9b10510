"""The experts of one application: who works on it, who could, and what the office decides about each."""

from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.applications.queries.office_calls import office_call
from app.core.errors import NotFoundError
from app.core.paging import Page
from app.delivery.evaluation_guards import runs_evaluation_of
from app.delivery.guards import follows_application
from app.delivery.idempotency import once
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.evaluation import policies
from app.evaluation.queries.board import BoardRow, Candidate, candidates_for
from app.evaluation.rules.lifecycle import ASSIGNMENT, AssignmentEvent, AssignmentState
from app.evaluation.schemas import AssignExpert, AssignmentRow, DecideConflict, WithReason
from app.evaluation.use_cases.assign_expert import assign_expert
from app.evaluation.use_cases.decide_conflict import decide_conflict
from app.evaluation.use_cases.end_assignment import end_assignment
from app.evaluation.use_cases.name_rapporteur import name_rapporteur
from app.infra.ids import new_id
from app.web.deadlines import shown_deadline
from app.web.evaluation_view.current import board_row
from app.web.evaluation_view.work import JUDGEMENT_WORDS, language_names, next_of, words_of
from app.web.forms import FormView, attempt, body_of, command_from, form_page
from app.web.lists import Column, Filter, Listing, ListSpec
from app.web.pages import redirect
from app.web.requests import Request_
from app.web.words import country_name

router = APIRouter(prefix="/officer/applications/{application_id:uuid}/experts")
CANDIDATES: ListSpec[Candidate] = ListSpec(
    columns=(
        Column("name", "Expert", lambda row: row.expert.name),
        Column("expertise", "Expertise", lambda row: row.expert.expertise),
        Column("load", "Applications", lambda row: row.expert.load, align="right"),
        Column("assign", "Assign", lambda row: not row.against),
    ),
    filters=(Filter("only", "Show", [("free", "who can be assigned")]),),
)
LABELS = {"reason": "Reason", "rapporteur": "Rapporteur"}


@router.get("")
def show(incoming: Request_, application_id: UUID) -> Response:
    """Experts and candidates. The call's office; candidates for who assigns."""
    return run(
        incoming, READ, follows_application(application_id), lambda work: _page(work, application_id, FormView())
    )


@router.post("")
def assign(incoming: Request_, application_id: UUID) -> Response:
    """Assign one of the candidates."""

    def create(work: Work) -> Response:
        wanted = command_from(incoming.form, AssignExpert)
        assign_expert(work.session, work.actor, application_id, wanted, now=work.now)
        return redirect(_base(application_id), notice="done")

    guard = runs_evaluation_of(application_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, lambda work: once(work, body_of(incoming.form), create)),
        lambda work, form: _page(work, application_id, form),
    )


@router.get("/{assignment_id:uuid}")
def show_assignment(incoming: Request_, application_id: UUID, assignment_id: UUID) -> Response:
    """One assignment with what was declared, and what can be done with it. Who conducts the evaluation."""
    return run(
        incoming,
        READ,
        runs_evaluation_of(application_id),
        lambda work: _assignment_page(work, application_id, assignment_id, FormView()),
    )


@router.post("/{assignment_id:uuid}/end")
def end(incoming: Request_, application_id: UUID, assignment_id: UUID) -> Response:
    """Take the application from the expert."""

    def write(work: Work) -> Response:
        _one(board_row(work, application_id)[1], assignment_id)
        wanted = command_from(incoming.form, WithReason)
        end_assignment(work.session, work.actor, assignment_id, wanted, now=work.now)
        return redirect(_base(application_id), notice="done")

    guard = runs_evaluation_of(application_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _assignment_page(work, application_id, assignment_id, form),
    )


@router.post("/{assignment_id:uuid}/decide")
def decide(incoming: Request_, application_id: UUID, assignment_id: UUID) -> Response:
    """Allow the expert to go on, or bar them."""

    def write(work: Work) -> Response:
        _one(board_row(work, application_id)[1], assignment_id)
        wanted = command_from(incoming.form, DecideConflict)
        decide_conflict(work.session, work.actor, assignment_id, wanted, now=work.now)
        return redirect(_base(application_id), notice="done")

    guard = runs_evaluation_of(application_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _assignment_page(work, application_id, assignment_id, form),
    )


@router.post("/{assignment_id:uuid}/rapporteur")
def make_rapporteur(incoming: Request_, application_id: UUID, assignment_id: UUID) -> Response:
    """Let this expert draft the consensus report."""

    def write(work: Work) -> Response:
        _one(board_row(work, application_id)[1], assignment_id)
        name_rapporteur(work.session, work.actor, assignment_id, now=work.now)
        return redirect(_base(application_id), notice="done")

    guard = runs_evaluation_of(application_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _page(work, application_id, form),
    )


def _base(application_id: UUID) -> str:
    return f"/officer/applications/{application_id}/experts"


def _one(row: BoardRow, assignment_id: UUID) -> AssignmentRow:
    """The assignment, as one of this application whose names may be seen; raise NotFound."""
    found = next((one for one in row.assignments if one.id == assignment_id), None)
    if found is None or not row.names:
        raise NotFoundError("assignment")
    return found


def _page(work: Work, application_id: UUID, form: FormView) -> Response:
    rules, row = board_row(work, application_id)
    language, zone = work.known.language, rules.rules.timetable.deadline.zone
    runs = policies.runs_evaluation(work.actor, rules.row.call_id, rules.programme_id)
    listing = Listing.read(work.incoming, CANDIDATES)
    found = [one for one in candidates_for(work.session, rules, row) if _matches(listing, one)] if row.names else []
    wanted = listing.request
    result = Page(found[wanted.offset : wanted.offset + wanted.size], len(found), wanted.number, wanted.size)
    return form_page(
        work,
        "officer/application_experts.html",
        form,
        labels=LABELS,
        key=str(new_id()),
        part="assignments",
        call=office_call(work.session, rules.row.call_id, now=work.now),
        runs=runs,
        row=row,
        base=_base(application_id),
        needed=rules.evaluation.experts,
        next=next_of(work, row.staffing, zone, rules.row.state),
        judgement=JUDGEMENT_WORDS[row.judged.state],
        words_of=lambda one: words_of(row, one, work.now),
        due=lambda one: shown_deadline(work, one.due_at, zone),
        listing=replace(listing, result=result, language=language),
        language_names=lambda codes: language_names(codes, language),
        country_name=lambda code: country_name(code, language),
        takes_more=row.staffing.step.value not in {"withdrawn", "concluded"},
    )


def _matches(listing: Listing[Candidate], one: Candidate) -> bool:
    told = f"{one.expert.name} {one.expert.email} {one.expert.expertise} {one.expert.employer}".casefold()
    return listing.q.casefold() in told and not (listing.value("only") and one.against)


def _assignment_page(work: Work, application_id: UUID, assignment_id: UUID, form: FormView) -> Response:
    rules, row = board_row(work, application_id)
    one = _one(row, assignment_id)
    events = ASSIGNMENT.events_from(one.state)
    zone = rules.rules.timetable.deadline.zone
    return form_page(
        work,
        "officer/assignment.html",
        form,
        labels=LABELS,
        part="assignments",
        call=office_call(work.session, rules.row.call_id, now=work.now),
        row=row,
        one=one,
        base=_base(application_id),
        state=words_of(row, one, work.now),
        due=shown_deadline(work, one.due_at, zone),
        may_decide=AssignmentEvent.ALLOW in events,
        may_end=AssignmentEvent.END in events,
        may_name=one.state in {AssignmentState.ASSIGNED, AssignmentState.OPEN} and not one.rapporteur,
    )
