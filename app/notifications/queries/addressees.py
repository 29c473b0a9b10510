"""People who may be written to, by what they are to something. Closed accounts are left out."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Person, RoleAssignment
from app.applications.models import Application
from app.applications.rules.lifecycle import ApplicationState
from app.core.actor import Role, ScopeKind
from app.evaluation.models import CommitteeSeat
from app.evaluation.rules.committee import Seat
from app.notifications.rules.facts import Addressee
from app.partnerships.policies import SPEAKERS

ADDRESSEE = (Person.email, Person.id, Person.name, Person.language, Person.zone)
_TOLD_OF_CALL = (ApplicationState.DRAFT, ApplicationState.SUBMITTED)


def _people(*conditions: sa.ColumnElement[bool]) -> sa.Select[str, UUID, str, str, str]:
    return (
        sa.select(*ADDRESSEE)
        .join(RoleAssignment, RoleAssignment.person_id == Person.id)
        .where(Person.active, *conditions)
        .distinct()
        .order_by(Person.id)
    )


def _read(session: Session, statement: sa.Select[str, UUID, str, str, str]) -> tuple[Addressee, ...]:
    return tuple(Addressee(*row) for row in session.execute(statement))


def person(session: Session, person_id: UUID) -> tuple[Addressee, ...]:
    """One person; nobody where the account is closed."""
    return _read(session, sa.select(*ADDRESSEE).where(Person.id == person_id, Person.active))


def address(session: Session, email: str) -> tuple[Addressee, ...]:
    """Whoever reads mail at an address; the person where there is one. A closed account is nobody."""
    statement: sa.Select[str, UUID, str, str, str, bool] = sa.select(*ADDRESSEE, Person.active)
    known = session.execute(statement.where(Person.email == email)).first()
    if known is None:
        return (Addressee(email),)
    email, person_id, name, language, zone, active = known
    return (Addressee(email, person_id, name, language, zone),) if active else ()


def contacts(session: Session, application_id: UUID, role: Role) -> tuple[Addressee, ...]:
    """The contacts of one application in one role."""
    return _read(
        session,
        _people(
            RoleAssignment.role == role,
            RoleAssignment.scope == ScopeKind.APPLICATION,
            RoleAssignment.scope_id == application_id,
        ),
    )


def speakers(session: Session, organisation_id: UUID) -> tuple[Addressee, ...]:
    """Who may commit an organisation."""
    return _read(
        session,
        _people(
            RoleAssignment.role.in_(SPEAKERS),
            RoleAssignment.scope == ScopeKind.ORGANISATION,
            RoleAssignment.scope_id == organisation_id,
        ),
    )


def signatories(session: Session, organisation_id: UUID) -> tuple[Addressee, ...]:
    """Who signs for an organisation."""
    return _read(
        session,
        _people(
            RoleAssignment.role == Role.SIGNATORY,
            RoleAssignment.scope == ScopeKind.ORGANISATION,
            RoleAssignment.scope_id == organisation_id,
        ),
    )


def applicants(session: Session, call_id: UUID) -> tuple[Addressee, ...]:
    """Contacts of every application of the call that is a draft or submitted: each person once."""
    applications = sa.select(Application.id).where(Application.call_id == call_id, Application.state.in_(_TOLD_OF_CALL))
    return _read(
        session,
        _people(
            RoleAssignment.role.in_((Role.COORDINATOR_CONTACT, Role.PARTNER_CONTACT)),
            RoleAssignment.scope == ScopeKind.APPLICATION,
            RoleAssignment.scope_id.in_(applications),
        ),
    )


def officers(session: Session, call_id: UUID, programme_id: UUID) -> tuple[Addressee, ...]:
    """Programme officers who follow the call: for it, for its programme or for everything."""
    return _office(session, Role.PROGRAMME_OFFICER, call_id, programme_id)


def authorising(session: Session, call_id: UUID, programme_id: UUID) -> tuple[Addressee, ...]:
    """Authorising officers of the call: for it, for its programme or for everything."""
    return _office(session, Role.AUTHORISING_OFFICER, call_id, programme_id)


def _office(session: Session, role: Role, call_id: UUID, programme_id: UUID) -> tuple[Addressee, ...]:
    scopes: Sequence[sa.ColumnElement[bool]] = (
        RoleAssignment.scope == ScopeKind.PLATFORM,
        sa.and_(RoleAssignment.scope == ScopeKind.PROGRAMME, RoleAssignment.scope_id == programme_id),
        sa.and_(RoleAssignment.scope == ScopeKind.CALL, RoleAssignment.scope_id == call_id),
    )
    return _read(session, _people(RoleAssignment.role == role, sa.or_(*scopes)))


def committee(session: Session, round_id: UUID, *seats: Seat) -> tuple[Addressee, ...]:
    """Who sits in the committee of a round on one of the seats."""
    statement = (
        sa.select(*ADDRESSEE)
        .join(CommitteeSeat, CommitteeSeat.person_id == Person.id)
        .where(CommitteeSeat.round_id == round_id, CommitteeSeat.seat.in_(seats), Person.active)
        .order_by(Person.id)
    )
    return _read(session, statement)
