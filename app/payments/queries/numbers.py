"""Numbers per year, given by the database: the row of the year is locked, so that no number is given twice."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.periods import BRUSSELS
from app.payments.models import PaymentNumber


def next_reference(session: Session, kind: str, *, now: datetime) -> str:
    """The next reference of a kind in the year of ``now`` (``PAY-2026-00012``); others wait for this transaction."""
    year = now.astimezone(ZoneInfo(BRUSSELS)).year
    statement = (
        insert(PaymentNumber)
        .values(kind=kind, year=year, last=1)
        .on_conflict_do_update(
            index_elements=[PaymentNumber.kind, PaymentNumber.year], set_={"last": PaymentNumber.last + 1}
        )
        .returning(PaymentNumber.last)
    )
    return f"{kind}-{year}-{session.execute(statement).scalar_one():05d}"
