"""Is a reminder of the deadline due? Seven days, 48 hours and 3 hours before, once each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

REMINDERS = (timedelta(days=7), timedelta(hours=48), timedelta(hours=3))
"""How long before the deadline; each is sent once per draft, contact and deadline."""
FIRST_REMINDER = max(REMINDERS)
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
