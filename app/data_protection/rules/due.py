"""Whether the time of a record is over, for one record and for queries."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.core.periods import add_months
from app.data_protection.rules.retention import RETENTION, Fate, RecordKind


def due(kind: RecordKind, counted_from: datetime | None, now: datetime) -> bool:
    """Whether a record of that kind may go now; never while what it counts from has not happened, nor what is kept."""
    line = RETENTION[kind]
    if line.fate is Fate.KEEP or counted_from is None:
        return False
    return line.due_at(counted_from) <= now


def all_due_until(kind: RecordKind, now: datetime) -> datetime:
    """What is counted from this instant or an earlier one is due, all of it: for deleting without asking ``due``.

    A period that began on a day that its last month lacks goes on the next day with the others.
    """
    line = RETENTION[kind]
    ended = now - timedelta(days=line.days)
    return datetime.combine(add_months(ended.date(), -line.months), ended.timetz())


def counted_before(kind: RecordKind, now: datetime) -> datetime:
    """Nothing counted from a later instant than this is due: for queries, which then ask ``due`` of each row."""
    return all_due_until(kind, now) + timedelta(days=3 if RETENTION[kind].months else 0)
