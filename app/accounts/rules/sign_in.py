"""When sign-in is paused after wrong passwords."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.core.violations import Violation

MOST_WRONG = 5
PAUSE = timedelta(minutes=15)

REFUSED = Violation(
    "account.sign_in_refused",
    "We could not sign you in with this e-mail address and password. "
    "After {wrong} wrong attempts sign-in is paused for {minutes} minutes.",
    "email",
    {"wrong": MOST_WRONG, "minutes": int(PAUSE.total_seconds() // 60)},
    cure="Check both, or set a new password.",
)
"""One wording for an unknown address, a wrong password, a pause and a closed account: none of them shows."""


def paused(locked_until: datetime | None, *, now: datetime) -> bool:
    """Whether no password is accepted now, not even the right one."""
    return locked_until is not None and now < locked_until


def after_wrong(wrong_before: int, *, now: datetime) -> tuple[int, datetime | None]:
    """Count of wrong attempts in a row after one more, and until when sign-in is paused, if it is."""
    wrong = wrong_before + 1
    return (0, now + PAUSE) if wrong >= MOST_WRONG else (wrong, None)
