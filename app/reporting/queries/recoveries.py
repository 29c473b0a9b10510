"""What comes back after a report: what came so far, what is open, and the interest for coming late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.money import Money
from app.grants.queries.facts import day_of
from app.grants.rules.agreement import Agreement
from app.payments.models import StatementLine
from app.payments.rules.interest import Interest
from app.reporting.queries.interest import interest_on
from app.reporting.rules.recovery import Came, Expected, principal_of, recovery_due_on
from app.reporting.rules.settled import CalculationRow, HearingRow

NOTHING = Money.zero()


@dataclass(frozen=True, slots=True)
class Recovery:
    """Money that comes back: ``came`` are lines of the bank, ``interest`` what each part and what is open bears.

    ``announced`` was computed at the decision, ``owed`` is what is left of it after the ``hearing``; before that nothing
    is asked back, and there is no ``due_on``.
    ``waived`` is not asked back any more; ``settled_on`` the day on which nothing of what was owed was open.
    """

    announced: Money
    owed: Money
    hearing: HearingRow | None
    due_on: date | None
    came: Sequence[Came]
    waived: Money
    waiver_reason: str
    settled_on: date | None
    interest: Sequence[Interest]

    @property
    def received(self) -> Money:
        """What of it came back."""
        return Money.total(one.amount for one in principal_of(self.owed - self.waived, self.came))

    @property
    def open(self) -> Money:
        """What of it is still to come."""
        return self.owed - self.waived - self.received

    @property
    def extra(self) -> Money:
        """What came besides: interest, and what was too much."""
        return Money.total(one.amount for one in self.came) - self.received

    @property
    def interest_open(self) -> Money:
        """Interest that did not come."""
        return max(Money.total(one.amount for one in self.interest) - self.extra, NOTHING)

    @property
    def surplus(self) -> Money:
        """What came beyond what was owed and its interest."""
        return max(self.extra - Money.total(one.amount for one in self.interest), NOTHING)

    @property
    def expected(self) -> Expected:
        """What may still come in, once it is asked back."""
        return Expected(self.open, self.interest_open)


def reference_of(agreement: Agreement, number: int) -> str:
    """What a line of the statement settles that brings money back after a report."""
    return settled_reference(agreement.reference, number)


def settled_reference(reference: str, number: int) -> str:
    """The same, by the reference of the grant."""
    return f"{reference}/R{number}"


def recovery_after(session: Session, agreement: Agreement, row: CalculationRow, today: date) -> Recovery | None:
    """What comes back after a report, with interest up to ``today``; None where nothing does. One query."""
    if not row.recovery:
        return None
    wanted = StatementLine.settles == reference_of(agreement, row.number)
    lines = session.execute(sa.select(StatementLine.amount, StatementLine.booked_on).where(wanted))
    came = [Came(amount, on) for amount, on in lines]
    due_on = recovery_due_on(day_of(row.noted_at), agreement.terms.recovery_days) if row.noted_at else None
    asked = row.asked_back - row.waived
    parts = principal_of(asked, came)
    left = asked - Money.total(one.amount for one in parts)
    bears = [*parts, Came(left, today)] if left else parts
    found = [interest_on(agreement.terms, one.amount, due_on, one.on) for one in bears] if due_on else []
    return Recovery(
        row.recovery,
        row.asked_back,
        row.hearing,
        due_on,
        came,
        row.waived,
        row.waiver_reason,
        row.recovered_on,
        [one for one in found if one is not None],
    )
