"""Propose the outcome of a check: the first of two pairs of eyes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.events import CheckProposed
from app.applications.models import ApplicationCheck
from app.applications.queries.checks import check_for_change, judged_for_change
from app.applications.queries.screened import check_facts, findings_of
from app.applications.rules.check_decisions import proposal_violations
from app.applications.rules.check_lifecycle import CHECK, CheckEvent, CheckState, CheckStep
from app.applications.schemas import ProposeCheck
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError, StaleVersionError


def propose_check(
    session: Session, actor: Actor, application_id: UUID, step: CheckStep, wanted: ProposeCheck, *, now: datetime
) -> int:
    """Propose an outcome for one step; return the new row version.

    Raise StaleVersion where somebody was first, RulesViolated with everything that stops it, TransitionNotAllowed
    where the step is not open.
    """
    call, judged = judged_for_change(session, actor, application_id)
    facts = check_facts(judged, step, call.state, findings_of(session, [judged])[application_id])
    row = check_for_change(session, application_id, step)
    require_version(row, wanted.version)
    if refused := proposal_violations(facts, wanted.outcome, wanted.reason, now):
        raise RulesViolatedError(refused)
    return store_proposal(session, actor, application_id, row, wanted, step=step, call_id=call.id, now=now)


def require_version(row: ApplicationCheck | None, sent: int) -> None:
    """Raise StaleVersion unless the person saw what is stored now."""
    current = row.version if row is not None else 0
    if sent != current:
        raise StaleVersionError(sent=sent, current=current)


def store_proposal(  # noqa: PLR0913  # what is proposed for which step of what
    session: Session,
    actor: Actor,
    application_id: UUID,
    row: ApplicationCheck | None,
    wanted: ProposeCheck,
    *,
    step: CheckStep,
    call_id: UUID,
    now: datetime,
) -> int:
    """Write a proposal that was found to be in order; the application is locked. Return the new row version."""
    if row is None:
        row = ApplicationCheck(application_id=application_id, step=step, state=CHECK.initial, version=0)
        session.add(row)
    row.state = CHECK.after(CheckState(row.state), CheckEvent.PROPOSE)
    row.version += 1
    row.proposed_outcome, row.reason = wanted.outcome, wanted.reason
    row.proposed_by, row.proposed_at = actor.person_id, now
    row.decided_by = row.decided_at = None
    row.decision_reason = ""
    session.flush()
    record_event(
        session,
        actor,
        CheckProposed(
            subject_id=application_id,
            facts={"step": step.value, "outcome": wanted.outcome.value},
            personal={"reason": wanted.reason},
            call_id=call_id,
            application_id=application_id,
        ),
        now=now,
    )
    return row.version
