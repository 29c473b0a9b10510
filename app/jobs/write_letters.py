"""When the bank has booked a pre-financing its letter is written: letters stand above payments, so a job does it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.queries import event
from app.core.actor import SYSTEM
from app.payments.events import PaymentPaid
from app.reporting.use_cases.write_prefinancing_letter import write_prefinancing_letter


def write_letters(session: Session, event_id: UUID, *, now: datetime) -> None:
    """Write the letter of the payment that the event tells of; a second run writes nothing."""
    found = event(session, event_id)
    if found is not None and found.kind == PaymentPaid.kind:
        write_prefinancing_letter(session, SYSTEM, found.subject_id, now=now)
