"""Close a person's account to sign-in, or open it again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.events import PersonDeactivated, PersonReactivated
from app.accounts.models import ApiToken, Person, SignInSession
from app.accounts.policies import may_administer
from app.accounts.queries import administrators_for_update, person_for_update
from app.accounts.use_cases.delegate_tasks import end_delegations_of
from app.accounts.use_cases.remove_second_factor import end_second_factor
from app.accounts.use_cases.revoke_role import keep_an_administrator
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, NotPermittedError


def deactivate_person(session: Session, actor: Actor, person_id: UUID, *, now: datetime) -> None:
    """End every sign-in, token and second step of the person and accept no new one. Roles stay on record.

    Raise NotPermitted, NotFound, or RulesViolated for oneself and for the last administrator.
    """
    if not may_administer(actor):
        raise NotPermittedError
    administrators = administrators_for_update(session)
    person = _locked(session, person_id)
    if person_id in administrators or person_id == actor.person_id:
        keep_an_administrator(actor, person_id, administrators)
    if not person.active:
        return
    person.active = False
    session.execute(sa.delete(SignInSession).where(SignInSession.person_id == person_id))
    end_second_factor(session, person_id)
    end_delegations_of(session, person_id, now=now)
    session.execute(
        sa.update(ApiToken).where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None)).values(revoked_at=now)
    )
    record_event(session, actor, PersonDeactivated(subject_id=person_id), now=now)


def reactivate_person(session: Session, actor: Actor, person_id: UUID, *, now: datetime) -> None:
    """Let the person sign in again; tokens stay ended. Raise NotPermitted or NotFound."""
    if not may_administer(actor):
        raise NotPermittedError
    person = _locked(session, person_id)
    if person.active:
        return
    person.active = True
    record_event(session, actor, PersonReactivated(subject_id=person_id), now=now)


def _locked(session: Session, person_id: UUID) -> Person:
    person = person_for_update(session, person_id)
    if person is None:
        raise NotFoundError("person")
    return person
