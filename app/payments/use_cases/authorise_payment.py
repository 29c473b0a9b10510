"""Authorise a payment: the third of four steps, by an authorising officer who took neither of the two before."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.policies import require_own_act
from app.accounts.queries import counted_on, takes_part_in
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.payments.events import PaymentAuthorised
from app.payments.queries.acting import circuit_of, payment_to_act_on
from app.payments.rules.circuit import Act, act_findings
from app.payments.rules.lifecycle import PAYMENT, PaymentEvent


def authorise_payment(session: Session, actor: Actor, payment_id: UUID, *, now: datetime) -> None:
    """Approve the payment; an accounting officer may put it into a file for the bank then.

    Raise RulesViolated for who initiated or verified it and while its time limit is suspended, TransitionNotAllowed
    in another state, NotPermitted for who acts for somebody else, NotPermitted and NotFound as the policies say.
    """
    require_own_act(actor)
    payment = payment_to_act_on(session, actor, payment_id, Act.AUTHORISE)
    state = PAYMENT.after(payment.state, PaymentEvent.AUTHORISE)
    persons = counted_on(session, actor, PaymentAuthorised, payment.id)
    parts = takes_part_in(session, actor)
    if findings := act_findings(circuit_of(payment), persons, suspended_on=payment.suspended_on, takes_part_in=parts):
        raise RulesViolatedError(findings)
    payment.state, payment.authorised_at, payment.authorised_by = state, now, actor.person_id
    session.flush()
    facts = {"reference": payment.reference, "amount": payment.amount}
    record_event(
        session, actor, PaymentAuthorised(subject_id=payment.id, facts=facts, call_id=payment.call_id), now=now
    )
