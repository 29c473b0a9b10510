"""The reporting periods of a grant: which days they cover, when their report is due, what is paid after it.

They are those of the agreement that was signed. An agreement without periods has one, over the whole project, whose
report settles the balance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.grants.rules.periods import PeriodFacts


class PaymentAfter(StrEnum):
    """What is paid after a period."""

    NONE = "none"
    INTERIM = "interim"
    BALANCE = "balance"


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of a project, both days included, and what is paid after it."""

    number: int
    starts_on: date
    ends_on: date
    due_on: date
    payment: PaymentAfter

    @property
    def is_last(self) -> bool:
        """Whether its report is the final one."""
        return self.payment is PaymentAfter.BALANCE


def periods_of(agreed: Sequence[PeriodFacts], starts_on: date, ends_on: date, *, due_days: int) -> tuple[Period, ...]:
    """The periods of a project that runs from ``starts_on`` to ``ends_on``; ``due_days`` only where none is agreed."""
    if not agreed:
        return (Period(1, starts_on, ends_on, ends_on + timedelta(days=due_days), PaymentAfter.BALANCE),)
    return tuple(
        Period(one.number, one.starts_on, one.ends_on, one.report_due_on, PaymentAfter(one.payment)) for one in agreed
    )
