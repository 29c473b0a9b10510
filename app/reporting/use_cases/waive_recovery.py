"""Waive what is still to be paid back after a report: an authorising officer, with the reason."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.rules.interests import interest_findings
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.money import Money
from app.grants.queries.facts import day_of
from app.grants.queries.grants import grant_for_change, grant_scope
from app.grants.queries.interests import is_of_a_party
from app.reporting.events import RecoveryWaived
from app.reporting.policies import require_waiving
from app.reporting.queries.hearings import hearing_for_change, hearing_row
from app.reporting.queries.reports import calculation_for_change, report_for_change
from app.reporting.rules.hearing import undecided_findings
from app.reporting.rules.recovery import Expected, nothing_open_findings, waiver_findings
from app.reporting.schemas import WaiveRecovery


def waive_recovery(
    session: Session, actor: Actor, grant_id: UUID, number: int, wanted: WaiveRecovery, *, now: datetime
) -> None:
    """What did not come back is not asked back any more; what was paid stays paid, and the grant may close.

    Raise RulesViolated where nothing is open, before the hearing is decided on, without a reason, or for who decided
    that it is owed; NotPermitted for other offices.
    """
    scope = grant_scope(session, grant_id)
    require_waiving(actor, scope)
    grant_for_change(session, grant_id)
    report = report_for_change(session, grant_id, number)
    calculation = calculation_for_change(session, report.period_id)
    left = Money.zero()
    if calculation is not None:
        left = calculation.recovery - calculation.lowered - calculation.received - calculation.waived
    if calculation is None or not left:
        raise RulesViolatedError(nothing_open_findings(Expected(Money.zero(), Money.zero())))
    hearing = hearing_for_change(session, report.period_id)
    heard = hearing_row(hearing)
    deciders = {calculation.computed_by, hearing.decided_by if hearing is not None else None}
    if found := (
        *undecided_findings(heard.stands if heard is not None else None),
        *waiver_findings(actor.persons, deciders, wanted.waiver_reason),
        *interest_findings(of_a_party=is_of_a_party(session, actor, scope)),
    ):
        raise RulesViolatedError(found)
    calculation.waived, calculation.waiver_reason = left, wanted.waiver_reason.strip()
    calculation.waived_at, calculation.waived_by = now, actor.person_id
    calculation.recovered_on, calculation.recovery_reference = day_of(now), "waived"
    session.flush()
    event = RecoveryWaived(
        subject_id=grant_id,
        facts={"period": number, "amount": calculation.waived, "received": calculation.received},
        call_id=scope.call_id,
        application_id=scope.application_id,
        personal={"reason": calculation.waiver_reason},
    )
    record_event(session, actor, event, now=now)
