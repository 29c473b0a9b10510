"""Who may do what with people and roles."""

from __future__ import annotations

from app.accounts.rules.roles import may_give
from app.core.actor import Actor, Assignment, Role, ScopeKind


def may_administer(actor: Actor) -> bool:
    """Whether the actor looks after people."""
    return actor.system or actor.has(Role.ADMINISTRATOR, scope=ScopeKind.PLATFORM)


def may_give_role(actor: Actor, wanted: Assignment) -> bool:
    """Whether the actor may give this role, offer it, or take it away."""
    return actor.system or may_give(actor.assignments, wanted)
