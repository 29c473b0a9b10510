"""Form a partnership: its coordinator is the first member."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.infra.ids import new_id
from app.partnerships.models import Partner
from app.partnerships.rules.facts import PartnerRole
from app.partnerships.rules.lifecycle import PartnerState


def form_partnership(
    session: Session, actor: Actor, partnership_id: UUID, organisation_id: UUID, *, now: datetime
) -> UUID:
    """Make ``organisation_id`` the coordinator of a new partnership; the caller has checked who may and records it."""
    partner = Partner(
        id=new_id(),
        partnership_id=partnership_id,
        position=1,
        organisation_id=organisation_id,
        role=PartnerRole.COORDINATOR,
        state=PartnerState.ACCEPTED,
        invited_by=actor.person_id,
        invited_at=now,
        answered_at=now,
        answered_by=actor.person_id,
    )
    session.add(partner)
    session.flush()
    return partner.id
