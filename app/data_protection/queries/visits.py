"""What is held of a visitor who has no account: for the answer to somebody who asks the body in writing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.cascade.models import ThirdPartyPayment
from app.cascade.queries.payments import visitors_held
from app.cascade.rules.visitors import visitor_key
from app.core.money import Money
from app.grants.models import Grant


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A stay that was paid; ``organisation`` tells namesakes apart."""

    visitor: str
    organisation: str
    first_day: date
    last_day: date
    host: str
    amount: Money
    grant: str
    document: bool
    """Whether a document about the stay is held."""


def visits_of(session: Session, name: str) -> tuple[VisitRow, ...]:
    """The stays of everybody of that name, whatever its case and accents, the first one first. One query."""
    stay = ThirdPartyPayment
    columns: tuple[Any, ...] = (
        stay.visitor,
        stay.recipient,
        stay.first_day,
        stay.last_day,
        stay.host_name,
        stay.amount,
        Grant.reference,
        stay.evidence_id.is_not(None),
    )
    statement = (
        sa.select(*columns)
        .join(Grant, Grant.id == stay.grant_id)
        .where(stay.visitor_key == visitor_key(name), visitors_held())
        .order_by(stay.first_day, stay.id)
    )
    return tuple(VisitRow(*row) for row in session.execute(statement))
