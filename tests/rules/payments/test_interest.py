"""Interest for late payment: the rate of the month in which the term ended, for each day after it."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Money
from app.core.rates import Rate
from app.payments.rules.interest import Interest, Reference, reference_day
from app.payments.rules.time_limits import late_interest

DAYS = st.dates(date(2014, 1, 1), date(2030, 12, 31))
RATES = st.integers(0, 2_000).map(Rate)
AMOUNTS = st.integers(0, 10**10).map(Money)


@given(DAYS, st.integers(-60, 900), RATES, RATES, AMOUNTS, st.none() | AMOUNTS)
def test_it_runs_for_each_day_after_the_term_at_one_rate(  # independent figures
    due: date, late: int, reference: Rate, margin: Rate, owed: Money, least: Money | None
) -> None:
    until = due + timedelta(days=late)
    found = Interest(owed, due, until, Reference(reference_day(due), reference), margin, least)
    assert found.days == max(late, 0)
    assert found.rate.basis_points == reference.basis_points + margin.basis_points
    assert found.amount == late_interest(owed, due=due, paid_on=until, reference=reference, margin=margin)
    assert (found.amount == Money(0)) or late > 0
    assert found.on_request == (least is not None and found.amount <= least)


@given(DAYS)
def test_the_reference_day_is_the_first_of_the_month_of_the_term(due: date) -> None:
    day = reference_day(due)
    assert (day.day, day.month, day.year) == (1, due.month, due.year)


def test_a_worked_example() -> None:
    due = date(2023, 2, 14)  # 2.50 % on 1 February 2023
    found = Interest(
        Money.parse("65439.62"), due, date(2023, 3, 16), Reference(reference_day(due), Rate(250)), Rate.percent("3.5")
    )
    assert (found.days, str(found.rate)) == (30, "6 %")
    assert found.amount == Money.parse("322.72")  # 65 439.62 x 6 % x 30 / 365 = 322.716...
