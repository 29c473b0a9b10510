"""Which dated rows hold on a day, and which contradict each other."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.periods import DateRange
from app.reference.rules.validity import clashes, in_force, the_one_in_force

FIRST = date(2018, 1, 1)


@dataclass(frozen=True)
class Row:
    name: str
    valid: DateRange


def days(number: int) -> date:
    return FIRST + timedelta(days=number)


@st.composite
def rows(draw: st.DrawFn) -> Row:
    start = draw(st.integers(0, 40))
    length = draw(st.none() | st.integers(0, 20))
    last = None if length is None else days(start + length)
    return Row(draw(st.sampled_from("abc")), DateRange(days(start), last))


def test_both_ends_are_included() -> None:
    row = Row("a", DateRange(days(1), days(3)))
    held = [number for number in range(6) if in_force([row], days(number))]
    assert held == [1, 2, 3]


def test_the_only_row_of_a_day_is_found_and_a_gap_is_none() -> None:
    early, late = Row("a", DateRange(days(0), days(1))), Row("a", DateRange(days(3)))
    assert the_one_in_force([early, late], days(1)) == early
    assert the_one_in_force([early, late], days(2)) is None
    assert the_one_in_force([early, late], days(400)) == late


def test_two_rows_on_one_day_are_refused() -> None:
    with pytest.raises(ValueError, match="2 rows hold on 2018-01-02"):
        the_one_in_force([Row("a", DateRange(days(0), days(1))), Row("a", DateRange(days(1)))], days(1))


def test_rows_about_different_things_never_clash() -> None:
    one, other = Row("a", DateRange(days(0))), Row("b", DateRange(days(0)))
    assert clashes([one, other], key=lambda row: row.name) == ()
    assert clashes([one, other], key=lambda _: "same") == ((one, other),)


@given(st.lists(rows(), max_size=6))
def test_rows_clash_exactly_when_some_day_holds_two_of_one_name(given_rows: list[Row]) -> None:
    doubled = any(
        len(names := [row.name for row in in_force(given_rows, days(number))]) > len(set(names)) for number in range(61)
    )
    assert bool(clashes(given_rows, key=lambda row: row.name)) == doubled


@given(st.lists(rows(), max_size=6), st.integers(0, 60))
def test_rows_in_force_keep_their_order_and_leave_nothing_out(given_rows: list[Row], number: int) -> None:
    found = in_force(given_rows, days(number))
    assert list(found) == [row for row in given_rows if days(number) in row.valid]
