"""Whether somebody who decides on a ranking has a part in an application of its call."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.applications.rules.lifecycle import ApplicationState
from app.core.actor import Actor
from app.partnerships.queries import own_applications


def has_part_in(session: Session, actor: Actor, call_id: UUID) -> bool:
    """Whether the actor, or anybody whom the actor counts as, has a part in a submitted application. Three queries."""
    wanted = Application.call_id == call_id, Application.state == ApplicationState.SUBMITTED
    submitted = session.scalars(sa.select(Application.id).where(*wanted)).all()
    return bool(own_applications(session, actor, submitted))
