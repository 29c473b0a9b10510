"""The reporting periods of a grant: which days they cover and when their report is due.

The call counts months from the first day of the project. A period runs to the day before the next one begins, so
that the periods of a grant cover every one of its days once. Periods that would begin after the end of a shorter
project do not exist; whichever is last runs to the end and settles the balance. Without periods in the call there is
one, over the whole project.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from app.core.periods import add_months
from app.grants.rules.redress import last_day

if TYPE_CHECKING:
    from app.calls.rules.grant_kinds import GrantTerms

PeriodPayment = Literal["none", "interim", "balance"]
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of a project, both days included, and what is paid after it."""

    number: int
    starts_on: date
    ends_on: date
    due_on: date
    payment: PeriodPayment

    @property
    def is_last(self) -> bool:
        """Whether its report is the final one."""
        return self.payment == "balance"


def periods_of(terms: GrantTerms, starts_on: date, ends_on: date, works: Callable[[date], bool]) -> tuple[Period, ...]:
    """The periods of a project that runs from ``starts_on`` to ``ends_on``, numbered from 1.

    A report is due ``report_due_days`` after the end of its period; a due day on which nobody works moves to the next
    working day. Raise ValueError for a project that ends before it begins.
    """
    if ends_on < starts_on:
        raise ValueError("a project ends on or after the day it begins")
    firsts: dict[date, PeriodPayment] = {}
    for period in sorted(terms.reporting_periods, key=lambda one: one.first_month):
        first = add_months(starts_on, period.first_month - 1) if firsts else starts_on
        if first <= ends_on:
            firsts[first] = "interim" if period.payment == "balance" else period.payment
    begins = tuple(firsts) or (starts_on,)
    lasts = (*(first - ONE_DAY for first in begins[1:]), ends_on)
    found = []
    for number, (first, last) in enumerate(zip(begins, lasts, strict=True), start=1):
        due_on = last_day(last, terms.report_due_days, works)
        found.append(Period(number, first, last, due_on, "balance" if last == ends_on else firsts[first]))
    return tuple(found)
