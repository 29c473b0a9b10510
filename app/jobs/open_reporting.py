"""When an agreement enters into force its reporting periods are opened: reports stand above grants, so a job does it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.queries import event
from app.core.actor import SYSTEM
from app.grants.events import GrantSigned
from app.grants.queries.grants import grant_head
from app.grants.rules.grant_lifecycle import IN_FORCE
from app.reporting.use_cases.open_periods import open_periods


def open_reporting(session: Session, event_id: UUID, *, now: datetime) -> None:
    """Open the periods of the grant that the signature made run; an earlier one changes nothing, nor does a second run."""
    found = event(session, event_id)
    if found is None or found.kind != GrantSigned.kind:
        return
    if grant_head(session, found.subject_id).state in IN_FORCE:
        open_periods(session, SYSTEM, found.subject_id, now=now)
