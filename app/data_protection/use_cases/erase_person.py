"""Erase a person who asked for it: what can go goes at once, signed acts keep the name as long as they must."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.accounts.queries import administrators_for_update, person_for_update
from app.accounts.rules.email import nowhere
from app.accounts.use_cases.erase_account import erase_account
from app.audit.use_cases.forget_values import forget_values
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError
from app.data_protection.events import PersonErased
from app.data_protection.models import ErasureRequest
from app.data_protection.policies import require_administrator, require_another
from app.data_protection.queries.holdings import ANSWERED, MESSAGE
from app.data_protection.queries.person import erasure_plan
from app.data_protection.queries.requests import erasure, erasure_for_update
from app.data_protection.rules.erasure import ERASED_NAME, obstacles
from app.data_protection.rules.lifecycle import ERASURE, ErasureEvent
from app.evaluation.use_cases.forget_expert import forget_expert
from app.partnerships.use_cases.forget_invited import forget_invited


def erase_person(session: Session, actor: Actor, request_id: UUID, *, now: datetime) -> None:
    """Grant the request. There is no way back.

    Raise NotPermitted for anybody but another administrator, NotFound, TransitionNotAllowed for a request that was
    answered, RulesViolated with everything that must be handed over before.
    """
    require_administrator(actor)
    asked = erasure(session, request_id)
    if asked is None:
        raise NotFoundError("request")
    require_another(actor, asked.person_id)
    administrators_for_update(session)
    person = person_for_update(session, asked.person_id)
    request = erasure_for_update(session, request_id)
    if person is None or request is None:
        raise NotFoundError("request")
    state, plan = ERASURE.after(request.state, ErasureEvent.ERASE), erasure_plan(session, person.id, now=now)
    if found := obstacles(plan.duties):
        raise RulesViolatedError(found)
    request.state, request.decided_at, request.decided_by = state, now, actor.person_id
    session.execute(sa.update(ErasureRequest).where(ErasureRequest.person_id == person.id).values(words=""))
    forgotten = erase_everywhere(session, actor, person, keep_name=bool(plan.binding), now=now)
    facts = {"person": str(person.id), "values": forgotten, "acts_that_keep_the_name": len(plan.binding)}
    record_event(session, actor, PersonErased(subject_id=request.id, facts=facts), now=now)


def erase_everywhere(session: Session, actor: Actor, person: Person, *, keep_name: bool, now: datetime) -> int:
    """For use cases that have already decided, with the row locked: everything that says who the person was is gone.

    How many personal values of events were forgotten. The chains of the event log verify as before.
    """
    email, name, instead = person.email, person.name, nowhere(person.id)
    erase_account(session, actor, person, name=ERASED_NAME, keep_name=keep_name, now=now)
    forget_invited(session, email, instead=instead)
    forget_expert(session, person.id, now=now)
    theirs = (MESSAGE.c.person_id == person.id) | (MESSAGE.c.address == email)
    session.execute(sa.delete(MESSAGE).where(theirs, MESSAGE.c.state == "queued"))
    session.execute(sa.update(MESSAGE).where(theirs).values(address=instead, subject="", text="", html=""))
    session.execute(sa.delete(ANSWERED).where(ANSWERED.c.person_id == person.id))
    return forget_values(session, person.id, {email, name})
