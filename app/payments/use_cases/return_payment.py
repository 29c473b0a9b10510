"""Send a payment back to who initiated it, with the reason: whose turn it is may, until it has left."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.violations import Violation
from app.payments.events import PaymentReturned
from app.payments.policies import may_send_back
from app.payments.queries.acting import payment_to_act_on
from app.payments.rules.circuit import Act, reason_findings
from app.payments.rules.lifecycle import PAYMENT, PaymentEvent
from app.payments.schemas import GiveReason


def return_payment(session: Session, actor: Actor, payment_id: UUID, command: GiveReason, *, now: datetime) -> None:
    """Send it back: what was verified and authorised counts no more, and the circuit begins anew.

    Raise RulesViolated without a reason, or unless it is the turn of an office that the actor holds, NotPermitted for other people,
    TransitionNotAllowed once it has left or come to its end.
    """
    payment = payment_to_act_on(session, actor, payment_id, Act.RETURN)
    state = PAYMENT.after(payment.state, PaymentEvent.RETURN)
    if not may_send_back(actor, payment.state, payment.call_id, payment.programme_id):
        words = "Only the office whose turn it is can send this payment back."
        raise RulesViolatedError([Violation("payments.not_their_turn", words)])
    if findings := reason_findings(command.reason):
        raise RulesViolatedError(findings)
    facts = {"reference": payment.reference, "from": payment.state}
    payment.state, payment.reason = state, command.reason
    payment.verified_at = payment.verified_by = payment.authorised_at = payment.authorised_by = None
    session.flush()
    event = PaymentReturned(
        subject_id=payment.id, facts=facts, call_id=payment.call_id, personal={"reason": command.reason}
    )
    record_event(session, actor, event, now=now)
