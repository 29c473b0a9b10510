"""Mark that the award decision covers an application: from then on nothing of it changes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.events import AwardDecided
from app.applications.policies import require_award
from app.applications.queries.applied_call import applied_call
from app.applications.queries.locking import application_for_change, call_of
from app.applications.queries.screened import check_facts, screened
from app.applications.rules.check_decisions import standing_violations
from app.applications.rules.check_lifecycle import CheckStep
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError


def mark_decided(session: Session, actor: Actor, application_id: UUID, *, now: datetime) -> None:
    """Note the instant of the award decision; the caller signs it in this transaction.

    Raise RulesViolated where it is decided already, withdrawn, or the call is not closed.
    """
    call = applied_call(session, call_of(session, application_id))
    require_award(actor, call.id, call.programme_id)
    application = application_for_change(session, application_id)
    judged = screened(session, application_id)
    if application is None or judged is None:
        raise NotFoundError("application")
    if refused := standing_violations(check_facts(judged, CheckStep.EXCLUSION, call.state)):
        raise RulesViolatedError(refused)
    application.decided_at = now
    session.flush()
    record_event(
        session,
        actor,
        AwardDecided(subject_id=application_id, call_id=call.id, application_id=application_id),
        now=now,
    )
