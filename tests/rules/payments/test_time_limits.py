"""Time limits: counted from the later day, stopped by suspensions, and interest that is exact to the cent."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Money
from app.core.rates import Rate
from app.payments.rules.time_limits import (
    days_late,
    days_left,
    due_on,
    effective_due,
    late_interest,
    suspended_for,
)

days = st.dates(date(2010, 1, 1), date(2030, 12, 31))
counts = st.integers(0, 400)
rates = st.integers(0, 2000).map(Rate)
money = st.integers(0, 10**11).map(Money)


@given(counts, days, days)
def test_the_later_day_counts(count: int, one: date, other: date) -> None:
    assert due_on(count, one, other) == max(one, other) + timedelta(days=count)
    assert due_on(count, one, None) == due_on(count, None, one) == one + timedelta(days=count)


def test_a_limit_needs_a_day_to_count_from() -> None:
    with pytest.raises(ValueError, match="counts from a day"):
        due_on(30, None)


def test_prefinancing_is_due_thirty_days_after_the_later_of_signature_and_ten_days_before_the_start() -> None:
    signed, start = date(2019, 8, 20), date(2019, 9, 1)
    assert due_on(30, signed, start - timedelta(days=10)) == date(2019, 9, 21)


@given(days, counts, counts, counts)
def test_a_suspension_stops_the_clock_and_adds_its_days(due: date, before: int, waited: int, later: int) -> None:
    since = due - timedelta(days=10)
    today = since + timedelta(days=waited)
    running = effective_due(due, before, suspended_on=since, today=today)
    assert days_left(running, today) == before + 10
    resumed = effective_due(due, before + suspended_for(since, today), suspended_on=None, today=today)
    assert resumed == running
    assert effective_due(due, before, suspended_on=None, today=today + timedelta(days=later)) == due + timedelta(before)


@given(days, st.integers(-400, 400))
def test_days_left_and_days_late_are_two_sides(due: date, delta: int) -> None:
    day = due + timedelta(days=delta)
    assert days_left(due, day) == -delta
    assert days_late(due, day) == max(delta, 0)


@given(money, days, st.integers(-30, 800), rates, rates)
def test_interest_is_the_exact_share_rounded_half_up(
    amount: Money, due: date, delta: int, reference: Rate, margin: Rate
) -> None:
    paid = due + timedelta(days=delta)
    found = late_interest(amount, due=due, paid_on=paid, reference=reference, margin=margin)
    exact = Fraction(amount.cents * (reference.basis_points + margin.basis_points) * max(delta, 0), 10_000 * 365)
    assert found.cents - exact <= Fraction(1, 2)
    assert exact - found.cents < Fraction(1, 2)


@given(money, days, st.integers(1, 400), rates, rates)
def test_interest_grows_with_every_day_and_is_nothing_in_time(
    amount: Money, due: date, delta: int, reference: Rate, margin: Rate
) -> None:
    def owed(late: int) -> Money:
        paid = due + timedelta(days=late)
        return late_interest(amount, due=due, paid_on=paid, reference=reference, margin=margin)

    assert owed(delta - 1) <= owed(delta)
    assert owed(0) == owed(-delta) == Money(0)


def test_a_worked_example_of_interest() -> None:
    due = date(2019, 9, 21)
    found = late_interest(
        Money(12_000_000), due=due, paid_on=date(2019, 10, 21), reference=Rate(0), margin=Rate.percent("3.5")
    )
    assert found == Money(34_521)  # 120 000.00 x 3.5 % x 30 / 365 = 345.205..., half up
