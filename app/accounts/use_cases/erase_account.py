"""Erase who a person is: the number stays, everything that says who it was goes."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.events import AccountErased, NameReleased
from app.accounts.models import ApiToken, Delegation, Invitation, KeptName, Person, RoleAssignment, SignInSession
from app.accounts.rules.email import nowhere
from app.accounts.use_cases.delegate_tasks import end_delegations_of
from app.accounts.use_cases.remove_second_factor import end_second_factor
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor


def erase_account(session: Session, actor: Actor, person: Person, *, name: str, keep_name: bool, now: datetime) -> None:
    """For use cases that have already decided, with the row locked: what says who the person was is gone.

    ``name`` is what stands there from now on; with ``keep_name`` the former name stays beside acts that were signed.
    """
    if keep_name:
        session.merge(KeptName(person_id=person.id, name=person.name, kept_at=now))
    offers = sa.update(Invitation).where(Invitation.email == person.email)
    session.execute(
        offers.where(Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None)).values(withdrawn_at=now)
    )
    session.execute(offers.values(email=nowhere(person.id)))
    end_second_factor(session, person.id)
    end_delegations_of(session, person.id, now=now)
    theirs = (Delegation.person_id == person.id) | (Delegation.delegate_id == person.id)
    session.execute(sa.update(Delegation).where(theirs).values(reason=""))
    for owned in (SignInSession, ApiToken, RoleAssignment):
        session.execute(sa.delete(owned).where(owned.person_id == person.id))
    person.email, person.name = nowhere(person.id), name
    person.language, person.zone = "en", "Europe/Brussels"
    person.password_hash, person.email_confirmed_at, person.locked_until = None, None, None
    person.failed_sign_ins, person.active, person.erased_at = 0, False, now
    record_event(session, actor, AccountErased(subject_id=person.id, facts={"name_kept": keep_name}), now=now)


def release_name(session: Session, actor: Actor, kept: KeptName, *, now: datetime) -> None:
    """For use cases that have already decided: the name under signed acts goes too."""
    session.delete(kept)
    record_event(session, actor, NameReleased(subject_id=kept.person_id), now=now)
