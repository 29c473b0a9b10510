"""Is a reminder of the deadline due? Seven days, 48 hours and 3 hours before, once each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

REMINDERS = (timedelta(days=7), timedelta(hours=48), timedelta(hours=3))
"""How long before the deadline; each is sent once per draft, contact and deadline."""
FIRST_REMINDER = max(REMINDERS)
PERIOD_REMINDERS = (60, 30, 7, -1, -30)
"""Days before a report of a grant is due, below zero after it; each is sent once per report and address."""
REPORT_REMINDERS = (timedelta(days=7), timedelta(days=2), timedelta(days=1))
"""How long before the reports of an expert are due; each is sent once per call, expert and due date."""


def reminder_due(
    deadline: datetime, started_at: datetime, now: datetime, *, reminders: Sequence[timedelta] = REMINDERS
) -> timedelta | None:
    """The reminder whose turn it is: the latest one passed, so that a late start sends one and not three.

    None before the first, after the deadline, and where the draft was started later than the reminder.
    """
    if now > deadline:
        return None
    passed = [before for before in reminders if deadline - before <= now]
    if not passed or started_at > deadline - min(passed):
        return None
    return min(passed)


def period_reminder(due_on: date, opened_on: date, today: date) -> int | None:
    """The reminder whose turn it is, as one of ``PERIOD_REMINDERS``: the latest one passed; below zero it is late.

    None before the first, and where the report could be written only after the day of that reminder.
    """
    passed = [days for days in PERIOD_REMINDERS if (due_on - today).days <= days]
    if not passed or opened_on > due_on - timedelta(days=min(passed)):
        return None
    return min(passed)
