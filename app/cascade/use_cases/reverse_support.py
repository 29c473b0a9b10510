"""Reverse a payment to a third party: it stays in the list and no longer counts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.cascade.events import SupportReversed
from app.cascade.queries.payments import SUBJECT, payment_for_change, support_row
from app.cascade.rules.support import reversal_findings
from app.cascade.schemas import ReverseSupport
from app.cascade.use_cases.recording import party_of, running_grant
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.periods import BRUSSELS
from app.grants.queries.grants import grant_scope
from app.ledger.queries import recipient_amount_for_change
from app.ledger.use_cases.record_recipient_amount import reverse_recipient_amount


def reverse_support(
    session: Session, actor: Actor, grant_id: UUID, payment_id: UUID, wanted: ReverseSupport, *, now: datetime
) -> None:
    """Take the payment out of the partner's budget, the recipient's ceiling and the targets.

    Raise RulesViolated without a reason, a second time, or where the grant does not run.
    """
    scope = grant_scope(session, grant_id)
    party_of(session, actor, scope, support_row(session, grant_id, payment_id).partner_id)
    recipient_amount_for_change(session, SUBJECT, payment_id)
    running_grant(session, grant_id)
    payment = payment_for_change(session, grant_id, payment_id)
    before = payment.reversed_at.astimezone(ZoneInfo(BRUSSELS)).date() if payment.reversed_at is not None else None
    if found := reversal_findings(wanted.reason, before):
        raise RulesViolatedError(found)
    reverse_recipient_amount(session, SUBJECT, payment_id, now=now)
    payment.reversed_at, payment.reversed_by, payment.reversal_reason = now, actor.person_id, wanted.reason.strip()
    session.flush()
    event = SupportReversed(
        subject_id=payment_id,
        facts={"grant": grant_id, "partner": payment.partner_id, "number": payment.number, "amount": payment.amount},
        personal={"reason": payment.reversal_reason},
        call_id=scope.call_id,
        application_id=scope.application_id,
    )
    record_event(session, actor, event, now=now)
