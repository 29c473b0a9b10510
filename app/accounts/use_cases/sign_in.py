"""Sign in: a new server-side session, or one more wrong attempt counted."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.events import SignedIn, SignInPaused
from app.accounts.models import SignInSession
from app.accounts.queries import has_second_factor, person_for_update
from app.accounts.rules.sign_in import after_wrong, paused
from app.accounts.schemas import Checked, SecondStepWanted
from app.audit.use_cases.record_event import record_event
from app.core.actor import PUBLIC, Actor
from app.infra.ids import new_id
from app.infra.tokens import fingerprint, new_secret


def sign_in(
    session: Session, checked: Checked | None, *, replaces: str, lasts: timedelta, now: datetime
) -> str | SecondStepWanted | None:
    """The secret of a new session, or None where the attempt is refused (the caller says so in one wording for all).

    Who has a second step gets no session by the password alone: SecondStepWanted says whose code is asked for next.

    ``checked`` is None for an unknown address; ``replaces`` is the secret that the browser held until now: it dies,
    so that nobody who planted it is signed in too.
    """
    person = person_for_update(session, checked.credentials.person_id) if checked else None
    if checked is None or person is None or paused(person.locked_until, now=now):
        return None
    if not checked.matches or person.password_hash != checked.credentials.password_hash:
        person.failed_sign_ins, person.locked_until = after_wrong(person.failed_sign_ins, now=now)
        if person.locked_until is not None:
            record_event(session, PUBLIC, SignInPaused(subject_id=person.id), now=now)
        return None
    if person.email_confirmed_at is None or not person.active:
        return None
    person.failed_sign_ins, person.locked_until = 0, None
    if has_second_factor(session, person.id):
        return SecondStepWanted(checked.credentials)
    return open_session(session, person.id, replaces=replaces, lasts=lasts, now=now)


def open_session(
    session: Session, person_id: UUID, *, replaces: str, lasts: timedelta, now: datetime, stepped_up: bool = False
) -> str:
    """For use cases that know who it is: the secret of a new session; the one of ``replaces`` ends, and those over."""
    over = SignInSession.fingerprint == fingerprint(replaces)
    ended = (SignInSession.person_id == person_id) & (SignInSession.ends_at <= now)
    session.execute(sa.delete(SignInSession).where(over | ended))
    secret = new_secret()
    session.add(
        SignInSession(
            id=new_id(),
            person_id=person_id,
            fingerprint=fingerprint(secret),
            created_at=now,
            last_seen_at=now,
            ends_at=now + lasts,
            stepped_up_at=now if stepped_up else None,
        )
    )
    record_event(session, Actor(person_id=person_id), SignedIn(subject_id=person_id), now=now)
    return secret
