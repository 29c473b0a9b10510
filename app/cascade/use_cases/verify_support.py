"""Verify that every payment to a third party counts for its recipient in the ledger, and nothing else does."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.cascade.models import ThirdPartyPayment
from app.cascade.queries.payments import SUBJECT
from app.ledger.rules.recipients import recipient_keys
from app.ledger.schemas import Counted


def verify_support(session: Session, counted: Sequence[Counted]) -> tuple[str, ...]:
    """Compare each payment with the amount that the ledger ``counted`` for it: recipient, grant, sum and reversal.

    The ledger may know a recipient by more numbers than the payment: those of its organisation on the platform.
    """
    of_payment = {one.subject_id: one for one in counted if one.subject_kind == SUBJECT}
    faults = []
    row = ThirdPartyPayment
    columns = (row.id, row.grant_id, row.number, row.country, row.vat, row.registration_number, row.amount)
    for found in session.execute(sa.select(*columns, row.reversed_at).order_by(row.grant_id, row.number)):
        name = f"payment {found.number} to a third party, grant {found.grant_id}"
        one = of_payment.pop(found.id, None)
        if one is None:
            faults.append(f"{name}: it does not count for its recipient")
            continue
        keys = set(recipient_keys(found.country, found.vat, found.registration_number))
        if not keys <= set(one.keys) or one.place.grant_id != found.grant_id:
            faults.append(f"{name}: it counts for another recipient or grant")
        if (one.amount, one.reversed_at is None) != (found.amount, found.reversed_at is None):
            counts = f"{one.amount}, reversed" if one.reversed_at is not None else f"{one.amount}"
            stands = f"{found.amount}, reversed" if found.reversed_at is not None else f"{found.amount}"
            faults.append(f"{name}: it is of {stands}, for its recipient counts {counts}")
    faults += [
        f"recipient {one.name}: {one.amount} counts for a payment that is missing" for one in of_payment.values()
    ]
    return tuple(faults)
