"""Payments to third parties, recorded through the use cases."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.cascade.schemas import RecordExchange, RecordVoucher
from app.cascade.use_cases.record_exchange import record_exchange
from app.cascade.use_cases.record_voucher import record_voucher
from tests.builders.grants import MadeGrant

PAID = date(2020, 3, 2)
LATER = datetime(2020, 3, 10, 9, 0, tzinfo=UTC)
"""A moment in the first period of the grant, when payments of February are recorded."""
_numbers = itertools.count(1)


def a_voucher(made: MadeGrant, member: int = 0, **given: Any) -> RecordVoucher:
    """1 500.00 to a recipient that nobody paid before."""
    number = next(_numbers)
    fields = {
        "partner_id": made.partner_id(member),
        "recipient": f"Weaver {number} Lda",
        "country": "PT",
        "registration_number": f"NIPC {500_000_000 + number}",
        "sme": True,
        "amount": "1 500.00",
        "purpose": "A test of recycled yarn on its machines.",
        "paid_on": PAID,
    }
    return RecordVoucher.model_validate(fields | given)


def an_exchange(made: MadeGrant, member: int = 0, **given: Any) -> RecordExchange:
    """Five working days of a Greek visitor at a host in Portugal, far away: 780.00."""
    number = next(_numbers)
    fields = {
        "partner_id": made.partner_id(member),
        "recipient": f"Spinner {number} AE",
        "country": "EL",
        "registration_number": f"GEMI {900_000 + number}",
        "sme": True,
        "visitor": f"Eleni Visitor {number}",
        "host_name": "Norte Textile House",
        "host_country": "PT",
        "host_sme": False,
        "distance_km": 2_700,
        "first_day": date(2020, 2, 3),
        "last_day": date(2020, 2, 7),
        "paid_on": PAID,
    }
    return RecordExchange.model_validate(fields | given)


def paid(session: Session, made: MadeGrant, wanted: RecordVoucher | RecordExchange, *, now: datetime = LATER) -> UUID:
    """Recorded by the contact of the coordinator."""
    if isinstance(wanted, RecordExchange):
        return record_exchange(session, made.actor(session), made.grant_id, wanted, now=now)
    return record_voucher(session, made.actor(session), made.grant_id, wanted, now=now)
