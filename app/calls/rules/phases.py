"""Is a call forthcoming, open or closed? Computed from its instants and the clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from app.core.periods import in_time

CLOSING_GRACE = timedelta(minutes=2)
"""A request that arrived in time is committed at most a minute later; closing waits for twice that."""


class Phase(StrEnum):
    """What the public can do with a published call."""

    FORTHCOMING = "forthcoming"
    OPEN = "open"
    CLOSED = "closed"


def phase(opens_at: datetime, deadline: datetime, now: datetime) -> Phase:
    """The phase at ``now``: open from the instant of opening to the instant of the deadline, both included."""
    if now < opens_at:
        return Phase.FORTHCOMING
    return Phase.OPEN if in_time(now, deadline) else Phase.CLOSED


def may_close(deadline: datetime, now: datetime) -> bool:
    """Whether every request received in time has been committed, so that what arrived is final."""
    return now > deadline + CLOSING_GRACE
