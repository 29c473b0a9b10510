"""Say what a line of the statement is: a payment, or something that is none, such as money that a coordinator pays back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.payments.models import StatementLine
from app.payments.rules.lines import LINE, LineEvent


def settle_line(session: Session, actor: Actor, line: StatementLine, settles: str, *, now: datetime) -> None:
    """Note the reference of what the locked, open line settles; a line settles one thing.

    Permission, and whether the line fits, are the caller's, and so is the event: payments know no grants.
    """
    line.settles = settles
    _matched(actor, line, now=now)
    session.flush()


def tie_line(actor: Actor, line: StatementLine, payment_id: UUID, *, now: datetime) -> None:
    """Note that the locked line is the booking, or the return, of a payment. The caller has judged it, and flushes.

    Raise TransitionNotAllowed for a line that is matched or set aside.
    """
    line.payment_id = payment_id
    _matched(actor, line, now=now)


def _matched(actor: Actor, line: StatementLine, *, now: datetime) -> None:
    """What somebody proposed before counts no more: the line is known now."""
    line.state = LINE.after(line.state, LineEvent.MATCH)
    line.matched_at, line.matched_by = now, actor.person_id
    line.aside_kind = line.aside_words = ""
    line.aside_at = line.aside_by = line.concerns_id = None
