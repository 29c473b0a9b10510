"""Write in the discussion of an application's consensus: read by its group and the moderator alone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import SignInRequiredError
from app.evaluation.events import MessageWritten
from app.evaluation.models import ConsensusMessage
from app.evaluation.queries.acting import room_act
from app.evaluation.schemas import WriteMessage
from app.infra.ids import new_id


def write_message(session: Session, actor: Actor, application_id: UUID, wanted: WriteMessage, *, now: datetime) -> UUID:
    """Add a line while the consensus is under way; return its id. Lines are never changed."""
    act, own = room_act(session, actor, application_id)
    if actor.person_id is None:
        raise SignInRequiredError
    made = ConsensusMessage(
        id=new_id(),
        application_id=application_id,
        assignment_id=own.id if own is not None else None,
        person_id=actor.person_id,
        text=wanted.text,
        written_at=now,
    )
    session.add(made)
    session.flush()
    event = MessageWritten(subject_id=application_id, facts={"message": str(made.id)}, call_id=act.call_id)
    record_event(session, actor, event, now=now)
    return made.id
