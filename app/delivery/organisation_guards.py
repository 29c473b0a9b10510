"""Guards of the people of an organisation: who may bind it is said with a fresh second step."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.rules.roles import binds_organisation
from app.core.actor import Actor
from app.core.errors import NotPermittedError
from app.delivery.guards import Guard, signed_in, stepped_up
from app.organisations.policies import may_manage_people


def manages_people(organisation_id: UUID) -> Guard:
    """Its representatives and the administrators."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        if not may_manage_people(actor, organisation_id):
            raise NotPermittedError

    return guard


def names_signatory(organisation_id: UUID) -> Guard:
    """The same, with a fresh second step: whom they name signs for the organisation."""
    return stepped_up(manages_people(organisation_id))


def invites_person(organisation_id: UUID, role: str) -> Guard:
    """The same where the role that is offered binds the organisation; a mere member is invited without."""
    guard = manages_people(organisation_id)
    return stepped_up(guard) if binds_organisation(role) else guard
