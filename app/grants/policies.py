"""Who prepares, signs, sends and reads awards."""

from __future__ import annotations

from uuid import UUID

from app.calls.policies import may_manage_call
from app.core.actor import Actor, Role, ScopeKind
from app.core.errors import NotFoundError, NotPermittedError, SignInRequiredError
from app.ledger.policies import sees_money


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
