"""Let a question lapse that nobody answered until it was due."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.events import ClarificationLapsed
from app.applications.queries.clarifications import clarification_for_change
from app.applications.queries.locking import application_for_change, call_of
from app.applications.rules.check_lifecycle import CLARIFICATION, ClarificationEvent, ClarificationState
from app.applications.rules.clarifications import standing_of
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor


def lapse_clarification(
    session: Session, actor: Actor, application_id: UUID, clarification_id: UUID, *, now: datetime
) -> bool:
    """Mark an open question whose time is over; return whether it was one. The clock does this, no person."""
    application_for_change(session, application_id)
    asked = clarification_for_change(session, application_id, clarification_id)
    stored = ClarificationState(asked.state)
    if stored is not ClarificationState.OPEN or standing_of(stored, asked.due_at, now) is stored:
        return False
    asked.state = CLARIFICATION.after(stored, ClarificationEvent.LAPSE)
    session.flush()
    record_event(
        session,
        actor,
        ClarificationLapsed(
            subject_id=asked.id,
            facts={"number": asked.number},
            call_id=call_of(session, application_id),
            application_id=application_id,
        ),
        now=now,
    )
    return True
