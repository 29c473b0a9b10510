"""The queue of an expert: every application that was given to them, and what to do next with it."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from app.core.actor import Role
from app.core.errors import SignInRequiredError
from app.delivery.guards import has_role
from app.delivery.unit_of_work import READ, Work, run
from app.evaluation.queries.assignments import OwnAssignment, own_assignments
from app.evaluation.queries.experts import own_calls
from app.evaluation.rules.lifecycle import AssignmentState, JudgementState, ReportState, RoundState
from app.infra.templates import translator
from app.web.deadlines import ShownDeadline, shown_deadline
from app.web.pages import page
from app.web.requests import Request_

router = APIRouter()
evaluator = has_role(Role.EVALUATOR)


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One application in the queue; ``href`` is empty where nothing can be opened, ``next`` what the expert does."""

    name: str
    hint: str
    state: str
    words: str
    next: str
    action: str
    href: str
    due: ShownDeadline | None
    conflict_href: str
    """Where a conflict that turned up later is reported; empty where nothing is open."""


@router.get("/evaluation")
def show(incoming: Request_) -> Response:
    """What waits, what is done. Experts, their own."""

    def answer(work: Work) -> Response:
        if work.actor.person_id is None:
            raise SignInRequiredError
        rows = own_assignments(work.session, work.actor.person_id)
        items = [(row, _item(work, row)) for row in rows if row.state is not AssignmentState.CONFLICT]
        return page(
            work,
            "expert/queue.html",
            to_do=[item for row, item in items if item.action and _waits(row)],
            waiting=[item for row, item in items if _waits(row) and not item.action],
            done=[item for row, item in items if not _waits(row)],
            conflicts=sum(row.state is AssignmentState.CONFLICT for row in rows),
            calls=own_calls(work.session, work.actor.person_id),
        )

    return run(incoming, READ, evaluator, answer)


def _waits(row: OwnAssignment) -> bool:
    """Whether the evaluation of the application still goes on for the expert."""
    if row.withdrawn or not row.state.is_active or row.round_state is not RoundState.EXPERTS_AT_WORK:
        return False
    return row.judgement in {JudgementState.INDIVIDUAL, JudgementState.CONSENSUS}


def _item(work: Work, row: OwnAssignment) -> QueueItem:
    say = translator(work.known.language)
    words, state, following, action, href = _standing(row)
    hidden = row.state is AssignmentState.TO_DECIDE
    due = shown_deadline(work, row.due_at) if _waits(row) and row.report is not ReportState.SUBMITTED else None
    if due is not None and due.past and state == "info":
        words, state = "late", "bad"
    roles = [say("you are the rapporteur")] if row.rapporteur and row.state.is_active else []
    shown = [row.reference] if hidden else [row.reference, row.title, row.coordinator]
    return QueueItem(
        name=say("An application") if hidden else row.acronym,
        hint=" · ".join(part for part in (*shown, *roles) if part),
        state=state,
        words=say(words),
        next=say(following),
        action=say(action) if action else "",
        href=href,
        due=due if action else None,
        conflict_href=f"/evaluation/{row.id}/conflict" if row.state is AssignmentState.OPEN and _waits(row) else "",
    )


def _standing(row: OwnAssignment) -> tuple[str, str, str, str, str]:  # one return per standing
    """Words and colour of the tag, what comes next, the words of the button, and where it leads."""
    base = f"/evaluation/{row.id}"
    if row.withdrawn:
        return "withdrawn", "neutral", "Its coordinator withdrew it. There is nothing left to do.", "", ""
    match row.state:
        case AssignmentState.ASSIGNED:
            return "to declare", "info", "Say whether you have a conflict of interest.", "Declare", f"{base}/conflict"
        case AssignmentState.TO_DECIDE:
            return "waiting", "warn", "The managing body decides about the conflict that you named.", "", ""
        case AssignmentState.DECLINED:
            return "declined", "neutral", "You declined it.", "", ""
        case AssignmentState.ENDED | AssignmentState.CONFLICT:
            return "ended", "neutral", "The managing body took it back.", "", ""
        case AssignmentState.OPEN:
            return _reporting(row, base)


def _reporting(row: OwnAssignment, base: str) -> tuple[str, str, str, str, str]:
    consensus = f"/evaluation/applications/{row.application_id}/consensus"
    if row.judgement is JudgementState.CONSENSUS:
        following = "Draft the consensus report." if row.rapporteur else "Agree on one report with the other experts."
        return "consensus", "info", following, "Continue", consensus
    if row.judgement is JudgementState.CONCLUDED:
        return "concluded", "ok", "The experts have concluded.", "", ""
    if row.report is ReportState.SUBMITTED:
        words = ("submitted late", "warn") if row.late else ("submitted", "ok")
        return (*words, "The consensus begins when all reports are in.", "", "")
    if row.report is ReportState.DRAFT:
        return "draft", "info", "Finish and submit your report.", "Continue", base
    return "to report", "info", "Read the application and write your report.", "Open", base
