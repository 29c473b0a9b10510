"""Withdraw a call: it stays visible with the reason, and nothing can be submitted any more."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.calls import queries
from app.calls.events import CallWithdrawn
from app.calls.policies import may_manage_call, require
from app.calls.rules.lifecycle import CALL, CallAction
from app.calls.schemas import WithdrawCall
from app.core.actor import Actor


def withdraw_call(session: Session, actor: Actor, call_id: UUID, command: WithdrawCall, *, now: datetime) -> None:
    """Take the call back; raise TransitionNotAllowedError unless it is published."""
    call = queries.locked_call(session, call_id)
    require(may_manage_call(actor, call.programme_id, call.id))
    call.state = CALL.after(call.state, CallAction.WITHDRAW)
    call.ended_at, call.withdrawal_reason = now, command.reason
    session.flush()
    record_event(session, actor, CallWithdrawn(subject_id=call.id, call_id=call.id), now=now)
