"""Payments of a grant that were booked late, with their interest: asked for, under way, paid or lapsed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.errors import NotFoundError
from app.grants.queries.agreement import agreement_of
from app.grants.queries.facts import day_of
from app.payments.models import Payment
from app.payments.queries import payments_of
from app.payments.rules.interest import Interest
from app.payments.rules.lifecycle import ENDED, PaymentState
from app.payments.schemas import PaymentRow
from app.reporting.models import InterestRequest
from app.reporting.queries.interest import interest_on_payment
from app.reporting.queries.paid import SUBJECT
from app.reporting.rules.late_payment import InterestState, LatePayment

LATE = "late_payment"
"""What a payment of interest belongs to: the payment that was late, so that no figure of the grant counts it."""


@dataclass(frozen=True, slots=True)
class LateRow:
    """A late payment of a grant, where its interest stands, and the payment that pays it, if one was initiated."""

    payment: PaymentRow
    late: LatePayment
    state: InterestState
    paying_id: UUID | None
    paying: str


def late_payments(session: Session, grant_id: UUID, today: date) -> Sequence[LateRow]:
    """Payments that the bank booked late, in the order of their initiation; none before an agreement. Four queries."""
    try:
        terms = agreement_of(session, grant_id).terms
    except NotFoundError:
        return ()
    booked = [one for one in payments_of(session, SUBJECT, grant_id) if one.state is PaymentState.PAID and one.paid_on]
    found = [(one, interest_on_payment(terms, one, today)) for one in booked]
    late = [(one, interest) for one, interest in found if interest is not None]
    if not late:
        return ()
    ids = [one.id for one, _ in late]
    asked = {
        payment_id: day_of(at)
        for payment_id, at in session.execute(
            sa.select(InterestRequest.payment_id, InterestRequest.requested_at).where(
                InterestRequest.payment_id.in_(ids)
            )
        )
    }
    columns = (Payment.subject_id, Payment.id, Payment.reference, Payment.state)
    own = Payment.subject_kind == LATE, Payment.subject_id.in_(ids), Payment.state.not_in(ENDED)
    paying = {row.subject_id: row for row in session.execute(sa.select(*columns).where(*own))}
    return [_row(one, interest, asked.get(one.id), paying.get(one.id), today) for one, interest in late]


def _row(payment: PaymentRow, interest: Interest, asked_on: date | None, paying: Any, today: date) -> LateRow:  # noqa: ANN401  # a row of the statement
    state = PaymentState(paying.state) if paying is not None else None
    late = LatePayment(
        interest=interest,
        booked_on=payment.paid_on or today,
        requested_on=asked_on,
        under_way=state is not None and state is not PaymentState.PAID,
        paid=state is PaymentState.PAID,
    )
    return LateRow(
        payment=payment,
        late=late,
        state=late.state(today),
        paying_id=paying.id if paying is not None else None,
        paying=paying.reference if paying is not None else "",
    )


def late_payment(session: Session, grant_id: UUID, payment_id: UUID, today: date) -> LateRow | None:
    """One of them, or None where the payment is none of the grant's that was booked late."""
    return next((one for one in late_payments(session, grant_id, today) if one.payment.id == payment_id), None)
