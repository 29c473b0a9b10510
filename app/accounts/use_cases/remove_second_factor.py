"""Remove the own second step."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.events import SecondFactorRemoved
from app.accounts.models import RecoveryCode, SecondFactor, SignInSession
from app.accounts.policies import require_browser, require_second_step
from app.accounts.queries import has_second_factor
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor


def remove_second_factor(session: Session, actor: Actor, *, now: datetime) -> None:
    """End the second step and its recovery codes; nothing happens where there is none. The owner is told by mail.

    Raise SecondStepRequired unless it was confirmed a short while ago, NotPermitted for a program.
    """
    person_id = require_browser(actor)
    require_second_step(actor)
    if not has_second_factor(session, person_id):
        return
    end_second_factor(session, person_id)
    record_event(session, actor, SecondFactorRemoved(subject_id=person_id), now=now)


def end_second_factor(session: Session, person_id: UUID) -> None:
    """For other use cases that have already decided: secret, recovery codes and confirmations of a person are gone."""
    session.execute(sa.delete(SecondFactor).where(SecondFactor.person_id == person_id))
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    session.execute(sa.update(SignInSession).where(SignInSession.person_id == person_id).values(stepped_up_at=None))
