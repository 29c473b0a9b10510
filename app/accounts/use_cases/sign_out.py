"""Sign out: the session ends on the server, whatever the browser keeps."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.events import SignedOut
from app.accounts.models import SignInSession
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.infra.tokens import fingerprint


def sign_out(session: Session, actor: Actor, secret: str, *, now: datetime) -> None:
    """End the session of this secret; nothing happens where there is none."""
    ended = session.scalar(
        sa.delete(SignInSession)
        .where(SignInSession.fingerprint == fingerprint(secret))
        .returning(SignInSession.person_id)
    )
    if ended is not None:
        record_event(session, actor, SignedOut(subject_id=ended), now=now)


def end_sign_ins(session: Session, actor: Actor, *, keep: str = "") -> None:
    """End every other session of the actor; ``keep`` is the secret of the one in use."""
    session.execute(
        sa.delete(SignInSession).where(
            SignInSession.person_id == actor.person_id, SignInSession.fingerprint != fingerprint(keep)
        )
    )
