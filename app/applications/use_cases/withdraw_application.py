"""Withdraw an application: it takes no further part; nothing of it is deleted."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.events import ApplicationWithdrawn
from app.applications.policies import require_coordinator
from app.applications.queries import application_for_change
from app.applications.rules.check_decisions import award_violations
from app.applications.rules.lifecycle import APPLICATION, ApplicationEvent
from app.applications.schemas import Withdraw
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError


def withdraw_application(
    session: Session, actor: Actor, application_id: UUID, wanted: Withdraw, *, now: datetime
) -> None:
    """Take the application out of the call; until the deadline it may be submitted again.

    Raise RulesViolated once the award decision that covers it was signed.
    """
    require_coordinator(actor, application_id)
    application = application_for_change(session, application_id)
    if application is None:
        raise NotFoundError("application")
    if decided := award_violations(application.decided_at):
        raise RulesViolatedError(decided)
    application.state = APPLICATION.after(application.state, ApplicationEvent.WITHDRAW)
    application.withdrawal_reason = wanted.reason
    application.changed_at, application.changed_by = now, actor.person_id
    session.flush()
    record_event(
        session,
        actor,
        ApplicationWithdrawn(
            subject_id=application_id,
            facts={"had_been_submitted": application.last_submission_id is not None},
            personal={"reason": wanted.reason},
            call_id=application.call_id,
            application_id=application_id,
        ),
        now=now,
    )
