"""Let a person leave an organisation."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.queries import members_of
from app.accounts.use_cases.revoke_role import take_role
from app.core.actor import Actor, Assignment, Role, ScopeKind
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError
from app.core.violations import Violation
from app.organisations.policies import may_manage_people
from app.organisations.queries import organisation_for_update

LAST_REPRESENTATIVE = Violation(
    "organisation.last_representative",
    "This is the last representative of the organisation: nobody could speak for it.",
    cure="Name another representative first.",
)


def remove_member(session: Session, actor: Actor, organisation_id: UUID, person_id: UUID, *, now: datetime) -> None:
    """End every role of the person here; a person may leave on their own.

    Raise NotFound, NotPermitted, or RulesViolated for the last representative.
    """
    if organisation_for_update(session, organisation_id) is None:
        raise NotFoundError("organisation")
    if not (may_manage_people(actor, organisation_id) or actor.person_id == person_id):
        raise NotPermittedError
    members = {
        member.person_id: member.roles for member in members_of(session, ScopeKind.ORGANISATION, organisation_id)
    }
    if person_id not in members:
        raise NotFoundError("member")
    others = (roles for other, roles in members.items() if other != person_id)
    if Role.REPRESENTATIVE in members[person_id] and not any(Role.REPRESENTATIVE in roles for roles in others):
        raise RulesViolatedError([LAST_REPRESENTATIVE])
    for role in members[person_id]:
        held = Assignment(role, ScopeKind.ORGANISATION, organisation_id)
        take_role(session, person_id, held, taken_by=actor, now=now)
