"""Every payment and every file for the bank, for ``verify``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.money import Money
from app.documents.models import StoredFile
from app.payments.models import Payment, PaymentFile, StatementLine
from app.payments.queries.claims import every_stray
from app.payments.rules.checking import CheckedFile, CheckedPayment
from app.payments.rules.lifecycle import PaymentState


def checked_payments(session: Session) -> Sequence[CheckedPayment]:
    """All of them, with their bookings. Three queries."""
    strays = every_stray(session)
    lines: dict[UUID | None, list[Money]] = defaultdict(list)
    matched = sa.select(StatementLine.payment_id, StatementLine.amount).where(StatementLine.payment_id.is_not(None))
    for payment_id, amount in session.execute(matched):
        lines[payment_id].append(amount)
    statement = sa.select(
        Payment.id,
        Payment.reference,
        Payment.state,
        Payment.amount,
        Payment.commitment_id,
        Payment.file_id,
        Payment.paid_on,
    ).order_by(Payment.reference)
    return [
        CheckedPayment(
            **{**row._asdict(), "state": PaymentState(row.state)},
            lines=tuple(lines[row.id]),
            stray=row.id in strays,
        )
        for row in session.execute(statement)
    ]


def checked_files(session: Session) -> Sequence[CheckedFile]:
    """All of them, with the hash of the bytes that are kept. One query."""
    statement = (
        sa.select(
            PaymentFile.id,
            PaymentFile.reference,
            PaymentFile.message_id,
            PaymentFile.control_sum,
            PaymentFile.payments,
            PaymentFile.sha256,
            StoredFile.sha256,
        )
        .join(StoredFile, StoredFile.id == PaymentFile.file_id)
        .order_by(PaymentFile.reference)
    )
    return [CheckedFile(*row) for row in session.execute(statement)]


@dataclass(frozen=True, slots=True)
class SettledLine:
    """A line of the statement that settles something that is no payment."""

    amount: Money
    booked_on: date


def settled_lines(session: Session) -> Mapping[str, Sequence[SettledLine]]:
    """Lines by the reference of what they settle. One query."""
    found: dict[str, list[SettledLine]] = defaultdict(list)
    columns = (StatementLine.settles, StatementLine.amount, StatementLine.booked_on)
    for settles, amount, booked_on in session.execute(sa.select(*columns).where(StatementLine.settles != "")):
        found[settles].append(SettledLine(amount, booked_on))
    return found
