"""Decide a check: another person confirms what was proposed, or gives it back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.queries import counted_on
from app.accounts.rules.interests import interest_findings
from app.applications.events import CheckDecided
from app.applications.models import ApplicationCheck
from app.applications.queries.checks import check_for_change, judged_for_change
from app.applications.queries.screened import ScreenedApplication, check_facts
from app.applications.rules.check_decisions import decision_violations, return_violations
from app.applications.rules.check_lifecycle import CHECK, CheckEvent, CheckOutcome, CheckState, CheckStep
from app.applications.schemas import DecideCheck
from app.applications.use_cases.propose_check import require_version
from app.audit.use_cases.record_event import record_event
from app.calls.rules.lifecycle import CallState
from app.core.actor import Actor
from app.core.errors import RulesViolatedError, TransitionNotAllowedError
from app.core.violations import Violation
from app.partnerships.queries import own_applications

EVENTS = {CheckOutcome.PASS: CheckEvent.PASS, CheckOutcome.FAIL: CheckEvent.FAIL}


def decide_check(
    session: Session, actor: Actor, application_id: UUID, step: CheckStep, wanted: DecideCheck, *, now: datetime
) -> int:
    """Confirm or return the proposal of one step; return the new row version.

    Raise StaleVersion where somebody was first, RulesViolated with everything that stops it (who proposed or has a part in
    it does not decide), TransitionNotAllowed where nothing is proposed.
    """
    call, judged = judged_for_change(session, actor, application_id)
    row = check_for_change(session, application_id, step)
    require_version(row, wanted.version)
    if row is None or row.proposed_outcome is None:
        raise TransitionNotAllowedError(CHECK.name, CheckState.OPEN, "decided")
    confirms = wanted.decision == "confirm"
    event = EVENTS[CheckOutcome(row.proposed_outcome)] if confirms else CheckEvent.RETURN
    after = CHECK.after(CheckState(row.state), event)
    persons = counted_on(session, actor, CheckDecided, application_id)
    refused = (
        decision_stops(judged, row, call.state, by=persons, now=now)
        if confirms
        else return_violations(check_facts(judged, step, call.state), persons, wanted.reason)
    )
    own = own_applications(session, actor, [application_id])
    if refused := (*interest_findings(of_a_party=bool(own)), *refused):
        raise RulesViolatedError(refused)
    return store_decision(session, actor, row, after, reason=wanted.reason, call_id=call.id, now=now)


def decision_stops(
    judged: ScreenedApplication, row: ApplicationCheck, call_state: CallState, *, by: Collection[UUID], now: datetime
) -> tuple[Violation, ...]:
    """What stops ``by``, everybody whom the one who decides counts as, from confirming the proposal."""
    facts, outcome = check_facts(judged, CheckStep(row.step), call_state), row.proposed_outcome
    return decision_violations(facts, CheckOutcome(outcome), by, now) if outcome else ()


def store_decision(  # noqa: PLR0913  # what is decided about which step
    session: Session,
    actor: Actor,
    row: ApplicationCheck,
    after: CheckState,
    *,
    reason: str,
    call_id: UUID,
    now: datetime,
) -> int:
    """Write a decision that was found to be in order; the application is locked. Return the new row version."""
    row.state = after
    row.version += 1
    row.decided_by, row.decided_at, row.decision_reason = actor.person_id, now, reason
    session.flush()
    record_event(
        session,
        actor,
        CheckDecided(
            subject_id=row.application_id,
            facts={"step": CheckStep(row.step).value, "state": _words(after)},
            personal={"reason": reason},
            call_id=call_id,
            application_id=row.application_id,
        ),
        now=now,
    )
    return row.version


def _words(after: CheckState) -> str:
    """``open`` after a decision means that the proposal was given back."""
    return CheckEvent.RETURN.value if after is CheckState.OPEN else after.value
