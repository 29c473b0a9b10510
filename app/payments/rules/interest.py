"""Interest for late payment, whoever is late: what the rate is, for how many days, and what it comes to.

The reference rate is that in force on the first day of the month in which the last day in time lies; it stays the same
however long the delay is. Interest runs from the day after that day to the day of payment, both included.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.core.money import Money
from app.core.rates import Rate
from app.payments.rules.time_limits import days_late, late_interest


@dataclass(frozen=True, slots=True)
class Reference:
    """The rate of the central bank on the day that counts; ``assumed`` where nobody read it in its table."""

    day: date
    rate: Rate
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Interest:
    """What being late costs: ``owed`` was due on ``due_on`` and is paid on ``until``, or is still open then.

    ``minimum_claim`` is the amount up to which it is paid on request only; None where the call names none.
    """

    owed: Money
    due_on: date
    until: date
    reference: Reference
    margin: Rate
    minimum_claim: Money | None = None

    @property
    def days(self) -> int:
        """Days late."""
        return days_late(self.due_on, self.until)

    @property
    def rate(self) -> Rate:
        """Reference rate and margin together, by the year."""
        return Rate(self.reference.rate.basis_points + self.margin.basis_points)

    @property
    def amount(self) -> Money:
        """Simple interest, half a cent rounded up."""
        return late_interest(
            self.owed, due=self.due_on, paid_on=self.until, reference=self.reference.rate, margin=self.margin
        )

    @property
    def on_request(self) -> bool:
        """Whether it is so little that it is paid only to who asks for it."""
        return self.minimum_claim is not None and self.amount <= self.minimum_claim


def reference_day(due_on: date) -> date:
    """The day whose reference rate counts: the first of the month of the last day in time."""
    return due_on.replace(day=1)
