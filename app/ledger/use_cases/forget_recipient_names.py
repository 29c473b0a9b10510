"""Forget the names in the count of what recipients received; numbers and amounts stay."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.ledger.models import RecipientAmount


def forget_recipient_names(session: Session, grant_ids: Sequence[UUID], *, instead: str) -> None:
    """The names of all recipients of these grants become ``instead``; for use cases that have already decided."""
    session.execute(sa.update(RecipientAmount).where(RecipientAmount.grant_id.in_(grant_ids)).values(name=instead))
