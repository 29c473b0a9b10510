"""Who writes and judges reports of a grant, and who asks for their payment. Reading is as for the grant itself."""

from __future__ import annotations

from uuid import UUID

from app.core.actor import Actor, Role, ScopeKind
from app.core.errors import NotPermittedError, SignInRequiredError
from app.grants.policies import (
    GrantScope,
    may_see_grant,
    partner_of_grant,
    prepares_grant,
    require_grant,
    works_for_grant,
)
from app.ledger.policies import READERS
from app.payments.policies import may
from app.payments.rules.circuit import Act

REQUESTERS = (Role.PROGRAMME_OFFICER, Role.FINANCE_OFFICER, Role.ADMINISTRATOR)


def speaks_for_party(
    actor: Actor, scope: GrantScope, organisation_id: UUID, *, coordinates: bool, accepted_by: UUID | None = None
) -> bool:
    """Whether the actor fills in and signs the statement of a party: its own people, for the coordinator its contact."""
    return partner_of_grant(actor, scope, organisation_id, accepted_by) or (
        coordinates and works_for_grant(actor, scope)
    )


def requests_payments(actor: Actor, scope: GrantScope) -> bool:
    """Whether the actor hands what is due to the payment circuit: a programme or finance officer in scope."""
    return any(
        assignment.scope == ScopeKind.PLATFORM
        or (assignment.scope == ScopeKind.PROGRAMME and assignment.scope_id == scope.programme_id)
        or (assignment.scope == ScopeKind.CALL and assignment.scope_id == scope.call_id)
        for assignment in actor.scopes_of(*REQUESTERS)
    )


def require_writing(actor: Actor, scope: GrantScope) -> None:
    """Raise unless the actor writes the common parts and submits: who speaks for the coordinator."""
    require_grant(actor, scope, permitted=may_see_grant(actor, scope))
    if not works_for_grant(actor, scope):
        raise NotPermittedError("Only the coordinator's contact can do this.")


def require_assessing(actor: Actor, scope: GrantScope) -> None:
    """Raise unless the actor judges costs, gives reports back, decides them and closes the grant."""
    require_grant(actor, scope, permitted=prepares_grant(actor, scope))


def records_recoveries(actor: Actor, scope: GrantScope) -> bool:
    """Whether the actor says that money came back: who records what the bank says, where the grant is."""
    return may(actor, Act.RECORD, scope.call_id, scope.programme_id)


def require_recording(actor: Actor, scope: GrantScope) -> None:
    """Raise unless the actor notes what came back."""
    require_grant(actor, scope, permitted=records_recoveries(actor, scope))


def waives_recoveries(actor: Actor, scope: GrantScope) -> bool:
    """Whether the actor waives what is to be paid back: who authorises payments, where the grant is."""
    return may(actor, Act.AUTHORISE, scope.call_id, scope.programme_id)


def require_waiving(actor: Actor, scope: GrantScope) -> None:
    """Raise unless the actor waives what is to be paid back."""
    require_grant(actor, scope, permitted=waives_recoveries(actor, scope))


def require_requesting(actor: Actor, scope: GrantScope) -> None:
    """Raise unless the actor asks for payments."""
    require_grant(actor, scope, permitted=requests_payments(actor, scope))


def follows_money(actor: Actor) -> bool:
    """Whether the actor follows the money of any call: who has a portfolio."""
    return bool(actor.scopes_of(*READERS))


def require_following(actor: Actor) -> None:
    """Raise unless the actor has a portfolio."""
    if not actor.signed_in:
        raise SignInRequiredError
    if not follows_money(actor):
        raise NotPermittedError
