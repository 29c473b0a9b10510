"""What decided reports leave to be paid while nobody asks for it, or after it came back from the bank."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.core.money import Money
from app.grants.rules.agreement import Agreement
from app.payments.queries import payments_of
from app.payments.rules.lifecycle import ENDED
from app.reporting.queries.paid import SUBJECT, lost_payments
from app.reporting.queries.reports import calculations_of
from app.reporting.rules.calculation import superseded_findings


def still_due(session: Session, agreement: Agreement) -> Money:
    """What is owed to the coordinator beside the payments that are made or under way, and no later report settles.

    At most five queries.
    """
    decided = calculations_of(session, agreement.grant_id)
    if not any(one.due for one in decided):
        return Money.zero()
    going = {one.id for one in payments_of(session, SUBJECT, agreement.grant_id) if one.state not in ENDED}
    order = [(one.number, one.payment) for one in decided]
    lost = lost_payments(session, agreement).interims
    return Money.total(
        one.due
        for one in decided
        if one.payment_id not in going
        and not superseded_findings(one.number, order, lost=one.payment_id is not None and lost >= one.due)
    )
