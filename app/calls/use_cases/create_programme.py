"""Create a programme under which calls are published."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.calls import queries
from app.calls.events import ProgrammeCreated
from app.calls.models import Programme
from app.calls.policies import may_create_programme, require
from app.calls.schemas import NewProgramme
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.violations import Violation
from app.infra.ids import new_id


def create_programme(session: Session, actor: Actor, command: NewProgramme, *, now: datetime) -> UUID:
    """Create it and return its id; raise RulesViolatedError where the code is taken."""
    require(may_create_programme(actor))
    if queries.programme_by_code(session, command.code) is not None:
        words = "There is already a programme with the code {code}."
        raise RulesViolatedError([Violation("programme.code_taken", words, "code", {"code": command.code})])
    programme = Programme(id=new_id(), code=command.code, title=command.title, created_at=now)
    session.add(programme)
    session.flush()
    record_event(session, actor, ProgrammeCreated(subject_id=programme.id, facts={"code": programme.code}), now=now)
    return programme.id
