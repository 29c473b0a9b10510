"""Reopen a check that was decided: something came to light, and the award is not decided yet."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.events import CheckReopened
from app.applications.queries.checks import check_for_change, judged_for_change
from app.applications.queries.screened import check_facts
from app.applications.rules.check_decisions import reopening_violations
from app.applications.rules.check_lifecycle import CHECK, CheckEvent, CheckState, CheckStep
from app.applications.schemas import ReopenCheck
from app.applications.use_cases.propose_check import require_version
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError, TransitionNotAllowedError


def reopen_check(
    session: Session, actor: Actor, application_id: UUID, step: CheckStep, wanted: ReopenCheck, *, now: datetime
) -> int:
    """Take the decision of one step back; return the new row version.

    Raise StaleVersion where somebody was first, RulesViolated without a reason or while a later step rests on this one,
    TransitionNotAllowed where nothing is decided.
    """
    call, judged = judged_for_change(session, actor, application_id)
    row = check_for_change(session, application_id, step)
    require_version(row, wanted.version)
    if row is None:
        raise TransitionNotAllowedError(CHECK.name, CheckState.OPEN, CheckEvent.REOPEN)
    before = CheckState(row.state)
    after = CHECK.after(before, CheckEvent.REOPEN)
    facts = check_facts(judged, step, call.state)
    if refused := reopening_violations(facts, wanted.reason):
        raise RulesViolatedError(refused)
    row.state = after
    row.version += 1
    row.decided_by, row.decided_at, row.decision_reason = actor.person_id, now, wanted.reason
    session.flush()
    record_event(
        session,
        actor,
        CheckReopened(
            subject_id=application_id,
            facts={"step": step.value, "before": before.value},
            personal={"reason": wanted.reason},
            call_id=call.id,
            application_id=application_id,
        ),
        now=now,
    )
    return row.version
