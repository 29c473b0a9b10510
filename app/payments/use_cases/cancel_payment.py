"""Cancel a payment before anybody verified it, or after it came back: its amount is free again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.payments.events import PaymentCancelled
from app.payments.queries.acting import payment_to_act_on
from app.payments.rules.circuit import Act, reason_findings
from app.payments.rules.lifecycle import PAYMENT, PaymentEvent
from app.payments.schemas import GiveReason


def cancel_payment(session: Session, actor: Actor, payment_id: UUID, command: GiveReason, *, now: datetime) -> None:
    """Give the payment up, with the reason; another one may be initiated for the same subject.

    Raise RulesViolated without a reason, TransitionNotAllowed in another state, NotPermitted and NotFound as the
    policies say.
    """
    payment = payment_to_act_on(session, actor, payment_id, Act.CANCEL)
    state = PAYMENT.after(payment.state, PaymentEvent.CANCEL)
    if findings := reason_findings(command.reason):
        raise RulesViolatedError(findings)
    payment.state, payment.reason = state, command.reason
    session.flush()
    facts = {"reference": payment.reference, "amount": payment.amount}
    event = PaymentCancelled(
        subject_id=payment.id, facts=facts, call_id=payment.call_id, personal={"reason": command.reason}
    )
    record_event(session, actor, event, now=now)
