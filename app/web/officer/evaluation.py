"""The evaluation of a call for its office: start it, how far it is, who acts next, remind who is late."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from app.applications.queries.applied_call import applied_call
from app.applications.queries.checks import admitted_applications
from app.applications.queries.office_calls import OfficeCall, office_call
from app.core.charts import Datum, StackedBar, stacked_bar
from app.core.errors import RulesViolatedError
from app.core.paging import Page, PageRequest
from app.core.violations import Violation
from app.delivery.evaluation_guards import runs_evaluation
from app.delivery.guards import follows_call
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.delivery.validation import violations_of
from app.evaluation import policies
from app.evaluation.queries.board import BoardRow, board
from app.evaluation.rules.lifecycle import JudgementState, RoundState
from app.evaluation.rules.staffing import RoundFigures, figures_of
from app.evaluation.schemas import StartEvaluation
from app.evaluation.use_cases.remind_late_experts import remind_late_experts
from app.evaluation.use_cases.start_evaluation import start_evaluation
from app.infra.templates import translator
from app.web.deadlines import shown_deadline
from app.web.evaluation_view.current import current_round
from app.web.evaluation_view.work import JUDGEMENT_WORDS, ROUND_WORDS, next_of
from app.web.forms import FormView, attempt, form_page, typed_in
from app.web.lists import Column, Filter, Listing, ListSpec, answer_list
from app.web.pages import page, redirect
from app.web.requests import Request_

router = APIRouter(prefix="/officer/calls/{call_id:uuid}/evaluation")
DUE = "reports_due_at"
NO_INSTANT = Violation("evaluation.due_unreadable", "Give a day and a time, for example 30 4 2019 and 17:00.", DUE)


@router.get("")
def overview(incoming: Request_, call_id: UUID) -> Response:
    """Figures, progress and who acts next. The call's office."""

    def answer(work: Work) -> Response:
        call, rules = office_call(work.session, call_id, now=work.now), current_round(work, call_id)
        runs = policies.runs_evaluation(work.actor, call_id, call.programme_id)
        if rules is None:
            admitted = len(admitted_applications(work.session, call_id))
            return page(work, "officer/evaluation_waits.html", call=call, runs=runs, admitted=admitted, part="overview")
        zone = rules.rules.timetable.deadline.zone
        rows = board(work.session, work.actor, rules, now=work.now)
        figures = figures_of(row.staffing for row in rows)
        listing: Listing[BoardRow] = Listing.read(incoming, _spec(work, zone, rules.row.state))
        due = shown_deadline(work, rules.row.reports_due_at, zone)
        return answer_list(
            work,
            "officer/evaluation.html",
            listing,
            lambda wanted: stretch([row for row in rows if matches(listing, row)], wanted),
            name=f"{call.identifier.lower()}-evaluation",
            part="overview",
            call=call,
            runs=runs,
            round=rules.row,
            round_words=ROUND_WORDS[rules.row.state],
            figures=figures,
            due=due,
            drawn=_reports(figures, work.known.language),
            next_of=lambda row: next_of(work, row.staffing, zone, rules.row.state),
            judgement_words=JUDGEMENT_WORDS,
            first=_first(call, figures),
        )

    return run(incoming, READ, follows_call(call_id), answer)


@router.get("/start")
def ask_start(incoming: Request_, call_id: UUID) -> Response:
    """What is about to go to the experts, and the date. Who conducts the evaluation."""
    return run(incoming, READ, runs_evaluation(call_id), lambda work: _start_page(work, call_id, FormView()))


@router.post("/start")
def start(incoming: Request_, call_id: UUID) -> Response:
    """Open the round."""
    typed = {name: values[-1].strip() for name, values in typed_in(incoming.form).items()}

    def write(work: Work) -> Response:
        zone = applied_call(work.session, call_id).rules.timetable.deadline.zone
        start_evaluation(work.session, work.actor, call_id, _wanted(typed, zone), now=work.now)
        return redirect(f"/officer/calls/{call_id}/evaluation", notice="done")

    guard = runs_evaluation(call_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _start_page(work, call_id, form),
    )


@router.post("/remind")
def remind(incoming: Request_, call_id: UUID) -> Response:
    """Write to every expert with a late report."""

    def write(work: Work) -> Response:
        remind_late_experts(work.session, work.actor, call_id, now=work.now)
        return redirect(f"/officer/calls/{call_id}/evaluation", notice="sent")

    return run(incoming, WRITE, runs_evaluation(call_id), write)


def stretch(rows: Sequence[BoardRow], wanted: PageRequest) -> Page[BoardRow]:
    """One page of rows that are all there."""
    return Page(rows[wanted.offset : wanted.offset + wanted.size], len(rows), wanted.number, wanted.size)


def matches(listing: Listing[BoardRow], row: BoardRow) -> bool:
    """Whether a row has what is searched and chosen."""
    judged, sought = row.judged, listing.q.casefold()
    told = f"{judged.reference} {judged.acronym} {judged.title} {judged.coordinator}".casefold()
    wants = listing.value("needs")
    holds = {
        "": True,
        "experts": row.staffing.lacking > 0,
        "decision": row.staffing.to_decide > 0,
        "rapporteur": not row.staffing.has_rapporteur and row.staffing.needed > 0,
        "late": row.staffing.late > 0,
    }
    return sought in told and holds[wants] and listing.value("state") in {"", judged.state.value}


NEEDS = Filter(
    "needs",
    "Needs attention",
    [
        ("experts", "lacks experts"),
        ("decision", "a conflict to decide"),
        ("rapporteur", "no rapporteur"),
        ("late", "late reports"),
    ],
)


def _spec(work: Work, zone: str, state: RoundState) -> ListSpec[BoardRow]:
    return ListSpec(
        columns=(
            Column("acronym", "Application", lambda row: row.judged.acronym),
            Column("reference", "Reference", lambda row: row.judged.reference, only_export=True),
            Column("coordinator", "Coordinator", lambda row: row.judged.coordinator, only_export=True),
            Column("answered", "Declared", lambda row: row.staffing.answered, align="right"),
            Column("submitted", "Reports", lambda row: row.staffing.submitted, align="right"),
            Column("needed", "Reports needed", lambda row: row.staffing.needed, only_export=True),
            Column("late", "Late", lambda row: row.staffing.late, only_export=True),
            Column("state", "State", lambda row: JUDGEMENT_WORDS[row.judged.state][0]),
            Column("next", "Next", lambda row: next_of(work, row.staffing, zone, state).words),
            Column("who", "Who acts", lambda row: next_of(work, row.staffing, zone, state).who, only_export=True),
        ),
        filters=(
            NEEDS,
            Filter("state", "State", [(state.value, JUDGEMENT_WORDS[state][0]) for state in JudgementState]),
        ),
    )


def _first(call: OfficeCall, figures: RoundFigures) -> list[tuple[str, int, str]]:
    """What waits for the office: (kind, how many, address)."""
    base = f"/officer/calls/{call.id}"
    waiting = [
        ("decision", figures.to_decide, f"{base}/assignments?needs=decision"),
        ("experts", figures.applications_lacking, f"{base}/assignments?needs=experts"),
        ("rapporteur", figures.without_rapporteur, f"{base}/assignments?needs=rapporteur"),
        ("late", figures.late, f"{base}/evaluation?needs=late"),
    ]
    return [one for one in waiting if one[1]]


def _reports(figures: RoundFigures, language: str) -> StackedBar | None:
    """Reports by how far they are; None before anything is needed."""
    say = translator(language)
    pending = figures.active - figures.submitted - figures.late
    parts: list[tuple[str, int, Any]] = [
        (say("submitted"), figures.submitted, "ok"),
        (say("under way"), max(pending, 0), "brand"),
        (say("late"), figures.late, "bad"),
    ]
    data = [Datum(label, count, str(count), tone) for label, count, tone in parts if count]
    rest = Datum(say("no expert yet"), figures.lacking, str(figures.lacking)) if figures.lacking else None
    return stacked_bar(data, rest=rest) if data or rest else None


def _start_page(work: Work, call_id: UUID, form: FormView) -> Response:
    call = office_call(work.session, call_id, now=work.now)
    rules = applied_call(work.session, call_id).rules
    return form_page(
        work,
        "officer/evaluation_start.html",
        form,
        labels={},
        call=call,
        part="overview",
        rules=rules,
        zone=rules.timetable.deadline.zone,
        started=current_round(work, call_id) is not None,
        admitted=admitted_applications(work.session, call_id),
    )


def _wanted(typed: dict[str, str], zone: str) -> StartEvaluation:
    """The command from day, month, year and time in the zone of the call; raise RulesViolated for no such instant."""
    parts = [typed.get(f"{DUE}-{part}", "") for part in ("year", "month", "day")]
    text = f"{parts[0]:0>4}-{parts[1]:0>2}-{parts[2]:0>2}T{typed.get(f'{DUE}-time', ''):0>5}"
    try:
        return StartEvaluation(reports_due_at=datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)))
    except ValidationError as error:
        raise RulesViolatedError(violations_of(error)) from error
    except ValueError:
        raise RulesViolatedError([NO_INSTANT]) from None
