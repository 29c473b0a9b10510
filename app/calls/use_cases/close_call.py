"""Close a call: from now on what was received in time is final."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.calls import queries
from app.calls.events import CallClosed
from app.calls.policies import may_manage_call, require
from app.calls.rules.lifecycle import CALL, CallAction
from app.calls.rules.phases import CLOSING_GRACE, may_close
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.violations import Violation


def close_call(session: Session, actor: Actor, call_id: UUID, *, now: datetime) -> None:
    """Close it once, after the deadline of its last stage.

    Raise RulesViolatedError while requests that arrived in time may still be stored.

    Submissions lock the same row in share mode, so none of them is cut in half.
    """
    call = queries.locked_call(session, call_id)
    require(actor.system or may_manage_call(actor, call.programme_id, call.id))
    state = CALL.after(call.state, CallAction.CLOSE)
    _, rules = queries.published_rules(session, call.id)
    if not may_close(rules.timetable.ends_at, now):
        words = "The call can be closed from {instant} on: requests received in time are still being stored."
        figures = {"instant": rules.timetable.ends_at + CLOSING_GRACE}
        raise RulesViolatedError([Violation("call.not_over", words, "state", figures)])
    call.state, call.ended_at = state, now
    session.flush()
    record_event(session, actor, CallClosed(subject_id=call.id, call_id=call.id), now=now)
