"""When a message is tried again, and when it is given up."""

from __future__ import annotations

from datetime import datetime, timedelta

LEASE = timedelta(minutes=3)
"""A sender that has not reported by then is taken for dead; a mail server is waited for much less."""
MOST_ATTEMPTS = 30
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=2)


def next_attempt(attempts: int, *, now: datetime) -> datetime | None:
    """When to try again after ``attempts`` refusals; None to give up, which is after about two days."""
    if attempts >= MOST_ATTEMPTS:
        return None
    doubled = 1 << min(attempts - 1, 10)
    return now + min(_FIRST_WAIT * doubled, _LONGEST_WAIT)
