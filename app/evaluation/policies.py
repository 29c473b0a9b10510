"""Who may do what in an evaluation."""

from __future__ import annotations

from uuid import UUID

from app.applications.policies import follows_call
from app.calls.policies import may_manage_call
from app.core.actor import Actor, Role, ScopeKind
from app.core.errors import NotFoundError, NotPermittedError, SignInRequiredError


def runs_evaluation(actor: Actor, call_id: UUID, programme_id: UUID) -> bool:
    """Whether the actor conducts the evaluation of the call: its programme officer or an administrator."""
    return may_manage_call(actor, programme_id, call_id)


def require_running(actor: Actor, call_id: UUID, programme_id: UUID) -> None:
    """Raise unless the actor conducts the evaluation; who only follows the call is told that it is not for them."""
    if not actor.signed_in and not actor.system:
        raise SignInRequiredError
    if runs_evaluation(actor, call_id, programme_id):
        return
    raise NotPermittedError if follows_call(actor, call_id, programme_id) else NotFoundError("call")


def is_expert_of(actor: Actor, call_id: UUID) -> bool:
    """Whether the actor was taken on as an expert for the call."""
    return any(
        assignment.scope is ScopeKind.PLATFORM
        or (assignment.scope is ScopeKind.CALL and assignment.scope_id == call_id)
        for assignment in actor.scopes_of(Role.EVALUATOR)
    )
