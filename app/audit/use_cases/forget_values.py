"""Forget personal values: their salts are deleted, and nothing can be compared with the digests any more.

Events, digests and hashes stay as they are, so every chain still verifies.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import Event, EventSalt
from app.audit.queries import digest_is_of


def forget_values(session: Session, subject_id: UUID, values: Collection[str]) -> int:
    """Forget what events of this subject hold, and these values wherever an event holds them. How many were forgotten.

    For use cases that have already decided. It reads every salt, so it takes seconds on a large log.
    """
    of_subject = sa.select(Event.id).where(Event.subject_id == subject_id)
    theirs = [digest_is_of(value) for value in {value for value in values if value}]
    return _deleted(session, sa.or_(EventSalt.event_id.in_(of_subject), *theirs))


def forget_values_before(session: Session, before: datetime) -> int:
    """Forget what events hold that happened at that instant or earlier. How many values were forgotten."""
    return _deleted(session, EventSalt.event_id.in_(sa.select(Event.id).where(Event.occurred_at <= before)))


def _deleted(session: Session, which: sa.ColumnElement[bool]) -> int:
    gone = sa.delete(EventSalt).where(which).returning(EventSalt.event_id)
    return len(session.execute(gone, execution_options={"synchronize_session": False}).all())
