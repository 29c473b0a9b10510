"""Take a role away."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.events import RoleRevoked
from app.accounts.models import RoleAssignment
from app.accounts.policies import may_give_role
from app.accounts.queries import administrators_for_update, assignment_for_update
from app.accounts.rules.delegation import DELEGABLE
from app.accounts.use_cases.delegate_tasks import end_delegations_without_office
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor, Assignment, Role, ScopeKind
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError
from app.core.violations import Violation

OWN_ADMINISTRATION = Violation(
    "account.own_administration",
    "You cannot give up the administration of the platform yourself.",
    cure="Ask another administrator to do it.",
)
LAST_ADMINISTRATOR = Violation("account.last_administrator", "This is the last administrator. Name another one first.")


def revoke_role(session: Session, actor: Actor, assignment_id: UUID, *, now: datetime) -> None:
    """End one assignment. Raise NotFound, NotPermitted, or RulesViolated for the last administration."""
    administrators = administrators_for_update(session) if actor.has(Role.ADMINISTRATOR) else frozenset()
    row = assignment_for_update(session, assignment_id)
    if row is None:
        raise NotFoundError("role")
    held = Assignment(Role(row.role), ScopeKind(row.scope), row.scope_id)
    if not may_give_role(actor, held):
        raise NotPermittedError
    if held.role is Role.ADMINISTRATOR:
        keep_an_administrator(actor, row.person_id, administrators)
    take_role(session, row.person_id, held, taken_by=actor, now=now)


def take_role(session: Session, person_id: UUID, role: Assignment, *, taken_by: Actor, now: datetime) -> bool:
    """For other use cases that have already decided: the person no longer holds the role. Whether they held it.

    With the last office that they share with a colleague ends what one of the two handed to the other.
    """
    ended = session.scalar(
        sa.delete(RoleAssignment)
        .where(
            RoleAssignment.person_id == person_id,
            RoleAssignment.role == role.role,
            RoleAssignment.scope == role.scope,
            RoleAssignment.scope_id.is_not_distinct_from(role.scope_id),
        )
        .returning(RoleAssignment.id)
    )
    if ended is not None:
        facts = {"role": role.role, "scope": role.scope, "scope_id": role.scope_id}
        record_event(session, taken_by, RoleRevoked(subject_id=person_id, facts=facts), now=now)
        if role.role in DELEGABLE:
            end_delegations_without_office(session, taken_by, person_id, now=now)
    return ended is not None


def keep_an_administrator(actor: Actor, leaving: UUID, administrators: frozenset[UUID]) -> None:
    """Raise RulesViolated where the platform would lose its last administrator, or the actor the own office."""
    if leaving == actor.person_id:
        raise RulesViolatedError([OWN_ADMINISTRATION])
    if administrators and not administrators - {leaving}:
        raise RulesViolatedError([LAST_ADMINISTRATOR])
