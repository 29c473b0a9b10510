"""Name a member who may sign for the organisation."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.queries import members_of
from app.core.actor import Actor, Role, ScopeKind
from app.core.errors import NotPermittedError, RulesViolatedError
from app.core.violations import Violation
from app.organisations.policies import may_manage_people
from app.organisations.use_cases.add_member import add_member


def name_signatory(session: Session, actor: Actor, organisation_id: UUID, person_id: UUID, *, now: datetime) -> None:
    """The member signs for the organisation from now on.

    Raise NotFound, NotPermitted, or RulesViolated for somebody who is no member.
    """
    if not may_manage_people(actor, organisation_id):
        raise NotPermittedError
    members = members_of(session, ScopeKind.ORGANISATION, organisation_id)
    if all(member.person_id != person_id for member in members):
        raise RulesViolatedError(
            [Violation("organisation.signatory_not_member", "Only a member of the organisation can sign for it.")]
        )
    add_member(session, actor, organisation_id, person_id, role=Role.SIGNATORY, now=now)
