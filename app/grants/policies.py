"""Who prepares, signs, sends and reads awards and grants."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from app.applications.policies import is_coordinator, may_read_draft, speaks_for_partner
from app.calls.policies import may_manage_call
from app.core.actor import Actor, Role, ScopeKind
from app.core.errors import NotFoundError, NotPermittedError, SignInRequiredError
from app.ledger.policies import sees_money
from app.partnerships.policies import organisations_spoken_for


def prepares_awards(actor: Actor, call_id: UUID, programme_id: UUID) -> bool:
    """Whether the actor prepares decisions and sends letters: the programme officer or an administrator."""
    return may_manage_call(actor, programme_id, call_id)


def signs_awards(actor: Actor, call_id: UUID, programme_id: UUID) -> bool:
    """Whether the actor signs decisions: an authorising officer for the platform, the programme or the call.

    Nobody signs for somebody else.
    """
    return actor.acting_for is None and any(
        assignment.scope == ScopeKind.PLATFORM
        or (assignment.scope == ScopeKind.PROGRAMME and assignment.scope_id == programme_id)
        or (assignment.scope == ScopeKind.CALL and assignment.scope_id == call_id)
        for assignment in actor.scopes_of(Role.AUTHORISING_OFFICER)
    )


def reads_awards(actor: Actor, call_id: UUID, programme_id: UUID) -> bool:
    """Whether the actor may read decisions before applicants do: the office and who follows the money."""
    return sees_money(actor, call_id, programme_id)


def require_preparing(actor: Actor, call_id: UUID, programme_id: UUID) -> None:
    """Raise unless the actor prepares awards of the call; strangers are not told that it exists."""
    _require(actor, call_id, programme_id, permitted=prepares_awards(actor, call_id, programme_id))


def require_signing(actor: Actor, call_id: UUID, programme_id: UUID) -> None:
    """Raise unless the actor signs awards of the call."""
    _require(actor, call_id, programme_id, permitted=signs_awards(actor, call_id, programme_id))


def _require(actor: Actor, call_id: UUID, programme_id: UUID, *, permitted: bool) -> None:
    if permitted:
        return
    if not actor.signed_in:
        raise SignInRequiredError
    raise NotPermittedError if reads_awards(actor, call_id, programme_id) else NotFoundError("call")


@dataclass(frozen=True, slots=True)
class GrantScope:
    """What permission around a grant is judged by; ``organisations`` are those of its parties."""

    grant_id: UUID
    application_id: UUID
    call_id: UUID
    programme_id: UUID
    organisations: frozenset[UUID]


def may_see_grant(actor: Actor, scope: GrantScope) -> bool:
    """Whether the actor may read the grant: its consortium, who speaks for a party, the office, who follows the money."""
    return takes_part(actor, scope) or follows_grant(actor, scope)


def takes_part(actor: Actor, scope: GrantScope) -> bool:
    """Whether the actor belongs to the consortium, or speaks for a party."""
    return may_read_draft(actor, scope.application_id) or bool(organisations_spoken_for(actor) & scope.organisations)


def follows_grant(actor: Actor, scope: GrantScope) -> bool:
    """Whether the actor follows the grant for the public body."""
    return sees_money(actor, scope.call_id, scope.programme_id)


def works_for_grant(actor: Actor, scope: GrantScope) -> bool:
    """Whether the actor speaks for the whole consortium: the contact of the coordinator."""
    return is_coordinator(actor, scope.application_id)


def partner_of_grant(actor: Actor, scope: GrantScope, organisation_id: UUID, accepted_by: UUID | None = None) -> bool:
    """Whether the actor may bind one party: a representative or signatory of it, or the contact who accepted for it."""
    return organisation_id in scope.organisations and speaks_for_partner(
        actor, scope.application_id, organisation_id, accepted_by
    )


def prepares_grant(actor: Actor, scope: GrantScope) -> bool:
    """Whether the actor looks at preparations, opens for signature and asks for payments."""
    return may_manage_call(actor, scope.programme_id, scope.call_id)


def signs_grant(actor: Actor, scope: GrantScope) -> bool:
    """Whether the actor may sign for the authority."""
    return signs_awards(actor, scope.call_id, scope.programme_id)


def require_grant(actor: Actor, scope: GrantScope, *, permitted: bool) -> None:
    """Raise unless permitted; strangers are not told that the grant exists."""
    if permitted:
        return
    if not actor.signed_in:
        raise SignInRequiredError
    raise NotPermittedError if may_see_grant(actor, scope) else NotFoundError("grant")
