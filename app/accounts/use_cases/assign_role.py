"""Give a person a role in a scope."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.events import RoleAssigned
from app.accounts.models import RoleAssignment
from app.accounts.policies import may_give_role
from app.accounts.queries import person_details
from app.accounts.rules.roles import check_role
from app.accounts.schemas import AssignRole
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor, Assignment
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError
from app.infra.ids import new_id


def assign_role(session: Session, actor: Actor, person_id: UUID, command: AssignRole, *, now: datetime) -> None:
    """Give the role; a role that is held already stays as it is.

    Raise NotPermitted, NotFound for an unknown person, RulesViolated for a scope that the role cannot have.
    """
    wanted = Assignment(command.role, command.scope, command.scope_id)
    if not may_give_role(actor, wanted):
        raise NotPermittedError
    if person_details(session, person_id) is None:
        raise NotFoundError("person")
    grant_role(session, person_id, wanted, granted_by=actor.person_id, now=now)


def grant_role(session: Session, person_id: UUID, role: Assignment, *, granted_by: UUID | None, now: datetime) -> None:
    """For other use cases that have already decided: the person holds the role from now on, and the log says so.

    Raise RulesViolated for a scope that the role cannot have.
    """
    if found := check_role(role):
        raise RulesViolatedError(found)
    given = session.scalar(
        insert(RoleAssignment)
        .values(
            id=new_id(),
            person_id=person_id,
            role=role.role,
            scope=role.scope,
            scope_id=role.scope_id,
            granted_at=now,
            granted_by=granted_by,
        )
        .on_conflict_do_nothing()
        .returning(RoleAssignment.id)
    )
    if given is not None:
        facts = {"role": role.role, "scope": role.scope, "scope_id": role.scope_id}
        record_event(session, Actor(person_id=granted_by), RoleAssigned(subject_id=person_id, facts=facts), now=now)
