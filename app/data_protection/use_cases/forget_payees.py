"""Forget by name to whom the money of an application's grant went: account holders, who paid in, recipients of support."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.cascade.use_cases.forget_recipients import forget_recipients
from app.grants.models import Grant
from app.payments.models import Payment
from app.payments.use_cases.forget_holders import forget_holders
from app.reporting.models import ReportingPeriod
from app.reporting.queries.late_payments import LATE
from app.reporting.queries.paid import SUBJECT
from app.reporting.queries.recoveries import settled_reference


def forget_payees(session: Session, application_id: UUID, *, instead: str) -> None:
    """The names become ``instead``; for use cases that have already decided.

    Lines of the bank are found by the payment that they are or concern, or by the reference of what a coordinator paid
    back. Interest for a payment that came late was paid to the same holder.
    """
    own = sa.select(Grant.id, Grant.reference).where(Grant.application_id == application_id).order_by(Grant.id)
    grants = session.execute(own).all()
    for grant_id, reference in grants:
        numbers = session.scalars(sa.select(ReportingPeriod.number).where(ReportingPeriod.grant_id == grant_id))
        came_back = [settled_reference(reference, number) for number in numbers]
        forget_holders(session, SUBJECT, grant_id, came_back, instead=instead)
        paid = sa.select(Payment.id).where(Payment.subject_kind == SUBJECT, Payment.subject_id == grant_id)
        interest = sa.select(Payment.subject_id).where(Payment.subject_kind == LATE, Payment.subject_id.in_(paid))
        for late_id in session.scalars(interest.distinct().order_by(Payment.subject_id)).all():
            forget_holders(session, LATE, late_id, (), instead=instead)
    forget_recipients(session, [grant_id for grant_id, _ in grants], instead=instead)
