"""Initiate the payment of interest that is owed for a late payment: the same circuit, charged beside the grant."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.rules.interests import interest_findings
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.documents.schemas import DocumentRequest
from app.documents.use_cases.request_document import request_document
from app.grants.queries.accounts import account_to_pay
from app.grants.queries.agreement import agreement_of
from app.grants.queries.facts import day_of
from app.grants.queries.grants import grant_for_change, grant_scope
from app.grants.queries.interests import is_of_a_party
from app.grants.rules.payee import payee_findings
from app.ledger.schemas import AmountToCharge
from app.ledger.use_cases.charge_administration import charge_administration
from app.payments.rules.lifecycle import PaymentKind
from app.payments.rules.time_limits import due_on
from app.payments.schemas import PaymentToInitiate
from app.payments.use_cases.initiate_payment import initiate_payment
from app.reporting.events import InterestInitiated
from app.reporting.policies import require_requesting
from app.reporting.queries.documents import ABOUT_PAYMENT, INTEREST_LETTER
from app.reporting.queries.late_payments import LATE, LateRow, late_payment
from app.reporting.rules.late_payment import paying_findings
from app.reporting.schemas import AboutLatePayment

if TYPE_CHECKING:
    from app.grants.rules.agreement import Agreement


def pay_interest(session: Session, actor: Actor, grant_id: UUID, command: AboutLatePayment, *, now: datetime) -> UUID:
    """Initiate the payment and return its id; it asks for the letter that tells it.

    The amount is that of the day on which the bank booked the late payment. Its term runs, as that of other payments,
    from the day on which the interest is owed. Locks the administrative envelope, then the grant. Raise RulesViolated
    where the interest is not owed, was not asked for in time, or is under way or paid, for who belongs to a party, and as
    the payment circuit says.
    """
    scope = grant_scope(session, grant_id)
    require_requesting(actor, scope)
    today = day_of(now)
    row = late_payment(session, grant_id, command.payment_id, today)
    if row is None or (findings := paying_findings(row.late, today)):
        raise RulesViolatedError(paying_findings(None, today) if row is None else findings)
    agreement = agreement_of(session, grant_id)
    coordinator, interest = agreement.facts.coordinator, row.late.interest
    payee = payee_findings(agreement.facts.account, account_to_pay(session, coordinator.organisation_id))
    own = interest_findings(of_a_party=is_of_a_party(session, actor, scope))
    if against := (*own, *payee):
        raise RulesViolatedError(against)
    charge = AmountToCharge(
        programme_id=scope.programme_id,
        subject_kind=LATE,
        subject_id=row.payment.id,
        reference=f"{row.payment.reference}/I",
        title=f"Interest for {row.payment.reference}",
        amount=interest.amount,
    )
    commitment_id = charge_administration(session, actor, charge, now=now)
    grant_for_change(session, grant_id)
    wanted = PaymentToInitiate(
        subject_kind=LATE,
        subject_id=row.payment.id,
        programme_id=scope.programme_id,
        call_id=scope.call_id,
        commitment_id=commitment_id,
        reference=agreement.reference,
        title=agreement.acronym,
        kind=PaymentKind.INTEREST,
        amount=interest.amount,
        organisation_id=coordinator.organisation_id,
        due_on=due_on(agreement.terms.payment_days, row.late.due_since or today),
        sheet=(
            (
                f"Interest on {interest.owed} of {row.payment.reference} for {interest.days} days at {interest.rate}",
                interest.amount,
            ),
        ),
        parties=(scope.application_id, *scope.organisations),
    )
    payment_id = initiate_payment(session, actor, wanted, now=now)
    event = InterestInitiated(
        subject_id=grant_id,
        facts={"payment": payment_id, "late_payment": row.payment.id, "amount": interest.amount, "days": interest.days},
        call_id=scope.call_id,
        application_id=scope.application_id,
    )
    record_event(session, actor, event, now=now)
    letter = DocumentRequest(
        kind=INTEREST_LETTER,
        subject_kind=ABOUT_PAYMENT,
        subject_id=row.payment.id,
        reference=f"{agreement.reference}/I-{row.payment.reference}",
        title=f"Interest for the late payment {row.payment.reference} of {agreement.acronym}",
        data=_letter(agreement, row, wanted, now=now),
        call_id=scope.call_id,
        application_id=scope.application_id,
    )
    request_document(session, actor, letter, now=now)
    return payment_id


def _letter(agreement: Agreement, row: LateRow, wanted: PaymentToInitiate, *, now: datetime) -> dict[str, object]:
    """What the letter says, frozen: nothing that changes later is read."""
    interest, requested = row.late.interest, row.late.requested_on
    return {
        "amount": interest.amount.amount,
        "owed": interest.owed.amount,
        "payment": row.payment.reference,
        "due_on": interest.due_on.isoformat(),
        "booked_on": interest.until.isoformat(),
        "days": interest.days,
        "rate": str(interest.rate),
        "reference_rate": str(interest.reference.rate),
        "reference_day": interest.reference.day.isoformat(),
        "margin": str(interest.margin),
        "requested_on": requested.isoformat() if requested is not None and row.late.on_request else None,
        "pay_by": wanted.due_on.isoformat(),
        "issued_on": day_of(now).isoformat(),
        "managing_body": agreement.facts.call.managing_body,
    }
