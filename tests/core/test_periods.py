from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.periods import BRUSSELS, DateRange, add_months, in_time, instant_in_zone, left_until, why_no_day

days = st.dates(date(1990, 1, 1), date(2100, 12, 31))
DEADLINE = datetime(2019, 4, 4, 15, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def test_a_deadline_of_summer_and_one_of_winter() -> None:
    assert instant_in_zone(date(2019, 4, 4), 17, 0, 0, BRUSSELS) == DEADLINE
    assert instant_in_zone(date(2019, 1, 4), 17, 0, 0, BRUSSELS) == datetime(2019, 1, 4, 16, tzinfo=UTC)


def test_the_hour_that_the_spring_night_skips_is_refused() -> None:
    night = date(2019, 3, 31)
    assert instant_in_zone(night, 1, 59, 59, BRUSSELS) == datetime(2019, 3, 31, 0, 59, 59, tzinfo=UTC)
    assert instant_in_zone(night, 3, 0, 0, BRUSSELS) == datetime(2019, 3, 31, 1, tzinfo=UTC)
    for hour, minute, second in ((2, 0, 0), (2, 30, 0), (2, 59, 59)):
        with pytest.raises(ValueError, match="does not exist"):
            instant_in_zone(night, hour, minute, second, BRUSSELS)


def test_of_the_hour_that_the_autumn_night_repeats_the_first_counts() -> None:
    night = date(2019, 10, 27)
    assert instant_in_zone(night, 2, 30, 0, BRUSSELS) == datetime(2019, 10, 27, 0, 30, tzinfo=UTC)
    assert instant_in_zone(night, 3, 0, 0, BRUSSELS) == datetime(2019, 10, 27, 2, tzinfo=UTC)


@given(
    days,
    st.integers(0, 23),
    st.integers(0, 59),
    st.sampled_from([BRUSSELS, "UTC", "Asia/Kathmandu", "America/New_York"]),
)
def test_an_instant_shows_the_wall_clock_that_was_meant(day: date, hour: int, minute: int, zone: str) -> None:
    try:
        instant = instant_in_zone(day, hour, minute, 0, zone)
    except ValueError:
        return
    shown = instant.astimezone(ZoneInfo(zone))
    assert (shown.date(), shown.hour, shown.minute) == (day, hour, minute)
    assert instant.tzinfo is UTC


def test_the_instant_itself_is_in_time_and_the_next_microsecond_is_not() -> None:
    assert in_time(DEADLINE - MICROSECOND, DEADLINE)
    assert in_time(DEADLINE, DEADLINE)
    assert not in_time(DEADLINE + MICROSECOND, DEADLINE)


def test_time_left_is_never_negative() -> None:
    assert left_until(DEADLINE, DEADLINE - MICROSECOND) == MICROSECOND
    assert left_until(DEADLINE, DEADLINE) == timedelta(0)
    assert left_until(DEADLINE, DEADLINE + timedelta(days=1)) == timedelta(0)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2020, 2, 29), 12, date(2021, 2, 28)),
        (date(2020, 2, 29), 48, date(2024, 2, 29)),
        (date(2019, 1, 31), 1, date(2019, 2, 28)),
        (date(2020, 1, 31), 1, date(2020, 2, 29)),
        (date(2019, 12, 31), 2, date(2020, 2, 29)),
        (date(2019, 3, 31), -1, date(2019, 2, 28)),
        (date(2019, 1, 15), -1, date(2018, 12, 15)),
        (date(2019, 5, 1), 0, date(2019, 5, 1)),
    ],
)
def test_months_end_where_the_month_ends(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@given(days, st.integers(-600, 600))
def test_months_are_counted_in_months(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


def test_both_ends_of_a_period_belong_to_it() -> None:
    period = DateRange(date(2019, 1, 1), date(2019, 1, 2))
    inside = [day for day in range(1, 5) if date(2019, 1, day) in period]
    assert inside == [1, 2]
    assert date(2018, 12, 31) not in period
    assert date(9999, 12, 31) in DateRange(date(2019, 1, 1))


def test_a_period_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="ends"):
        DateRange(date(2019, 1, 2), date(2019, 1, 1))


near = st.dates(date(2019, 1, 1), date(2019, 1, 20))
periods = st.tuples(near, st.none() | near).filter(lambda ends: ends[1] is None or ends[0] <= ends[1])


@given(periods, periods)
def test_periods_overlap_where_they_share_a_day(one: tuple[date, date | None], two: tuple[date, date | None]) -> None:
    first, second = DateRange(*one), DateRange(*two)
    shared = any(day in first and day in second for day in (date(2019, 1, n) for n in range(1, 31)))
    assert first.overlaps(second) is second.overlaps(first) is shared


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("2019-02-31", "31 February 2019 does not exist."),
        ("2019-02-29", "29 February 2019 does not exist."),
        ("2019-13-01", "there is no month 13."),
        ("-02-31", "the year is missing."),
        ("2019-00-00", "the day and the month are missing."),
        ("2019-4-4", "write it as 2019-04-04."),
        ("soon", "enter a day, a month and a year, such as 4 4 2019 for 4 April 2019."),
        ("--", "enter a day, a month and a year, such as 4 4 2019 for 4 April 2019."),
        ("20190-02-31", "enter a day, a month and a year, such as 4 4 2019 for 4 April 2019."),
    ],
)
def test_why_something_typed_is_no_day(typed: str, why: str) -> None:
    assert why_no_day(typed) == why


@given(st.text(max_size=20) | st.from_regex(r"\d{1,5}-\d{1,3}-\d{1,3}", fullmatch=True))
def test_whatever_is_typed_gets_a_sentence_and_no_real_day_is_said_not_to_exist(typed: str) -> None:
    why = why_no_day(typed)
    assert why.endswith(".")
    try:
        date.fromisoformat(typed)
    except ValueError:
        return
    assert "does not exist" not in why
