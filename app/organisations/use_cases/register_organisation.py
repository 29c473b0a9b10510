"""Register an organisation; whoever does it speaks for it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.accounts.use_cases.assign_role import grant_role
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor, Assignment, Role, ScopeKind
from app.core.errors import NotPermittedError, RulesViolatedError
from app.core.periods import BRUSSELS
from app.core.violations import Violation, blocking
from app.infra.ids import new_id
from app.organisations.events import OrganisationRegistered
from app.organisations.models import Organisation
from app.organisations.policies import may_register
from app.organisations.rules.details import Details, Surroundings, check_details
from app.organisations.schemas import OrganisationView, RegisterOrganisation
from app.reference import queries as reference

MEMBER_STATES = "eu_member_states"


def register_organisation(session: Session, actor: Actor, command: RegisterOrganisation, *, now: datetime) -> UUID:
    """Store the organisation; its id. Raise NotPermitted, or RulesViolated with everything that does not fit."""
    if not may_register(actor):
        raise NotPermittedError
    if found := blocking(findings_of(command, on=day_of(now))):
        raise RulesViolatedError(found)
    row = Organisation(id=new_id(), created_at=now, **command.values())
    session.add(row)
    session.flush()
    facts = {"country": row.country, "organisation_type": row.organisation_type}
    record_event(session, actor, OrganisationRegistered(subject_id=row.id, facts=facts), now=now)
    if actor.person_id is not None:
        role = Assignment(Role.REPRESENTATIVE, ScopeKind.ORGANISATION, row.id)
        grant_role(session, actor.person_id, role, granted_by=actor.person_id, now=now)
    return row.id


def findings_of(given: RegisterOrganisation | OrganisationView, *, on: date) -> tuple[Violation, ...]:
    """What does not fit in the details, warnings included, by the reference data of that day."""
    region = reference.region(given.region) if given.region else None
    around = Surroundings(
        country_known=reference.country(given.country) is not None,
        member_state=reference.is_in(MEMBER_STATES, given.country, on),
        region_country=region.country if region else None,
    )
    details = Details(**{name: getattr(given, name) for name in Details.__dataclass_fields__})
    return check_details(details, around, on=on)


def day_of(now: datetime) -> date:
    """The day in Brussels."""
    return now.astimezone(ZoneInfo(BRUSSELS)).date()
