"""Ask to be erased, or take the request back while nobody has decided."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.queries import person_for_update
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.violations import Violation
from app.data_protection.events import ErasureAsked, ErasureWithdrawn
from app.data_protection.models import ErasureRequest
from app.data_protection.policies import require_person
from app.data_protection.queries.requests import open_erasure_for_update
from app.data_protection.rules.lifecycle import ERASURE, ErasureEvent
from app.data_protection.schemas import AskErasure
from app.infra.ids import new_id


def ask_erasure(session: Session, actor: Actor, wanted: AskErasure, *, now: datetime) -> UUID:
    """Store the request; an administrator answers within a month. Returns its id.

    Raise SignInRequired for nobody, RulesViolated where a request waits already.
    """
    person_id = require_person(actor)
    person_for_update(session, person_id)  # two requests at once wait for each other
    if open_erasure_for_update(session, person_id) is not None:
        raise RulesViolatedError(
            [Violation("erasure.already_asked", "You have asked for this already. An administrator will answer.")]
        )
    asked = ErasureRequest(
        id=new_id(), person_id=person_id, words=wanted.words, state=ERASURE.initial, asked_at=now, reason=""
    )
    session.add(asked)
    session.flush()
    record_event(session, actor, ErasureAsked(subject_id=asked.id, facts={"person": str(person_id)}), now=now)
    return asked.id


def withdraw_erasure(session: Session, actor: Actor, *, now: datetime) -> None:
    """Take the request that waits back; nothing happens where none waits. Raise SignInRequired for nobody."""
    person_id = require_person(actor)
    asked = open_erasure_for_update(session, person_id)
    if asked is None:
        return
    asked.state = ERASURE.after(asked.state, ErasureEvent.WITHDRAW)
    record_event(session, actor, ErasureWithdrawn(subject_id=asked.id), now=now)
