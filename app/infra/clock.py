"""Clock: the server's time, plus its offset to the database, plus the rehearsal offset."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

MAX_DATABASE_OFFSET = timedelta(milliseconds=250)
"""Above this the instance is not ready: two servers would disagree about a deadline."""


class Clock:
    """Gives the instant of the platform. One per process, shared by threads."""

    def __init__(self, *, start_at: datetime | None = None) -> None:
        """``start_at`` moves the clock for demo and rehearsal; it then runs on normally."""
        self.rehearsal_offset = timedelta(0) if start_at is None else start_at - datetime.now(UTC)
        self.database_offset = timedelta(0)

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC) + self.database_offset + self.rehearsal_offset

    def real(self, platform_instant: datetime) -> datetime:
        """The wall-clock instant at which the platform's clock will show ``platform_instant``."""
        return platform_instant - self.rehearsal_offset

    def note_database_time(self, database_now: datetime, asked: datetime, answered: datetime) -> None:
        """Take over the database's time, read between two readings of our own."""
        self.database_offset = database_now - (asked + (answered - asked) / 2)

    @property
    def agrees(self) -> bool:
        """Whether server and database tell the same time closely enough to judge a deadline."""
        return abs(self.database_offset) <= MAX_DATABASE_OFFSET


def monotonic() -> float:
    """Seconds for measuring durations."""
    return time.monotonic()
