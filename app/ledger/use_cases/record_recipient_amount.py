"""Record what a third party received out of a grant, and take it back. Its ceiling is never passed by a cent."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.errors import NotFoundError, RulesViolatedError
from app.infra.ids import new_id
from app.ledger.models import RecipientAmount
from app.ledger.queries import amount_of_recipient, lock_recipient, recipient_amount_for_change
from app.ledger.rules.recipients import ceiling_findings
from app.ledger.schemas import RecipientAmountToRecord


def record_recipient_amount(session: Session, command: RecipientAmountToRecord, *, now: datetime) -> UUID:
    """Count the amount for the recipient and return its id.

    Locks the recipient first, so that two who pay it at once are judged one after the other; the table's trigger
    computes the same again. Raise RulesViolatedError above the ceiling. Permission and event are the caller's: the
    use case that records the payment itself.
    """
    lock_recipient(session, command.keys)
    received = amount_of_recipient(session, command.place, command.within, command.keys)
    ceiling, within = command.ceiling, command.within
    if found := ceiling_findings(command.amount, received, ceiling, within, recipient=command.name):
        raise RulesViolatedError(found)
    row = RecipientAmount(
        id=new_id(),
        keys=list(command.keys),
        name=command.name,
        grant_id=command.place.grant_id,
        call_id=command.place.call_id,
        programme_id=command.place.programme_id,
        subject_kind=command.subject_kind,
        subject_id=command.subject_id,
        amount=command.amount,
        ceiling=ceiling,
        within=within,
        recorded_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def reverse_recipient_amount(session: Session, subject_kind: str, subject_id: UUID, *, now: datetime) -> None:
    """What the subject counted no longer counts; the row stays. Reversing it again changes nothing.

    Raise NotFoundError where nothing was recorded for the subject.
    """
    row = recipient_amount_for_change(session, subject_kind, subject_id)
    if row is None:
        raise NotFoundError("payment")
    if row.reversed_at is None:
        row.reversed_at = now
        session.flush()
