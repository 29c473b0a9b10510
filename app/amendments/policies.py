"""Who writes, reads, decides and signs amendments. Reading a grant is not enough for a draft: that is the consortium's."""

from __future__ import annotations

from uuid import UUID

from app.amendments.rules.lifecycle import TOLD_TO_OFFICE, AmendmentState
from app.core.actor import Actor, Role, ScopeKind
from app.core.errors import NotFoundError, NotPermittedError
from app.grants.policies import (
    GrantScope,
    follows_grant,
    may_see_grant,
    prepares_grant,
    require_grant,
    takes_part,
    works_for_grant,
)


def is_signatory(actor: Actor, organisation_id: UUID) -> bool:
    """Whether the actor is a legal signatory of the organisation."""
    return organisation_id in actor.ids(ScopeKind.ORGANISATION, Role.SIGNATORY)


def writes(actor: Actor, scope: GrantScope, *, by_authority: bool) -> bool:
    """Whether the actor writes for the side that began an amendment: the coordinator's contact, or who manages the call."""
    return prepares_grant(actor, scope) if by_authority else works_for_grant(actor, scope)


def require_writing(actor: Actor, scope: GrantScope, *, by_authority: bool) -> None:
    """Raise unless the actor writes for the side that began the amendment."""
    require_grant(actor, scope, permitted=may_see_grant(actor, scope))
    if not writes(actor, scope, by_authority=by_authority):
        raise NotPermittedError("Only the side that began the amendment can do this.")


def may_read(actor: Actor, scope: GrantScope, state: AmendmentState, *, requested: bool, by_authority: bool) -> bool:
    """Whether the actor reads an amendment: the side that began it always, the other once it was asked for or proposed."""
    own = follows_grant(actor, scope) if by_authority else takes_part(actor, scope)
    return own or (may_see_grant(actor, scope) and requested and state in TOLD_TO_OFFICE)


def require_reading(
    actor: Actor, scope: GrantScope, state: AmendmentState, *, requested: bool, by_authority: bool
) -> None:
    """Raise unless the actor reads the amendment; nobody is told that one exists which is not theirs to read."""
    require_grant(actor, scope, permitted=may_see_grant(actor, scope))
    if not may_read(actor, scope, state, requested=requested, by_authority=by_authority):
        raise NotFoundError("amendment")
