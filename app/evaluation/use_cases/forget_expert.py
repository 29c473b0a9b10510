"""Forget what an expert said of themself; assignments and reports stay."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.evaluation.models import CallExpert
from app.evaluation.queries.experts import profile_for_change


def forget_expert(session: Session, person_id: UUID, *, now: datetime) -> bool:
    """For use cases that have already decided: the profile is empty, the expert has left every call. Whether there was one."""
    found = profile_for_change(session, person_id)
    if found is None:
        return False
    found.expertise, found.languages, found.employer, found.country = "", [], "", ""
    found.version, found.changed_at = found.version + 1, now
    here = (CallExpert.person_id == person_id, CallExpert.left_at.is_(None))
    session.execute(sa.update(CallExpert).where(*here).values(left_at=now))
    session.flush()
    return True
