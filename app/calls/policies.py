"""Who may do what with programmes and calls."""

from __future__ import annotations

from uuid import UUID

from app.core.actor import Actor, Role, ScopeKind
from app.core.errors import NotPermittedError


def may_create_programme(actor: Actor) -> bool:
    """Programmes are set up by administrators, or on the machine's own command line."""
    return actor.system or actor.has(Role.ADMINISTRATOR, scope=ScopeKind.PLATFORM)


def may_manage_programme(actor: Actor, programme_id: UUID) -> bool:
    """Whether the actor prepares and publishes the calls of a programme; on the command line the system does."""
    return (
        actor.system
        or actor.has(Role.ADMINISTRATOR, scope=ScopeKind.PLATFORM)
        or actor.has(Role.PROGRAMME_OFFICER, scope=ScopeKind.PLATFORM)
        or actor.has(Role.PROGRAMME_OFFICER, scope=ScopeKind.PROGRAMME, scope_id=programme_id)
    )


def may_manage_call(actor: Actor, programme_id: UUID, call_id: UUID) -> bool:
    """Whether the actor manages this call: through its programme or for it alone."""
    return may_manage_programme(actor, programme_id) or actor.has(
        Role.PROGRAMME_OFFICER, scope=ScopeKind.CALL, scope_id=call_id
    )


def manages_everything(actor: Actor) -> bool:
    """Whether every programme is the actor's."""
    return any(
        actor.has(role, scope=ScopeKind.PLATFORM) for role in (Role.ADMINISTRATOR, Role.PROGRAMME_OFFICER, Role.AUDITOR)
    )


def require(permitted: bool) -> None:  # noqa: FBT001  # reads as a sentence: require(may_manage_call(...))
    """Raise NotPermittedError unless permitted."""
    if not permitted:
        raise NotPermittedError
