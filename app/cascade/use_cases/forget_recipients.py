"""Forget by name who received support out of a grant, when accounting papers need no longer be kept."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.cascade.models import ThirdPartyPayment
from app.ledger.use_cases.forget_recipient_names import forget_recipient_names


def forget_recipients(session: Session, grant_ids: Sequence[UUID], *, instead: str) -> None:
    """The names of all recipients of these grants become ``instead``, in the register and in the ledger's count.

    For use cases that have already decided. Amounts, days and the numbers of the recipients stay: by them the ceiling of a
    recipient is counted.
    """
    own = ThirdPartyPayment.grant_id.in_(grant_ids)
    session.execute(sa.select(ThirdPartyPayment.id).where(own).order_by(ThirdPartyPayment.id).with_for_update())
    session.execute(sa.update(ThirdPartyPayment).where(own).values(recipient=instead))
    forget_recipient_names(session, grant_ids, instead=instead)
    session.flush()
