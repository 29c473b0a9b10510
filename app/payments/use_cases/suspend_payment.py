"""Suspend the time limit of a payment while something must be cleared, and let it run again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.periods import BRUSSELS
from app.payments.events import PaymentResumed, PaymentSuspended
from app.payments.queries.acting import payment_to_act_on
from app.payments.rules.circuit import Act, reason_findings, suspension_findings
from app.payments.rules.lifecycle import PaymentState
from app.payments.rules.time_limits import suspended_for
from app.payments.schemas import GiveReason


def suspend_payment(session: Session, actor: Actor, payment_id: UUID, command: GiveReason, *, now: datetime) -> None:
    """Stop the clock today, with the reason; nothing of the circuit happens until it runs again.

    Raise RulesViolated without a reason, where it stands still already, or where the payment has left.
    """
    payment = payment_to_act_on(session, actor, payment_id, Act.SUSPEND)
    findings = suspension_findings(PaymentState(payment.state), payment.suspended_on, wanted=True)
    if findings := (*findings, *reason_findings(command.reason)):
        raise RulesViolatedError(findings)
    payment.suspended_on = now.astimezone(ZoneInfo(BRUSSELS)).date()
    payment.reason = command.reason
    session.flush()
    facts = {"reference": payment.reference, "since": payment.suspended_on}
    event = PaymentSuspended(
        subject_id=payment.id, facts=facts, call_id=payment.call_id, personal={"reason": command.reason}
    )
    record_event(session, actor, event, now=now)


def resume_payment(session: Session, actor: Actor, payment_id: UUID, *, now: datetime) -> None:
    """Let the clock run again: the last day in time moves by the days that it stood.

    Raise RulesViolated where it runs.
    """
    payment = payment_to_act_on(session, actor, payment_id, Act.SUSPEND)
    findings = suspension_findings(PaymentState(payment.state), payment.suspended_on, wanted=False)
    if payment.suspended_on is None or findings:
        raise RulesViolatedError(findings)
    days = suspended_for(payment.suspended_on, now.astimezone(ZoneInfo(BRUSSELS)).date())
    payment.suspended_on, payment.suspended_days = None, payment.suspended_days + days
    payment.reason = ""
    session.flush()
    facts = {"reference": payment.reference, "days": days}
    record_event(session, actor, PaymentResumed(subject_id=payment.id, facts=facts, call_id=payment.call_id), now=now)
