"""Let a person belong to an organisation, or ask one to join by e-mail."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.schemas import AssignRole, InvitePerson
from app.accounts.use_cases.assign_role import assign_role
from app.accounts.use_cases.invite_person import invite_person
from app.core.actor import Actor, Role, ScopeKind
from app.core.errors import NotFoundError
from app.organisations.queries import organisation
from app.organisations.schemas import InviteMember


def add_member(
    session: Session, actor: Actor, organisation_id: UUID, person_id: UUID, *, role: Role = Role.MEMBER, now: datetime
) -> None:
    """Give a known person a role here. Raise NotFound, NotPermitted, or RulesViolated for a role of another kind."""
    _exists(session, organisation_id)
    wanted = AssignRole(role=role, scope=ScopeKind.ORGANISATION, scope_id=organisation_id)
    assign_role(session, actor, person_id, wanted, now=now)


def invite_member(
    session: Session, actor: Actor, organisation_id: UUID, command: InviteMember, *, now: datetime
) -> UUID:
    """Offer a role here to an address, whether it has an account or not; the invitation's id.

    Raise NotFound, NotPermitted, or RulesViolated where the address is already invited.
    """
    _exists(session, organisation_id)
    wanted = InvitePerson(
        email=command.email, role=command.role, scope=ScopeKind.ORGANISATION, scope_id=organisation_id
    )
    return invite_person(session, actor, wanted, now=now)


def _exists(session: Session, organisation_id: UUID) -> None:
    if organisation(session, organisation_id) is None:
        raise NotFoundError("organisation")
