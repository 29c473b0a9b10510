"""Ask for an amendment: the coordinator, for all beneficiaries."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.amendments.events import AmendmentRequested
from app.amendments.policies import require_writing
from app.amendments.queries.reading import amendment_reading
from app.amendments.rules.checks import decide_by
from app.amendments.rules.lifecycle import AMENDMENT, DAYS_TO_REACT, AmendmentEvent, AmendmentState
from app.amendments.use_cases.acting import locked
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.violations import blocking
from app.grants.policies import require_grant, works_for_grant
from app.grants.queries.facts import day_of
from app.grants.queries.grants import grant_scope


def request_amendment(session: Session, actor: Actor, grant_id: UUID, number: int, *, now: datetime) -> None:
    """Hand the amendment to the office, which answers within 45 days.

    Raise RulesViolated with everything that speaks against it, TransitionNotAllowed once it was requested.
    """
    scope = grant_scope(session, grant_id)
    require_grant(actor, scope, permitted=works_for_grant(actor, scope))
    act = locked(session, scope, number)
    require_writing(actor, scope, by_authority=act.amendment.by_authority)
    amendment, today = act.amendment, day_of(now)
    state = AMENDMENT.after(AmendmentState(amendment.state), AmendmentEvent.REQUEST)
    reading = amendment_reading(session, grant_id, number, today=today)
    if found := blocking(reading.findings()):
        raise RulesViolatedError(found)
    amendment.state, amendment.requested_at, amendment.requested_by = state, now, actor.person_id
    amendment.decide_by = decide_by(today, DAYS_TO_REACT)
    amendment.decided_at = amendment.decided_by = None
    amendment.note = ""
    session.flush()
    facts = {
        "moved": reading.comparison.moved,
        "maximum": reading.after.maximum_grant,
        "end_on": reading.after.end_on,
        "decide_by": amendment.decide_by,
    }
    record_event(session, actor, AmendmentRequested(**act.event(**facts)), now=now)
