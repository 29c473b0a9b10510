"""Who writes, reads, decides and signs amendments. Reading a grant is not enough for a draft: that is the consortium's."""

from __future__ import annotations

from uuid import UUID

from app.amendments.rules.lifecycle import TOLD_TO_OFFICE, AmendmentState
from app.core.actor import Actor, Role, ScopeKind
from app.core.errors import NotFoundError
from app.grants.policies import GrantScope, may_see_grant, require_grant, takes_part


def is_signatory(actor: Actor, organisation_id: UUID) -> bool:
    """Whether the actor is a legal signatory of the organisation."""
    return organisation_id in actor.ids(ScopeKind.ORGANISATION, Role.SIGNATORY)


def may_read(actor: Actor, scope: GrantScope, state: AmendmentState, *, requested: bool) -> bool:
    """Whether the actor reads an amendment: its consortium always, the office once it was asked for."""
    if takes_part(actor, scope):
        return True
    return may_see_grant(actor, scope) and requested and state in TOLD_TO_OFFICE


def require_reading(actor: Actor, scope: GrantScope, state: AmendmentState, *, requested: bool) -> None:
    """Raise unless the actor reads the amendment; nobody is told that one exists which is not theirs to read."""
    require_grant(actor, scope, permitted=may_see_grant(actor, scope))
    if not may_read(actor, scope, state, requested=requested):
        raise NotFoundError("amendment")
