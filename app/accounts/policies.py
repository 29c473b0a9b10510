"""Who may do what with people and roles."""

from __future__ import annotations

from uuid import UUID

from app.accounts.rules.roles import may_give
from app.core.actor import Actor, Assignment, Role, ScopeKind
from app.core.errors import NotPermittedError, SecondStepRequiredError, SignInRequiredError


def may_administer(actor: Actor) -> bool:
    """Whether the actor looks after people."""
    return actor.system or actor.has(Role.ADMINISTRATOR, scope=ScopeKind.PLATFORM)


def may_give_role(actor: Actor, wanted: Assignment) -> bool:
    """Whether the actor may give this role, offer it, or take it away."""
    return actor.system or may_give(actor.assignments, wanted)


def require_browser(actor: Actor) -> UUID:
    """The person at a browser; raise SignInRequired for nobody and NotPermitted for a program."""
    if actor.person_id is None:
        raise SignInRequiredError
    if actor.token_scopes is not None:
        raise NotPermittedError("A program cannot do this. Sign in with a browser.")
    return actor.person_id


def require_second_step(actor: Actor) -> None:
    """Raise SecondStepRequired unless the actor confirmed the second step a short while ago."""
    if not actor.stepped_up:
        raise SecondStepRequiredError


def require_own_act(actor: Actor) -> None:
    """Raise NotPermitted for whoever acts for somebody else: what nobody may hand over is done in the own name only."""
    if actor.acting_for is not None:
        raise NotPermittedError(
            f"You act for {actor.acting_for_name}. Nobody can hand this over: stop acting for them, or leave it to them."
        )
