"""Messages that wait, and the one that is about to change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.notifications.models import Message
from app.notifications.rules.lifecycle import MessageState


def _waits(now: datetime, dead_since: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(
        sa.and_(Message.state == MessageState.QUEUED, Message.due_at <= now),
        sa.and_(Message.state == MessageState.SENDING, Message.claimed_at < dead_since),
    )


def waiting_message(session: Session, message_id: UUID, *, now: datetime, dead_since: datetime) -> Message | None:
    """The message, locked, if it is to be sent now and nobody else has it in hand."""
    statement = sa.select(Message).where(Message.id == message_id, _waits(now, dead_since))
    return session.scalars(
        statement.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    ).first()


def message_for_change(session: Session, message_id: UUID) -> Message | None:
    """One message, locked."""
    statement = sa.select(Message).where(Message.id == message_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).first()


def waiting_messages(session: Session, *, now: datetime, dead_since: datetime, limit: int = 200) -> Sequence[UUID]:
    """Ids of messages to send now, urgent ones first."""
    statement = sa.select(Message.id).where(_waits(now, dead_since))
    return session.scalars(statement.order_by(Message.urgency.desc(), Message.due_at, Message.id).limit(limit)).all()


def known_keys(session: Session, keys: Iterable[str]) -> frozenset[str]:
    """Which of the keys stand for a message that exists."""
    return frozenset(session.scalars(sa.select(Message.key).where(Message.key.in_(list(keys)))))
