"""Declare whether there is a conflict of interest: before the content opens, and whenever one turns up later."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.policies import require_own_act
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError
from app.core.violations import Violation, blocking
from app.evaluation.events import ConflictAnswered
from app.evaluation.policies import is_expert_of
from app.evaluation.queries.assignments import Held, held_assignment
from app.evaluation.queries.experts import expert_facts, proposal_facts
from app.evaluation.queries.rounds import require_taking_part
from app.evaluation.rules.assignments import conflict_findings
from app.evaluation.rules.lifecycle import ASSIGNMENT, AssignmentEvent, AssignmentState, RoundState
from app.evaluation.rules.staffing import phase_findings, reason_needed
from app.evaluation.schemas import DeclareConflict, WithReason
from app.evaluation.use_cases.close_assignment import close_assignment

_EVENTS = {
    "none": AssignmentEvent.DECLARE_NONE,
    "possible": AssignmentEvent.DECLARE_POSSIBLE,
    "conflict": AssignmentEvent.DECLARE_CONFLICT,
}


def declare_conflict(
    session: Session, actor: Actor, assignment_id: UUID, wanted: DeclareConflict, *, now: datetime
) -> None:
    """Answer once: no conflict opens the content, a possible one waits for the office, a conflict closes it.

    Raise RulesViolated where a conflict is named without its reason, or none although the registered facts show one.
    """
    held = own_held(session, actor, assignment_id)
    if held.assignment.state == AssignmentState.OPEN:  # a conflict found later has a use case of its own
        ASSIGNMENT.after(held.assignment.state, AssignmentEvent.DECLARE_NONE)
    event = _EVENTS[wanted.answer]
    if found := _against(session, held, wanted):
        raise RulesViolatedError(found)
    with session.no_autoflush:  # the answer and the state that it leads to change in one statement
        held.assignment.answered_at, held.assignment.words = now, wanted.words
        if event is AssignmentEvent.DECLARE_CONFLICT:
            close_assignment(session, held.assignment, event, why=wanted.words, now=now)
        else:
            held.assignment.state = ASSIGNMENT.after(held.assignment.state, event)
    record_answer(session, actor, held, wanted.answer, wanted.words, now=now)


def report_later_conflict(
    session: Session, actor: Actor, assignment_id: UUID, wanted: WithReason, *, now: datetime
) -> None:
    """A conflict turned up while the content was open: close it at once; a report of the expert no longer counts."""
    held = own_held(session, actor, assignment_id)
    if held.assignment.state != AssignmentState.OPEN:
        raise NotFoundError("assignment")
    close_assignment(session, held.assignment, AssignmentEvent.DECLARE_CONFLICT, why=wanted.reason, now=now)
    held.assignment.words = wanted.reason
    record_answer(session, actor, held, "later_conflict", wanted.reason, now=now)


def own_held(session: Session, actor: Actor, assignment_id: UUID) -> Held:
    """The actor's own assignment, locked. Raise NotFound for another's, RulesViolated for a withdrawn application."""
    require_own_act(actor)
    held = held_assignment(session, assignment_id)
    if held.assignment.person_id != actor.person_id or not is_expert_of(actor, held.round.call_id):
        raise NotFoundError("assignment")
    require_taking_part(session, held.judged.application_id)
    return held


def record_answer(session: Session, actor: Actor, held: Held, answer: str, words: str, *, now: datetime) -> None:
    """The fact of an answer; its words enter the chain only as a digest."""
    session.flush()
    facts = {"answer": answer, "application": held.judged.application_id}
    personal = {"words": words} if words else {}
    event = ConflictAnswered(subject_id=held.assignment.id, facts=facts, personal=personal, call_id=held.round.call_id)
    record_event(session, actor, event, now=now)


def _against(session: Session, held: Held, wanted: DeclareConflict) -> tuple[Violation, ...]:
    if wanted.answer == "conflict":
        return reason_needed(wanted.words, "words")
    found = phase_findings(RoundState(held.round.state))
    if wanted.answer == "possible":
        return (*found, *reason_needed(wanted.words, "words"))
    person_id, application_id = held.assignment.person_id, held.judged.application_id
    expert = expert_facts(session, held.round.call_id, [person_id])[person_id]
    proposal = proposal_facts(session, [application_id])[application_id]
    return (*found, *(one.at("answer") for one in blocking(conflict_findings(expert, proposal))))
