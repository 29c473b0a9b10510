"""Reminders come once each, at their time, and never to those for whom they would be late news."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.notifications.rules.reminders import FIRST_REMINDER, REMINDERS, reminder_due
from tests.conftest import NOW

DEADLINE = NOW + timedelta(days=30)
LONG_AGO = NOW - timedelta(days=30)
MICROSECOND = timedelta(microseconds=1)
WEEK, TWO_DAYS, THREE_HOURS = timedelta(days=7), timedelta(hours=48), timedelta(hours=3)


@pytest.mark.parametrize(
    ("before", "due"),
    [
        (WEEK + MICROSECOND, None),
        (WEEK, WEEK),
        (TWO_DAYS + MICROSECOND, WEEK),
        (TWO_DAYS, TWO_DAYS),
        (THREE_HOURS + MICROSECOND, TWO_DAYS),
        (THREE_HOURS, THREE_HOURS),
        (timedelta(0), THREE_HOURS),
        (-MICROSECOND, None),
    ],
)
def test_the_latest_reminder_passed_is_the_one_that_is_due(before: timedelta, due: timedelta | None) -> None:
    assert reminder_due(DEADLINE, LONG_AGO, DEADLINE - before) == due


def test_a_draft_begun_after_the_moment_of_a_reminder_does_not_get_it() -> None:
    started = DEADLINE - timedelta(days=5)
    assert reminder_due(DEADLINE, started, DEADLINE - timedelta(days=4)) is None
    assert reminder_due(DEADLINE, started, DEADLINE - TWO_DAYS) == TWO_DAYS


def test_a_draft_begun_at_the_very_moment_gets_it() -> None:
    assert reminder_due(DEADLINE, DEADLINE - WEEK, DEADLINE - WEEK) == WEEK


@given(st.integers(min_value=0, max_value=10 * 24 * 60))
def test_watched_every_minute_at_most_three_reminders_are_ever_due(start: int) -> None:
    started = DEADLINE - timedelta(minutes=start)
    instants = [DEADLINE - timedelta(minutes=left) for left in range(start, -1, -7)]
    due = {reminder_due(DEADLINE, started, now) for now in instants} - {None}
    assert due <= set(REMINDERS)
    assert all(started <= DEADLINE - before for before in due if before is not None)
    assert max(REMINDERS) == FIRST_REMINDER
