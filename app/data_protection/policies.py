"""Who may do what with data of people."""

from __future__ import annotations

from uuid import UUID

from app.accounts.policies import may_administer
from app.core.actor import Actor
from app.core.errors import NotPermittedError, SignInRequiredError


def require_person(actor: Actor) -> UUID:
    """The person who asks for their own data; raise SignInRequired for nobody."""
    if actor.person_id is None:
        raise SignInRequiredError
    return actor.person_id


def require_administrator(actor: Actor) -> None:
    """Raise NotPermitted for anybody but an administrator of the platform or the platform itself."""
    if not may_administer(actor):
        raise NotPermittedError


def require_another(actor: Actor, person_id: UUID) -> None:
    """Raise NotPermitted where somebody would decide about their own request."""
    if person_id in actor.persons:
        raise NotPermittedError("You asked for this yourself. Another administrator decides.")
