"""What an exchange pays: the lump sum of the host's country, halved once, for stays that may be supported."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cascade.rules.exchange_amount import (
    TERRITORY,
    Stay,
    days_late,
    exchange_amount,
    host_findings,
    paid_after_findings,
    stay_findings,
    territory_findings,
    visit_findings,
)
from app.core.money import Money
from app.core.periods import add_months
from app.reference.queries import OUTERMOST, all_lump_sums, countries_in
from app.reference.rules.holidays import public_holidays, works_in

MONDAY = date(2020, 2, 3)
days = st.dates(date(2019, 1, 1), date(2023, 12, 31))
lengths = st.integers(0, 40).map(timedelta)
kilometres = st.integers(0, 20_000)
sums = st.integers(2, 10**7).map(Money)


def a_stay(
    first: date = MONDAY, last: date | None = None, *, km: int = 900, visitor: str = "EL", host: str = "PT"
) -> Stay:
    return Stay(visitor, host, km, first, last or first + timedelta(days=4))


def rules(stay: Stay) -> list[str]:
    return [one.rule for one in stay_findings(stay)]


@given(sums, days, lengths, kilometres)
def test_halved_if_and_only_if_short_or_near_and_then_once(
    full: Money, first: date, length: timedelta, km: int
) -> None:
    stay = a_stay(first, first + length, km=km)
    made = exchange_amount(full, stay)
    assert made.halved == (stay.working_days < 5 or km < 200)
    assert made.amount.cents == (full.cents // 2 if made.halved else full.cents)


@given(sums)
def test_short_and_near_together_halve_as_one_does(full: Money) -> None:
    both = exchange_amount(full, a_stay(last=MONDAY + timedelta(days=2), km=10))
    short = exchange_amount(full, a_stay(last=MONDAY + timedelta(days=2)))
    near = exchange_amount(full, a_stay(km=10))
    assert both.amount == short.amount == near.amount
    assert (both.short, both.near, short.near, near.short) == (True, True, False, False)


@pytest.mark.parametrize(("km", "halved"), [(199, True), (200, False)])
def test_two_hundred_kilometres_are_not_near(km: int, *, halved: bool) -> None:
    assert exchange_amount(Money(78_000), a_stay(km=km)).halved is halved


@given(days, lengths)
def test_working_days_are_neither_weekend_nor_holiday(first: date, length: timedelta) -> None:
    every = [first + timedelta(days=each) for each in range(length.days + 1)]
    assert a_stay(first, first + length).working_days == len([day for day in every if works_in("PT", day)])


def test_a_week_with_a_holiday_is_short() -> None:
    labour_day_week = a_stay(date(2020, 4, 27), date(2020, 5, 1))
    assert labour_day_week.working_days == 4
    assert exchange_amount(Money(78_000), labour_day_week).short


@pytest.mark.parametrize(
    ("host", "first", "last", "working_days"),
    [
        ("PT", date(2022, 5, 9), date(2022, 5, 13), 5),  # Europe Day is a holiday of the institutions alone
        ("PT", date(2022, 5, 9), date(2022, 5, 11), 3),
        ("PT", date(2022, 6, 6), date(2022, 6, 10), 4),  # the day of Portugal
        ("ES", date(2022, 6, 6), date(2022, 6, 10), 5),
        ("EL", date(2022, 4, 18), date(2022, 4, 25), 4),  # Good Friday and Easter Monday of the Orthodox
        ("UK", date(2020, 12, 28), date(2020, 12, 31), 3),
        ("DE", date(2020, 12, 28), date(2020, 12, 31), 4),
        ("XK", date(2022, 5, 9), date(2022, 5, 13), 4),
    ],
)
def test_holidays_are_those_of_the_host(host: str, first: date, last: date, working_days: int) -> None:
    stay = a_stay(first, last, host=host, visitor="IT")
    assert stay.working_days == working_days
    assert rules(stay) == []


def test_holidays_are_known_wherever_a_lump_sum_is() -> None:
    hosts = {row.territory for row in all_lump_sums()} - {OUTERMOST}
    assert [host for host in sorted(hosts) if not public_holidays(host, 2022)] == []
    assert public_holidays("ZZ", 2022) == frozenset()


def test_visitor_and_host_are_both_in_countries_that_take_part() -> None:
    taking_part = countries_in(TERRITORY, MONDAY)
    assert list(territory_findings(a_stay(), taking_part)) == []
    [visitor] = territory_findings(a_stay(visitor="US"), taking_part)
    assert (visitor.rule, visitor.place) == ("exchange.territory", "country")
    assert "US did not take part in COSME on 2020-02-03" in visitor.text
    assert [one.place for one in territory_findings(a_stay(host="NO"), taking_part)] == ["host_country"]


@given(days, lengths)
def test_a_stay_has_three_working_days_and_lasts_a_month_at_most(first: date, length: timedelta) -> None:
    stay = a_stay(first, first + length)
    too_long = stay.last_day >= add_months(first, 1)
    assert rules(stay) == (
        ["exchange.too_long"] if too_long else ["exchange.too_short"] if stay.working_days < 3 else []
    )


def test_a_month_passes_and_a_day_more_does_not() -> None:
    assert rules(a_stay(MONDAY, date(2020, 3, 2))) == []
    assert rules(a_stay(MONDAY, date(2020, 3, 3))) == ["exchange.too_long"]


def test_all_findings_come_at_once() -> None:
    assert rules(a_stay(last=MONDAY - timedelta(days=1), host="EL")) == [
        "exchange.same_country",
        "exchange.days_reversed",
    ]
    assert rules(a_stay(last=MONDAY + timedelta(days=1), host="EL")) == ["exchange.same_country", "exchange.too_short"]


def test_a_visitor_comes_once_and_is_told_when() -> None:
    assert list(visit_findings("Ana", None)) == []
    [found] = visit_findings("Ana", MONDAY)
    assert found.text == "Ana was supported already, for the stay from 2020-02-03. Each person is supported once."


def test_a_host_without_a_lump_sum_or_in_another_region_is_refused() -> None:
    assert list(host_findings("PT", "PT20", "PT", known=True)) == []
    assert [one.rule for one in host_findings("ES", "PT20", "PT", known=False)] == [
        "exchange.host_region",
        "exchange.no_lump_sum",
    ]


@pytest.mark.parametrize(("days", "late"), [(0, 0), (10, 0), (11, 1), (20, 10)])
def test_a_visitor_is_paid_within_ten_days(days: int, late: int) -> None:
    assert days_late(MONDAY, MONDAY + timedelta(days=days)) == late


def test_a_visitor_is_paid_when_the_stay_is_over() -> None:
    assert list(paid_after_findings(MONDAY, MONDAY)) == []
    assert [one.place for one in paid_after_findings(MONDAY, MONDAY - timedelta(days=1))] == ["paid_on"]
