"""Envelopes with their balances, read or locked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.errors import NotFoundError
from app.ledger.models import Envelope
from app.ledger.schemas import EnvelopeRow

_COLUMNS = (
    Envelope.id,
    Envelope.call_id,
    Envelope.code,
    Envelope.title,
    Envelope.appropriated,
    Envelope.available,
    Envelope.committed,
    Envelope.paid,
)


def balances() -> sa.Subquery:
    """The balances of every envelope, to be joined by queries of other areas.

    Columns: envelope_id, call_id, code, title, appropriated, available, committed, paid.
    """
    named = (Envelope.id.label("envelope_id"), *_COLUMNS[1:])
    return sa.select(*named).subquery("ledger_balances")


def envelopes_of_call(session: Session, call_id: UUID) -> Sequence[EnvelopeRow]:
    """The envelopes of a call in the order in which they were opened; none before it is published."""
    return _rows(session, _of_call(call_id))


def envelopes_for_change(session: Session, call_id: UUID) -> Sequence[EnvelopeRow]:
    """The same, locked until the end of the transaction: before anything of a higher area is locked."""
    return _rows(session, _of_call(call_id).with_for_update())


def envelope_of(session: Session, call_id: UUID, code: str) -> EnvelopeRow:
    """The envelope of a strand or pool; raise NotFoundError where the call has none."""
    return _one(session, sa.select(*_COLUMNS).where(Envelope.call_id == call_id, Envelope.code == code))


def envelope_for_change(session: Session, envelope_id: UUID) -> EnvelopeRow:
    """One envelope, locked until the end of the transaction; raise NotFoundError where there is none."""
    return _one(session, sa.select(*_COLUMNS).where(Envelope.id == envelope_id).with_for_update())


def _of_call(call_id: UUID) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(*_COLUMNS).where(Envelope.call_id == call_id).order_by(Envelope.id)


def _rows(session: Session, statement: sa.Select[*tuple[Any, ...]]) -> Sequence[EnvelopeRow]:
    return [EnvelopeRow(*row) for row in session.execute(statement)]


def _one(session: Session, statement: sa.Select[*tuple[Any, ...]]) -> EnvelopeRow:
    found = session.execute(statement).first()
    if found is None:
        raise NotFoundError("envelope")
    return EnvelopeRow(*found)
