"""What a grant was paid so far, and which of its payments are under way."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.money import Money
from app.core.violations import Violation
from app.grants.rules.agreement import Agreement
from app.payments.models import Payment
from app.payments.queries.claims import attempted
from app.payments.rules.lifecycle import ENDED, IN_PAYMENT, PaymentKind, PaymentState
from app.reporting.queries.reading import ReportReading
from app.reporting.queries.reports import calculations_of
from app.reporting.rules.calculation import superseded_findings
from app.reporting.rules.final_grant import counted_in, gained_since, lost_since
from app.reporting.rules.sheet import Paid

SUBJECT = "grant"
"""What payments call that to which they belong."""


def paid_so_far(session: Session, agreement: Agreement) -> Paid:
    """Pre-financing and interim payments that were initiated and not given up; with what was held back. One query."""
    statement = (
        sa.select(Payment.kind, sa.func.sum(sa.type_coerce(Payment.amount, sa.BigInteger)))
        .where(Payment.subject_kind == SUBJECT, Payment.subject_id == agreement.grant_id, Payment.state.not_in(ENDED))
        .group_by(Payment.kind)
    )
    sums = {PaymentKind(kind): Money(int(cents)) for kind, cents in session.execute(statement)}
    cash = sums.get(PaymentKind.PREFINANCING, Money.zero())
    agreed = agreement.facts.prefinancing
    withheld = agreed.guarantee if agreed is not None and cash else Money.zero()
    return Paid(cash + withheld, sums.get(PaymentKind.INTERIM, Money.zero()), withheld)


def payments_under_way(session: Session, grant_id: UUID) -> Sequence[str]:
    """References of payments that are neither paid nor given up. One query."""
    statement = sa.select(Payment.reference).where(
        Payment.subject_kind == SUBJECT,
        Payment.subject_id == grant_id,
        Payment.state.in_(IN_PAYMENT),
    )
    return session.scalars(statement.order_by(Payment.reference)).all()


def is_given_up(session: Session, payment_id: UUID) -> bool:
    """Whether a payment was cancelled or came back, and no other attempt to pay the same is under way or paid."""
    return not session.execute(sa.select(attempted(payment_id))).scalar_one()


def is_paid(session: Session, payment_id: UUID) -> bool:
    """Whether the bank has booked a payment, or another attempt to pay the same."""
    return session.execute(sa.select(attempted(payment_id, PaymentState.PAID))).scalar_one()


def lost_payments(session: Session, agreement: Agreement) -> Paid:
    """What the balance of a grant counted as paid and is paid no longer; nothing before it is decided. Two queries."""
    final = next((one for one in calculations_of(session, agreement.grant_id) if one.final_grant is not None), None)
    if final is None:
        return Paid()
    return lost_since(counted_in(final.sheet), paid_so_far(session, agreement))


def gained_payments(session: Session, agreement: Agreement) -> Money:
    """What is paid or under way by now and the balance of a grant did not count; nothing before it is decided. Two queries."""
    final = next((one for one in calculations_of(session, agreement.grant_id) if one.final_grant is not None), None)
    if final is None:
        return Money.zero()
    return gained_since(counted_in(final.sheet), paid_so_far(session, agreement))


def prefinancing_findings(session: Session, agreement: Agreement) -> tuple[Violation, ...]:
    """Why the pre-financing is no longer asked for: the balance was decided without it. Two queries."""
    decided = any(one.final_grant is not None for one in calculations_of(session, agreement.grant_id))
    if not decided or lost_payments(session, agreement).prefinancing:
        return ()
    words = "The balance is decided: it settles everything, so nothing is paid in advance any more."
    return (Violation("settlement.too_late_for_prefinancing", words),)


def may_be_asked(session: Session, reading: ReportReading) -> bool:
    """Whether the payment after a report can be asked for: due, not under way or paid, and not settled by a later one."""
    row = reading.row
    if not row.due or (row.payment_id is not None and not is_given_up(session, row.payment_id)):
        return False
    decided = [(one.number, one.payment) for one in reading.others if one.decided_at is not None]
    lost = row.payment_id is not None and lost_payments(session, reading.agreement).interims >= row.due
    return not superseded_findings(row.number, decided, lost=lost)
