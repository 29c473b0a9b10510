"""Decline an assignment: an expert cannot do it, for a reason that is no conflict."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.policies import require_own_act
from app.core.actor import Actor
from app.evaluation.rules.lifecycle import AssignmentEvent
from app.evaluation.schemas import WithReason
from app.evaluation.use_cases.close_assignment import close_assignment
from app.evaluation.use_cases.declare_conflict import own_held, record_answer


def decline_assignment(
    session: Session, actor: Actor, assignment_id: UUID, wanted: WithReason, *, now: datetime
) -> None:
    """Give the application back; a draft report no longer counts. The office assigns somebody else.

    Raise TransitionNotAllowed where the assignment is over or waits for a decision.
    """
    require_own_act(actor)
    held = own_held(session, actor, assignment_id)
    with session.no_autoflush:  # who is asked and declines has answered: both change in one statement
        held.assignment.words = wanted.reason
        held.assignment.answered_at = held.assignment.answered_at or now
        close_assignment(session, held.assignment, AssignmentEvent.DECLINE, why=wanted.reason, now=now)
    record_answer(session, actor, held, "declined", wanted.reason, now=now)
