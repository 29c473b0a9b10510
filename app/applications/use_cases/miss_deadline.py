"""Miss the deadline: drafts of a closed call become "not submitted in time"; their text stays readable."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.events import DeadlineMissed
from app.applications.queries import drafts_for_change
from app.applications.rules.lifecycle import APPLICATION, ApplicationEvent
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor


def miss_deadline(
    session: Session, actor: Actor, call_id: UUID, *, now: datetime, stages: Collection[str] | None = None
) -> int:
    """Mark every draft of the call, or of the ``stages`` that are over while the call goes on; return how many.

    The caller has closed the call, or locked it, in this transaction.
    """
    drafts = drafts_for_change(session, call_id, stages=stages)
    for application in drafts:
        application.state = APPLICATION.after(application.state, ApplicationEvent.MISS_DEADLINE)
        record_event(
            session,
            actor,
            DeadlineMissed(subject_id=application.id, facts={}, call_id=call_id, application_id=application.id),
            now=now,
        )
    return len(drafts)
