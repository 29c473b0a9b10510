"""Refuse to erase a person, with the reason that they are told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError
from app.data_protection.events import ErasureRefused
from app.data_protection.policies import require_administrator, require_another
from app.data_protection.queries.requests import erasure_for_update
from app.data_protection.rules.lifecycle import ERASURE, ErasureEvent
from app.data_protection.schemas import RefuseErasure


def refuse_erasure(session: Session, actor: Actor, request_id: UUID, wanted: RefuseErasure, *, now: datetime) -> None:
    """Answer no. Raise NotPermitted for anybody but another administrator, NotFound, or TransitionNotAllowed."""
    require_administrator(actor)
    request = erasure_for_update(session, request_id)
    if request is None:
        raise NotFoundError("request")
    require_another(actor, request.person_id)
    request.state = ERASURE.after(request.state, ErasureEvent.REFUSE)
    request.decided_at, request.decided_by, request.reason = now, actor.person_id, wanted.reason
    facts = {"person": str(request.person_id)}
    event = ErasureRefused(subject_id=request.id, facts=facts, personal={"reason": wanted.reason})
    record_event(session, actor, event, now=now)
