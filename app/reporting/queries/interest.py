"""Interest for late payment under an agreement, both ways: on payments to the coordinator and on money to come back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from app.core.errors import NotFoundError
from app.grants.queries.agreement import agreement_of
from app.payments.rules.interest import Interest, Reference, reference_day
from app.payments.rules.lifecycle import ENDED
from app.payments.rules.time_limits import effective_due
from app.reference.queries import reference_rate
from app.reference.schemas import Confidence
from app.reporting.queries.paid import SUBJECT

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.calls.rules.grant_kinds import GrantTerms
    from app.core.money import Money
    from app.payments.schemas import PaymentRow


def interest_on_payment(terms: GrantTerms, payment: PaymentRow, today: date) -> Interest | None:
    """What a payment that is late, or was paid late, bears; None in time, where it ended, or without interest.

    The days on which its time limit stood still do not count.
    """
    if payment.state in ENDED:
        return None
    due = effective_due(payment.due_on, 0, suspended_on=payment.suspended_on, today=today)
    return interest_on(terms, payment.amount, due, payment.paid_on or today)


def interest_of(session: Session, payment: PaymentRow, today: date) -> Interest | None:
    """The same for any payment, under the agreement that it is made for; None where it is made for none. One query."""
    if payment.subject_kind != SUBJECT:
        return None
    try:
        agreement = agreement_of(session, payment.subject_id)
    except NotFoundError:
        return None
    return interest_on_payment(agreement.terms, payment, today)


def rate_on(day: date) -> Reference | None:
    """The reference rate for what is due on that day; None where it is not known."""
    first = reference_day(day)
    found = reference_rate(first)
    if found is None:
        return None
    return Reference(first, found.rate, assumed=found.confidence is Confidence.ASSUMED)


def interest_on(terms: GrantTerms, owed: Money, due: date, until: date) -> Interest | None:
    """What an amount that was due on a day bears until another; None in time, or without interest."""
    agreed = terms.late_interest
    if agreed is None or until <= due or (reference := rate_on(due)) is None:
        return None
    return Interest(owed, due, until, reference, agreed.margin, agreed.minimum_claim)
