"""Verify a payment: the second of four steps, by a finance officer who did not initiate it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.queries import counted_on, takes_part_in
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.payments.events import PaymentVerified
from app.payments.queries.acting import circuit_of, payment_to_act_on
from app.payments.rules.circuit import Act, act_findings
from app.payments.rules.lifecycle import PAYMENT, PaymentEvent


def verify_payment(session: Session, actor: Actor, payment_id: UUID, *, now: datetime) -> None:
    """Say that amount, payee and account are right; an authorising officer is next.

    Raise RulesViolated for who initiated it and while its time limit is suspended, TransitionNotAllowed in another
    state, NotPermitted and NotFound as the policies say.
    """
    payment = payment_to_act_on(session, actor, payment_id, Act.VERIFY)
    state = PAYMENT.after(payment.state, PaymentEvent.VERIFY)
    persons = counted_on(session, actor, PaymentVerified, payment.id)
    parts = takes_part_in(session, actor)
    if findings := act_findings(circuit_of(payment), persons, suspended_on=payment.suspended_on, takes_part_in=parts):
        raise RulesViolatedError(findings)
    payment.state, payment.verified_at, payment.verified_by = state, now, actor.person_id
    session.flush()
    facts = {"reference": payment.reference, "amount": payment.amount}
    record_event(session, actor, PaymentVerified(subject_id=payment.id, facts=facts, call_id=payment.call_id), now=now)
