"""Record a voucher: what a partner paid for an activity of a third party."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.cascade.models import ThirdPartyPayment
from app.cascade.rules.support import Support, SupportKind
from app.cascade.schemas import RecordVoucher
from app.cascade.use_cases.recording import begin, judge, store
from app.core.actor import Actor


def record_voucher(session: Session, actor: Actor, grant_id: UUID, wanted: RecordVoucher, *, now: datetime) -> UUID:
    """Store the payment and return its id; it counts for the partner's budget and the recipient's ceiling.

    Raise RulesViolated with all findings: ceiling, budget, days, activity, recipient, or a grant that does not run;
    NotPermitted for who neither speaks for the partner nor is the contact of the coordinator.
    """
    numbers = (wanted.country, wanted.vat, wanted.registration_number)
    recording = begin(session, actor, grant_id, wanted.partner_id, numbers, now=now)
    support = Support(SupportKind.VOUCHER, wanted.recipient, wanted.amount, wanted.paid_on, wanted.activity)
    judge(recording, support)

    def fill(payment_id: UUID, number: int, organisation_id: UUID | None) -> ThirdPartyPayment:
        return ThirdPartyPayment(
            id=payment_id,
            grant_id=grant_id,
            partner_id=wanted.partner_id,
            number=number,
            kind=SupportKind.VOUCHER,
            recipient=wanted.recipient,
            country=wanted.country,
            vat=wanted.vat,
            registration_number=wanted.registration_number,
            sme=wanted.sme,
            organisation_id=organisation_id,
            activity=wanted.activity,
            purpose=wanted.purpose,
            amount=wanted.amount,
            paid_on=wanted.paid_on,
            recorded_at=now,
            recorded_by=actor.person_id,
        )

    return store(session, actor, recording, fill, now=now)
