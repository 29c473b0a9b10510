"""The hearing before a recovery: until when, what is an answer, who decides what; a last microsecond is in time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calls.rules.grant_kinds import USUAL_HEARING_DAYS, GrantTerms
from app.core.errors import TransitionNotAllowedError
from app.core.money import Money
from app.reporting.rules.hearing import (
    HEARING,
    MAX_ENCLOSURE,
    OPEN,
    Announced,
    Hearing,
    HearingEvent,
    HearingState,
    answer_findings,
    decision_findings,
    end_of,
    last_day,
    undecided_findings,
)
from app.reporting.rules.recovery import MIN_REASON

DAYS = st.dates(date(2014, 1, 1), date(2035, 12, 31))
ZONES = st.sampled_from(
    ("Europe/Brussels", "Europe/Lisbon", "Europe/Sofia", "Atlantic/Azores", "America/Sao_Paulo", "Asia/Beirut", "UTC")
)
INSTANTS = st.datetimes(datetime(2014, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  # the zone is given beside
MICROSECOND = timedelta(microseconds=1)
ADA, BOB = UUID(int=1), UUID(int=2)
WHY = "x" * MIN_REASON
OWED = Money(100_000)


@given(DAYS, ZONES)
def test_a_day_ends_at_the_last_microsecond_of_its_zone_whatever_the_clock_does(day: date, zone: str) -> None:
    end = end_of(day, zone)
    assert end.astimezone(ZoneInfo(zone)).date() == day
    assert (end + MICROSECOND).astimezone(ZoneInfo(zone)).date() == day + timedelta(days=1)


def test_the_nights_of_the_clock_change_are_whole_days() -> None:
    for day, hours in ((date(2021, 3, 28), 23), (date(2021, 10, 31), 25), (date(2021, 6, 1), 24)):
        before, end = (end_of(one, "Europe/Brussels") for one in (day - timedelta(days=1), day))
        assert end - before == timedelta(hours=hours)
    assert end_of(date(2021, 10, 31), "Europe/Brussels") == datetime(2021, 10, 31, 22, 59, 59, 999999, tzinfo=UTC)


@given(INSTANTS, st.integers(0, 730), ZONES)
def test_the_day_of_the_announcement_does_not_count(announced: datetime, days: int, zone: str) -> None:
    until = last_day(announced, days, zone)
    assert (until - announced.astimezone(ZoneInfo(zone)).date()).days == days
    assert end_of(until, zone) - announced >= timedelta(days=days) - timedelta(hours=2)


@given(INSTANTS, st.integers(-3, 3))
def test_an_answer_is_in_time_up_to_the_last_instant_and_says_one_thing(ends_at: datetime, later: int) -> None:
    now = ends_at + later * MICROSECOND
    found = answer_findings("We do not owe it.", nothing=False, enclosure=None, ends_at=ends_at, now=now)
    assert [one.rule for one in found] == (["hearing.too_late"] if later > 0 else [])


@pytest.mark.parametrize(
    ("said", "nothing", "size", "rules"),
    [
        ("", False, None, {"hearing.nothing_said"}),
        ("  ", False, 10, {"hearing.nothing_said"}),
        ("", True, None, set()),
        ("No.", True, None, {"hearing.both_said"}),
        ("", True, 10, {"hearing.both_said"}),
        ("No.", False, MAX_ENCLOSURE, set()),
        ("No.", False, MAX_ENCLOSURE + 1, {"hearing.enclosure_too_large"}),
    ],
)
def test_what_is_an_answer(said: str, nothing: bool, size: int | None, rules: set[str]) -> None:  # noqa: FBT001
    now = datetime(2021, 12, 1, tzinfo=UTC)
    found = answer_findings(said, nothing=nothing, enclosure=size, ends_at=now, now=now)
    assert {one.rule for one in found} == rules


@given(
    st.booleans(),
    st.integers(-2, 2),
    st.sampled_from((HearingEvent.CONFIRM, HearingEvent.LOWER, HearingEvent.WITHDRAW)),
    st.integers(-5, 100_005).map(Money) | st.none(),
    st.booleans(),
    st.booleans(),
)
def test_it_is_decided_after_the_hearing_with_reasons_and_money_is_given_up_by_somebody_else(  # independent figures
    answered: bool,  # noqa: FBT001
    later: int,
    event: HearingEvent,
    amount: Money | None,
    said: bool,  # noqa: FBT001
    own: bool,  # noqa: FBT001
) -> None:
    ends_at = datetime(2021, 12, 15, 22, 59, 59, 999999, tzinfo=UTC)
    announced = Announced(OWED, ADA, date(2021, 12, 15), ends_at, answered)
    found = decision_findings(
        announced, event, amount, WHY if said else " ", {ADA} if own else {BOB}, now=ends_at + later * MICROSECOND
    )
    rules = {one.rule for one in found}
    assert ("hearing.under_way" in rules) == (not answered and later <= 0)
    assert ("hearing.reason" in rules) != said
    assert ("hearing.own_decision" in rules) == (own and event is not HearingEvent.CONFIRM)
    fits = amount is not None and Money(0) < amount < OWED
    assert ("hearing.lowered_to" in rules) == (event is HearingEvent.LOWER and not fits)
    assert ("hearing.amount_out_of_place" in rules) == (event is not HearingEvent.LOWER and amount is not None)


@given(st.sampled_from(HearingState), DAYS, st.integers(0, 90), st.integers(-5, 5))
def test_the_office_is_next_after_the_answer_or_the_last_day(
    state: HearingState, until: date, days: int, later: int
) -> None:
    answered = until - timedelta(days=1) if state is HearingState.ANSWERED else None
    hearing = Hearing(state, days, until, answered)
    heard = hearing.heard(until + timedelta(days=later))
    assert heard == (state is HearingState.ANSWERED or (state is HearingState.ANNOUNCED and later > 0))
    assert hearing.decide_by == (answered or until) + timedelta(days=days)
    assert bool(undecided_findings(hearing)) == (state in OPEN) == hearing.open


def test_what_was_asked_back_before_hearings_existed_may_come_in() -> None:
    assert not undecided_findings(None)


def test_a_decision_is_for_good_and_an_answer_comes_once() -> None:
    for state in set(HearingState) - OPEN:
        assert not HEARING.events_from(state)
    with pytest.raises(TransitionNotAllowedError):
        HEARING.after(HearingState.ANSWERED, HearingEvent.ANSWER)


def test_a_call_that_names_no_term_hears_thirty_days() -> None:
    assert GrantTerms().hearing_days == USUAL_HEARING_DAYS == 30
