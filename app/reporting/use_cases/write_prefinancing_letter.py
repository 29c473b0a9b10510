"""Write the letter that tells the coordinator of a pre-financing, once the bank has booked it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.money import Money
from app.documents.queries import documents_of
from app.documents.schemas import DocumentRequest
from app.documents.use_cases.request_document import request_document
from app.grants.queries.agreement import agreement_of
from app.grants.queries.grants import grant_scope
from app.grants.rules.agreement import AccountFacts
from app.payments.queries import payment_row, payments_of
from app.payments.rules.lifecycle import PaymentKind, PaymentState
from app.payments.schemas import PaymentRow
from app.reporting.queries.documents import ABOUT_PAYMENT, PREFINANCING_LETTER
from app.reporting.queries.paid import SUBJECT
from app.reporting.queries.shares import payment_shares
from app.reporting.rules.prefinancing_letter import PaidAtStart, StepFacts, prefinancing_letter


def write_prefinancing_letter(session: Session, actor: Actor, payment_id: UUID, *, now: datetime) -> UUID | None:
    """Freeze what the letter says, ask for its making and return its id; None where there is nothing to write.

    That is for any other payment, for one that has come back since, and for one that has its letter. Permission is the
    caller's: a job, after the event.
    """
    payment = payment_row(session, payment_id)
    written = [one for one in documents_of(session, ABOUT_PAYMENT, [payment_id]) if one.kind == PREFINANCING_LETTER]
    if payment.kind is not PaymentKind.PREFINANCING or payment.subject_kind != SUBJECT or written:
        return None
    booked = [one for one in payments_of(session, SUBJECT, payment.subject_id) if one.state is PaymentState.PAID]
    if payment.paid_on is None or payment.id not in {one.id for one in booked}:
        return None
    agreement, scope = agreement_of(session, payment.subject_id), grant_scope(session, payment.subject_id)
    paid = Money.total(one.amount for one in booked)
    facts = prefinancing_letter(agreement.facts, _facts(payment), payment_shares(session, payment), paid)
    letter = DocumentRequest(
        kind=PREFINANCING_LETTER,
        subject_kind=ABOUT_PAYMENT,
        subject_id=payment.id,
        reference=f"{agreement.reference}/PF",
        title=f"Pre-financing of {agreement.acronym}",
        data=facts.plain(),
        call_id=scope.call_id,
        application_id=scope.application_id,
        many=True,
    )
    return request_document(session, actor, letter, now=now)


def _facts(payment: PaymentRow) -> PaidAtStart:
    return PaidAtStart(
        reference=payment.reference,
        amount=payment.amount,
        paid_on=payment.paid_on or payment.due_on,
        due_on=payment.due_on,
        account=AccountFacts(id=payment.bank_account_id, holder=payment.holder, iban=payment.iban, bic=payment.bic),
        sheet=tuple(StepFacts(words=words, amount=amount) for words, amount in payment.sheet),
    )
