"""Report that the bank never paid what stands in its file; another person confirms it, or says that it is at the bank."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.policies import require_own_act
from app.accounts.queries import counted_on
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.ledger.queries import commitment_for_change
from app.payments.events import PaymentFailed, PaymentFound, PaymentMissing
from app.payments.policies import require
from app.payments.queries.acting import payment_to_act_on
from app.payments.queries.claims import looks_booked
from app.payments.queries.payments import payment_for_change, payment_where
from app.payments.rules.circuit import Act, booked_findings, confirming_findings, reason_findings
from app.payments.rules.lifecycle import PAYMENT, PaymentEvent
from app.payments.schemas import GiveReason


def report_missing(session: Session, actor: Actor, payment_id: UUID, command: GiveReason, *, now: datetime) -> None:
    """Say, with the reason, that the bank refused the payment or did not book it. Its amount stays bound.

    Raise RulesViolated without a reason, or where an open line of the statement looks like its booking;
    TransitionNotAllowed unless it stands in a file of the bank; NotPermitted and NotFound as the policies say.
    """
    payment = payment_to_act_on(session, actor, payment_id, Act.RECORD)
    state = PAYMENT.after(payment.state, PaymentEvent.MISS)
    findings = (*reason_findings(command.reason), *booked_findings(payment.reference, looks_booked(session, payment)))
    if findings:
        raise RulesViolatedError(findings)
    payment.state, payment.missing_at, payment.missing_by = state, now, actor.person_id
    payment.reason = command.reason
    session.flush()
    facts = {"reference": payment.reference, "amount": payment.amount}
    event = PaymentMissing(
        subject_id=payment.id, facts=facts, call_id=payment.call_id, personal={"reason": command.reason}
    )
    record_event(session, actor, event, now=now)


def confirm_missing(session: Session, actor: Actor, payment_id: UUID, *, now: datetime) -> None:
    """Confirm that the bank never paid it: its amount is free, and it may be asked for again.

    Raise RulesViolated for who reported it, or where an open line of the statement looks like its booking;
    TransitionNotAllowed unless it is reported, NotPermitted for who acts for somebody else, NotPermitted and NotFound
    as the policies say.
    """
    require_own_act(actor)
    call_id, programme_id, commitment_id = payment_where(session, payment_id)
    require(actor, Act.CONFIRM, call_id, programme_id)
    commitment_for_change(session, commitment_id)
    payment = payment_for_change(session, payment_id)
    state = PAYMENT.after(payment.state, PaymentEvent.CONFIRM)
    findings = (
        *confirming_findings(payment.missing_by, counted_on(session, actor, PaymentMissing, payment.id)),
        *booked_findings(payment.reference, looks_booked(session, payment)),
    )
    if findings:
        raise RulesViolatedError(findings)
    facts = {"reference": payment.reference, "amount": payment.amount, "from": payment.state}
    payment.state, payment.confirmed_at, payment.confirmed_by = state, now, actor.person_id
    session.flush()
    event = PaymentFailed(
        subject_id=payment.id, facts=facts, call_id=payment.call_id, personal={"reason": payment.reason}
    )
    record_event(session, actor, event, now=now)


def find_payment(session: Session, actor: Actor, payment_id: UUID, *, now: datetime) -> None:
    """Take the report back: the payment is at the bank, which books it.

    Whoever may confirm the report may, and who made it. Raise TransitionNotAllowed unless it is reported, NotPermitted
    and NotFound as the policies say.
    """
    payment = payment_to_act_on(session, actor, payment_id, Act.CONFIRM)
    payment.state = PAYMENT.after(payment.state, PaymentEvent.FIND)
    payment.missing_at = payment.missing_by = None
    payment.reason = ""
    session.flush()
    facts = {"reference": payment.reference, "amount": payment.amount}
    record_event(session, actor, PaymentFound(subject_id=payment.id, facts=facts, call_id=payment.call_id), now=now)
