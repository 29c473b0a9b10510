"""Act for a colleague by a delegation, and stop."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.events import DelegationTakenUp
from app.accounts.models import SignInSession
from app.accounts.policies import require_own_act
from app.accounts.queries import as_delegate, delegation_for_update
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError
from app.infra.tokens import fingerprint


def act_for(session: Session, actor: Actor, delegation_id: UUID, *, secret: str, now: datetime) -> None:
    """From now on the browser of ``secret`` acts for the person of the delegation, and the two count as one.

    ``secret`` is empty for a program, which names the delegation with each request. Raise NotPermitted for who acts
    for somebody already, NotFound where the delegation is not the actor's or not in force.
    """
    require_own_act(actor)
    row = delegation_for_update(session, delegation_id)
    if row is None or as_delegate(session, actor, delegation_id, now=now, taken_up=False) is None:
        raise NotFoundError("delegation")
    row.taken_up_at = row.taken_up_at or now
    if secret:
        this = SignInSession.fingerprint == fingerprint(secret)
        session.execute(sa.update(SignInSession).where(this).values(acting_for=row.id))
    facts = {"person": row.person_id, "delegate": row.delegate_id}
    record_event(session, actor, DelegationTakenUp(subject_id=row.id, facts=facts), now=now)


def stop_acting(session: Session, secret: str) -> None:
    """The browser of ``secret`` acts in the own name again."""
    this = SignInSession.fingerprint == fingerprint(secret)
    session.execute(sa.update(SignInSession).where(this).values(acting_for=None))
