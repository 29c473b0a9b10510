"""Decide about a possible conflict of interest that an expert declared."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.evaluation.events import AssignmentDecided
from app.evaluation.queries.assignments import held_assignment
from app.evaluation.queries.rounds import require_taking_part, round_row, round_rules
from app.evaluation.queries.sights import require_conducting
from app.evaluation.rules.lifecycle import ASSIGNMENT, AssignmentEvent
from app.evaluation.schemas import DecideConflict
from app.evaluation.use_cases.close_assignment import close_assignment


def decide_conflict(
    session: Session, actor: Actor, assignment_id: UUID, wanted: DecideConflict, *, now: datetime
) -> None:
    """Open the content for the expert, or bar them from the application; the reason is kept with it.

    Raise TransitionNotAllowed where no decision waits.
    """
    held = held_assignment(session, assignment_id)
    rules = round_rules(session, round_row(session, held.round.id))
    require_conducting(session, actor, held.judged.application_id, rules)
    require_taking_part(session, held.judged.application_id)
    if wanted.allow:
        held.assignment.state = ASSIGNMENT.after(held.assignment.state, AssignmentEvent.ALLOW)
    else:
        close_assignment(session, held.assignment, AssignmentEvent.BAR, why=wanted.reason, now=now)
    held.assignment.reason = wanted.reason
    session.flush()
    facts = {"decision": "allowed" if wanted.allow else "barred", "application": held.judged.application_id}
    event = AssignmentDecided(
        subject_id=assignment_id, facts=facts, personal={"reason": wanted.reason}, call_id=rules.row.call_id
    )
    record_event(session, actor, event, now=now)
