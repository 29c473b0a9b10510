"""Which days do a grant and its reporting periods cover? From the start, the months and the terms of the call."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from app.core.periods import add_months
from app.grants.rules.letter_facts import Facts

if TYPE_CHECKING:
    from app.calls.rules.grant_kinds import GrantTerms


class PeriodFacts(Facts):
    """One reporting period with its days, both included, and the day by which its report is due."""

    number: int
    first_month: int
    last_month: int
    starts_on: date
    ends_on: date
    report_due_on: date
    payment: Literal["none", "interim", "balance"]


def end_of(start_on: date, months: int) -> date:
    """The last day of a grant that lasts so many months."""
    return add_months(start_on, months) - timedelta(days=1)


def reporting_periods(terms: GrantTerms, start_on: date, months: int) -> tuple[PeriodFacts, ...]:
    """The periods of a grant, without a gap; the last one ends with it.

    A period that would begin after the end falls away; the one that then comes last pays the balance.
    """
    begun = [period for period in terms.reporting_periods if period.first_month <= months]
    found = []
    for period in begun:
        last = period is begun[-1]
        last_month = months if last or period.last_month is None else min(period.last_month, months)
        ends_on = end_of(start_on, last_month)
        found.append(
            PeriodFacts(
                number=period.number,
                first_month=period.first_month,
                last_month=last_month,
                starts_on=add_months(start_on, period.first_month - 1),
                ends_on=ends_on,
                report_due_on=ends_on + timedelta(days=terms.report_due_days),
                payment="balance" if last else period.payment,
            )
        )
    return tuple(found)
