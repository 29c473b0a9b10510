"""Initiate a payment, or send one again that came back: the first of four steps by four people."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.infra.ids import new_id
from app.ledger import queries as ledger
from app.organisations.queries import names_of_organisations
from app.payments.events import PaymentInitiated
from app.payments.models import Payment
from app.payments.policies import require
from app.payments.queries.accounts import validated_account
from app.payments.queries.claims import claim_before, live_of_claim, stray_before
from app.payments.queries.numbers import next_reference
from app.payments.queries.payments import bound_by_payments, once_there, payment_for_change, payment_where
from app.payments.rules.circuit import Act, account_findings, amount_findings, once_findings, stray_findings
from app.payments.rules.lifecycle import PAYMENT, PaymentEvent
from app.payments.schemas import AccountRow, PaymentToInitiate


def initiate_payment(session: Session, actor: Actor, wanted: PaymentToInitiate, *, now: datetime) -> UUID:
    """Ask for a payment and return its id; its account is frozen as it is validated now.

    Locks the envelope and the commitment first, so that two who ask at once are judged one after the other. Raise
    RulesViolated with everything that speaks against it: no validated account, an amount that is not above zero or
    more than the commitment has left besides what is in payment, a kind that happens once and is there, an earlier
    attempt that is under way, or that was given up as never paid and is booked; NotFound for an unknown commitment. Permission is the caller's: the use case that knows what is due.
    """
    commitment = ledger.commitment_for_change(session, wanted.commitment_id)
    account = validated_account(session, wanted.organisation_id)
    left = commitment.pending - bound_by_payments(session, commitment.id)
    claim_id = claim_before(session, wanted)
    again = once_there(session, wanted.subject_kind, wanted.subject_id, wanted.kind)
    if claim_id is not None:
        again = again or live_of_claim(session, claim_id)
    stray = stray_before(session, wanted, claim_id)
    payee = names_of_organisations(session, [wanted.organisation_id]).get(wanted.organisation_id, "")
    findings = (
        *once_findings(wanted.kind, again),
        *stray_findings(stray),
        *amount_findings(wanted.amount, left),
        *account_findings(validated=account is not None, payee=payee),
    )
    if account is None or findings:
        raise RulesViolatedError(findings)
    payment_id = new_id()
    payment = Payment(
        id=payment_id,
        claim_id=claim_id or payment_id,
        reference=next_reference(session, "PAY", now=now),
        subject_kind=wanted.subject_kind,
        subject_id=wanted.subject_id,
        subject_reference=wanted.reference,
        title=wanted.title,
        call_id=wanted.call_id or ledger.envelope_for_change(session, commitment.envelope_id).call_id,
        programme_id=wanted.programme_id,
        commitment_id=commitment.id,
        kind=wanted.kind,
        amount=wanted.amount,
        organisation_id=wanted.organisation_id,
        due_on=wanted.due_on,
        sheet=[{"words": words, "cents": amount.cents} for words, amount in wanted.sheet],
        state=PAYMENT.initial,
        initiated_at=now,
        initiated_by=actor.person_id,
        suspended_days=0,
        parties=sorted({wanted.organisation_id, *wanted.parties}),
        reason="",
        **_frozen(account),
    )
    session.add(payment)
    session.flush()
    _record(session, actor, payment, now=now)
    return payment.id


def resubmit_payment(session: Session, actor: Actor, payment_id: UUID, *, now: datetime) -> None:
    """Send a payment on again that came back, with the account that is validated now; its amount stays.

    Whether that is the account that was agreed is asked by the area that knows: doors call ``resubmit_grant_payment``.
    Raise TransitionNotAllowed unless it came back, RulesViolated where its payee has no validated account.
    """
    call_id, programme_id, _ = payment_where(session, payment_id)
    require(actor, Act.INITIATE, call_id, programme_id)
    payment = payment_for_change(session, payment_id)
    state = PAYMENT.after(payment.state, PaymentEvent.RESUBMIT)
    account = validated_account(session, payment.organisation_id)
    if account is None:
        payee = names_of_organisations(session, [payment.organisation_id]).get(payment.organisation_id, "")
        raise RulesViolatedError(account_findings(validated=False, payee=payee))
    for name, value in _frozen(account).items():
        setattr(payment, name, value)
    payment.state, payment.initiated_at, payment.initiated_by = state, now, actor.person_id
    payment.reason = ""
    session.flush()
    _record(session, actor, payment, now=now)


def _frozen(account: AccountRow) -> dict[str, object]:
    return {"bank_account_id": account.id, "holder": account.holder, "iban": account.iban, "bic": account.bic}


def _record(session: Session, actor: Actor, payment: Payment, *, now: datetime) -> None:
    facts = {
        "reference": payment.reference,
        payment.subject_kind: payment.subject_id,
        "kind": payment.kind,
        "amount": payment.amount,
        "organisation": payment.organisation_id,
        "bank_account": payment.bank_account_id,
        "commitment": payment.commitment_id,
    }
    event = PaymentInitiated(subject_id=payment.id, facts=facts, call_id=payment.call_id)
    record_event(session, actor, event, now=now)
