"""Say that a line of the statement settles something that is no payment, such as money that a coordinator pays back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.payments.models import StatementLine


def settle_line(session: Session, actor: Actor, line: StatementLine, settles: str, *, now: datetime) -> None:
    """Note the reference of what the locked, open line settles; a line settles one thing.

    Permission, and whether the line fits, are the caller's, and so is the event: payments know no grants.
    """
    line.settles, line.matched_at, line.matched_by = settles, now, actor.person_id
    session.flush()
