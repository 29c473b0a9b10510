"""Forget whom somebody invited by e-mail: the address and the message go, the invitation stays."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.partnerships.models import Partner


def forget_invited(session: Session, address: str, *, instead: str) -> int:
    """Put ``instead`` in the place of the address wherever it was invited. How many invitations named it."""
    return _changed(session, Partner.invited_email == address, instead)


def forget_all_invited(session: Session, partnership_id: UUID, *, instead: str) -> int:
    """The same for everybody who was invited by e-mail to one partnership."""
    invited = (Partner.partnership_id == partnership_id) & Partner.invited_email.is_not(None)
    return _changed(session, invited, instead)


def _changed(session: Session, which: sa.ColumnElement[bool], instead: str) -> int:
    blank = sa.update(Partner).where(which).values(invited_email=instead, message="").returning(Partner.id)
    return len(session.execute(blank).all())
