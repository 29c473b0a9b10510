"""Take a preparation back: the application was withdrawn, or something was wrong."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.queries.applied_call import applied_call
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.grants.events import AwardDropped
from app.grants.policies import require_preparing
from app.grants.queries.awards import award_for_change, call_of_award
from app.grants.rules.lifecycle import AWARD, AwardEvent
from app.grants.rules.signatures import drop_findings
from app.grants.schemas import DropAward


def drop_award(session: Session, actor: Actor, award_id: UUID, wanted: DropAward, *, now: datetime) -> None:
    """Take back a prepared decision; it can be prepared again. Raise RulesViolated without a reason."""
    call = applied_call(session, call_of_award(session, award_id))
    require_preparing(actor, call.id, call.programme_id)
    award = award_for_change(session, award_id)
    state = AWARD.after(award.state, AwardEvent.DROP)
    if found := drop_findings(wanted.reason):
        raise RulesViolatedError(found)
    award.state, award.drop_reason = state, wanted.reason.strip()
    session.flush()
    event = AwardDropped(
        subject_id=award.id,
        facts={"application": award.application_id, "outcome": award.outcome},
        personal={"reason": award.drop_reason},
        call_id=award.call_id,
    )
    record_event(session, actor, event, now=now)
