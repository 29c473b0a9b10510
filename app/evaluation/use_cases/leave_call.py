"""Leave a call as an expert: possible when no application waits for the person any more."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError, SignInRequiredError
from app.evaluation.events import ExpertLeft
from app.evaluation.queries.assignments import OwnAssignment, own_assignments
from app.evaluation.queries.experts import call_expert_for_change
from app.evaluation.rules.lifecycle import JudgementState
from app.evaluation.rules.staffing import leaving_findings

_OPEN = (JudgementState.INDIVIDUAL, JudgementState.CONSENSUS)


def leave_call(session: Session, actor: Actor, call_id: UUID, *, now: datetime) -> None:
    """No longer be available for the call; what was reported stays. The person may register again.

    Raise NotFound for who is not registered, RulesViolated while applications wait for the person.
    """
    if actor.person_id is None:
        raise SignInRequiredError
    part = call_expert_for_change(session, call_id, actor.person_id)
    if part is None or part.left_at is not None:
        raise NotFoundError("registration")
    mine = own_assignments(session, actor.person_id, call_id=call_id)
    if found := leaving_findings(row.reference for row in mine if _waits(row)):
        raise RulesViolatedError(found)
    part.left_at = now
    session.flush()
    record_event(session, actor, ExpertLeft(subject_id=actor.person_id, call_id=call_id), now=now)


def _waits(row: OwnAssignment) -> bool:
    return row.state.is_active and row.judgement in _OPEN and not row.withdrawn
