"""Change what one says about oneself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.events import PersonUpdated
from app.accounts.queries import person_for_update
from app.accounts.schemas import UpdatePerson
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import SignInRequiredError


def update_person(session: Session, actor: Actor, command: UpdatePerson, *, now: datetime) -> None:
    """Store name, language and zone of the actor; nothing is recorded where nothing changes."""
    person = person_for_update(session, actor.person_id) if actor.person_id else None
    if person is None:
        raise SignInRequiredError
    wanted = command.values()
    changed = sorted(name for name, value in wanted.items() if getattr(person, name) != value)
    for name in changed:
        setattr(person, name, wanted[name])
    if changed:
        personal = {"name": command.name} if "name" in changed else {}
        event = PersonUpdated(subject_id=person.id, facts={"fields": changed}, personal=personal)
        record_event(session, actor, event, now=now)
