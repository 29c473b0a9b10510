"""Record an exchange: the lump sum that a partner paid to a visitor after a stay at a host in another country."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.cascade.models import ThirdPartyPayment
from app.cascade.queries.frame import earlier_visit
from app.cascade.rules.exchange_amount import (
    TERRITORY,
    days_late,
    exchange_amount,
    host_findings,
    paid_after_findings,
    stay_findings,
    territory_findings,
    visit_findings,
)
from app.cascade.rules.support import Frame, Support, SupportKind, inside_findings
from app.cascade.rules.visitors import visitor_key
from app.cascade.schemas import ExchangePreview, RecordExchange
from app.cascade.use_cases.recording import begin, judge, store
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.violations import Violation
from app.reference.queries import countries_in, lump_sum, region
from app.reference.schemas import LumpSum


def record_exchange(session: Session, actor: Actor, grant_id: UUID, wanted: RecordExchange, *, now: datetime) -> UUID:
    """Store the payment with the amount that follows from the stay, and return its id.

    Raise RulesViolated with all findings: stay, visitor, lump sum, ceiling, budget, days; NotPermitted for who neither
    speaks for the partner nor is the contact of the coordinator.
    """
    numbers = (wanted.country, wanted.vat, wanted.registration_number)
    recording = begin(session, actor, grant_id, wanted.partner_id, numbers, now=now)
    about_stay = [
        *_about(wanted),
        *_inside(wanted, recording.frame),
        *visit_findings(wanted.visitor, earlier_visit(session, wanted.visitor, recording.keys)),
    ]
    known = _lump_sum(wanted)
    if known is None:
        raise RulesViolatedError(about_stay)
    made = exchange_amount(known.ceiling, wanted.stay)
    support = Support(SupportKind.EXCHANGE, wanted.recipient, made.amount, wanted.paid_on)
    judge(recording, support, about_stay)

    def fill(payment_id: UUID, number: int, organisation_id: UUID | None) -> ThirdPartyPayment:
        return ThirdPartyPayment(
            id=payment_id,
            grant_id=grant_id,
            partner_id=wanted.partner_id,
            number=number,
            kind=SupportKind.EXCHANGE,
            recipient=wanted.recipient,
            country=wanted.country,
            vat=wanted.vat,
            registration_number=wanted.registration_number,
            sme=wanted.sme,
            organisation_id=organisation_id,
            purpose=wanted.purpose,
            amount=made.amount,
            paid_on=wanted.paid_on,
            recorded_at=now,
            recorded_by=actor.person_id,
            visitor=wanted.visitor,
            visitor_key=visitor_key(wanted.visitor),
            host_name=wanted.host_name,
            host_country=wanted.host_country,
            host_region=wanted.host_region,
            host_sme=wanted.host_sme,
            distance_km=wanted.distance_km,
            first_day=wanted.first_day,
            last_day=wanted.last_day,
            working_days=made.working_days,
            halved=made.halved,
            lump_sum=made.lump_sum,
            lump_sum_source=known.source,
        )

    return store(session, actor, recording, fill, now=now)


def exchange_preview(wanted: RecordExchange) -> ExchangePreview:
    """What the stay would pay and how it is computed; nothing is stored. Raise RulesViolated for an impossible stay."""
    found = list(_about(wanted))
    known = _lump_sum(wanted)
    if found or known is None:
        raise RulesViolatedError(found)
    made = exchange_amount(known.ceiling, wanted.stay)
    late = days_late(wanted.last_day, wanted.paid_on)
    return ExchangePreview(made, wanted.host_country, wanted.first_day, known.source, late)


def _about(wanted: RecordExchange) -> Iterator[Violation]:
    """What speaks against the stay, whoever pays it."""
    yield from stay_findings(wanted.stay)
    yield from territory_findings(wanted.stay, countries_in(TERRITORY, wanted.first_day))
    found = region(wanted.host_region) if wanted.host_region else None
    within = found.country if found is not None and found.outermost else None
    yield from host_findings(wanted.host_country, wanted.host_region, within, known=_lump_sum(wanted) is not None)
    yield from paid_after_findings(wanted.last_day, wanted.paid_on)


def _inside(wanted: RecordExchange, frame: Frame) -> Iterator[Violation]:
    yield from inside_findings(wanted.first_day, frame, "first_day")
    yield from inside_findings(wanted.last_day, frame, "last_day")


def _lump_sum(wanted: RecordExchange) -> LumpSum | None:
    return lump_sum(wanted.host_country, wanted.first_day, in_region=wanted.host_region)
