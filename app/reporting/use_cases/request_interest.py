"""Ask for the interest of a payment that came late, where it is so little that it is paid on request only."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.grants.queries.facts import day_of
from app.grants.queries.grants import grant_for_change, grant_scope
from app.reporting.events import InterestAskedFor
from app.reporting.models import InterestRequest
from app.reporting.policies import require_writing
from app.reporting.queries.late_payments import late_payment
from app.reporting.rules.late_payment import request_findings
from app.reporting.schemas import AboutLatePayment


def request_interest(
    session: Session, actor: Actor, grant_id: UUID, command: AboutLatePayment, *, now: datetime
) -> None:
    """Note the request; the office pays the interest next.

    Locks the grant. Raise RulesViolated where the payment was not late, the two months are over, or the interest needs
    no request; NotPermitted unless the actor speaks for the coordinator, NotFound for strangers.
    """
    scope = grant_scope(session, grant_id)
    require_writing(actor, scope)
    grant_for_change(session, grant_id)
    row = late_payment(session, grant_id, command.payment_id, day_of(now))
    if findings := request_findings(row.late if row is not None else None, day_of(now)):
        raise RulesViolatedError(findings)
    session.add(
        InterestRequest(
            payment_id=command.payment_id, grant_id=grant_id, requested_at=now, requested_by=actor.person_id
        )
    )
    session.flush()
    event = InterestAskedFor(
        subject_id=grant_id,
        facts={"payment": command.payment_id, "amount": row.late.interest.amount if row is not None else None},
        call_id=scope.call_id,
        application_id=scope.application_id,
    )
    record_event(session, actor, event, now=now)
