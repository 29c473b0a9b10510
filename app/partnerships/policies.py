"""Who may do what in a partnership."""

from __future__ import annotations

from uuid import UUID

from app.core.actor import Actor, Role, ScopeKind

SPEAKERS = (Role.REPRESENTATIVE, Role.SIGNATORY)


def organisations_spoken_for(actor: Actor) -> frozenset[UUID]:
    """Organisations that the actor may commit."""
    return actor.ids(ScopeKind.ORGANISATION, *SPEAKERS)


def may_answer(actor: Actor, organisation_id: UUID | None, invited_email: str | None) -> bool:
    """Whether the invitation is the actor's to answer: it names their organisation or their address."""
    if not actor.signed_in:
        return False
    if organisation_id is not None and organisation_id in organisations_spoken_for(actor):
        return True
    return invited_email is not None and actor.email == invited_email
