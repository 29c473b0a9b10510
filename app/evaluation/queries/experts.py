"""Experts of a call: what they registered, whom they could judge, and what connects them with applications."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Person, RoleAssignment
from app.applications.models import Application
from app.applications.rules.lifecycle import ApplicationState
from app.calls.models import Call
from app.core.actor import Role, ScopeKind
from app.evaluation.models import Assignment, CallExpert, EvaluationRound, ExpertProfile
from app.evaluation.queries.assignments import ACTIVE
from app.evaluation.rules.assignments import ExpertFacts, ProposalFacts
from app.infra.db.statements import ONE, among
from app.organisations.models import Organisation
from app.partnerships.models import Partner
from app.partnerships.rules.lifecycle import PartnerState

_BELONGS = (Role.REPRESENTATIVE, Role.SIGNATORY, Role.MEMBER)
_IN_CONSORTIUM = (Role.COORDINATOR_CONTACT, Role.PARTNER_CONTACT, Role.TEAM_MEMBER)
_COMPETES = (ApplicationState.DRAFT, ApplicationState.SUBMITTED)


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """What an expert says of themself."""

    person_id: UUID
    expertise: str
    languages: tuple[str, ...]
    employer: str
    country: str
    version: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ExpertRow:
    """A registered expert of a call; ``load`` counts active assignments, ``max_load`` None sets no limit."""

    person_id: UUID
    name: str
    email: str
    expertise: str
    languages: tuple[str, ...]
    employer: str
    country: str
    max_load: int | None
    load: int
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class UnregisteredRow:
    """Somebody with the role of an expert who is not registered; ``left_at`` where they were and left."""

    person_id: UUID
    name: str
    email: str
    accepted_at: datetime
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnCall:
    """A call for which a person was taken on as an expert."""

    call_id: UUID
    identifier: str
    title: str
    registered: bool


def profile(session: Session, person_id: UUID) -> ProfileRow | None:
    """What a person registered as an expert; None before the first time."""
    columns: tuple[Any, ...] = (
        ExpertProfile.person_id,
        ExpertProfile.expertise,
        ExpertProfile.languages,
        ExpertProfile.employer,
        ExpertProfile.country,
        ExpertProfile.version,
        ExpertProfile.changed_at,
    )
    found = session.execute(sa.select(*columns).where(ExpertProfile.person_id == person_id)).first()
    if found is None:
        return None
    person, expertise, languages, *rest = found
    return ProfileRow(person, expertise, tuple(languages), *rest)


def profile_for_change(session: Session, person_id: UUID) -> ExpertProfile | None:
    """The profile, locked."""
    return session.get(ExpertProfile, person_id, with_for_update=True, populate_existing=True)


def call_expert_for_change(session: Session, call_id: UUID, person_id: UUID) -> CallExpert | None:
    """The expert's part in the call, locked: whoever gives them work waits for whoever does so too."""
    return session.get(CallExpert, (call_id, person_id), with_for_update=True, populate_existing=True)


def _load() -> sa.ScalarSelect[int]:
    """Active assignments in the rounds of the same call."""
    return (
        sa.select(sa.func.count())
        .select_from(Assignment)
        .join(EvaluationRound, EvaluationRound.id == Assignment.round_id)
        .where(
            Assignment.person_id == CallExpert.person_id,
            EvaluationRound.call_id == CallExpert.call_id,
            Assignment.state.in_(ACTIVE),
        )
        .correlate(CallExpert)
        .scalar_subquery()
    )


def experts_of_call(session: Session, call_id: UUID, person_ids: Sequence[UUID] | None = None) -> Sequence[ExpertRow]:
    """Registered experts who have not left, by name; all of them, or some. One query."""
    holds = (
        sa.exists()
        .where(
            RoleAssignment.person_id == CallExpert.person_id,
            RoleAssignment.role == Role.EVALUATOR,
            sa.or_(RoleAssignment.scope == ScopeKind.PLATFORM, RoleAssignment.scope_id == CallExpert.call_id),
        )
        .correlate(CallExpert)
    )
    columns: tuple[Any, ...] = (
        Person.id, Person.name, Person.email, ExpertProfile.expertise, ExpertProfile.languages, ExpertProfile.employer,
        ExpertProfile.country, CallExpert.max_load, _load(), CallExpert.joined_at,
    )  # fmt: skip
    statement = (
        sa.select(*columns)
        .select_from(CallExpert)
        .join(Person, Person.id == CallExpert.person_id)
        .join(ExpertProfile, ExpertProfile.person_id == CallExpert.person_id)
        .where(CallExpert.call_id == call_id, CallExpert.left_at.is_(None), Person.active, holds)
        .order_by(sa.func.lower(Person.name), Person.id)
    )
    if person_ids is not None:
        statement = statement.where(Person.id.in_(person_ids))
    return [
        ExpertRow(person_id, name, email, expertise, tuple(languages), *rest)
        for person_id, name, email, expertise, languages, *rest in session.execute(statement)
    ]


def unregistered_experts(session: Session, call_id: UUID) -> Sequence[UnregisteredRow]:
    """People who accepted to be experts of the call and have not registered, or have left again; by name."""
    part = sa.and_(CallExpert.call_id == call_id, CallExpert.person_id == Person.id)
    statement = (
        sa.select(Person.id, Person.name, Person.email, RoleAssignment.granted_at, CallExpert.left_at)
        .join(RoleAssignment, RoleAssignment.person_id == Person.id)
        .outerjoin(CallExpert, part)
        .where(
            RoleAssignment.role == Role.EVALUATOR,
            RoleAssignment.scope == ScopeKind.CALL,
            RoleAssignment.scope_id == call_id,
            Person.active,
            sa.or_(CallExpert.person_id.is_(None), CallExpert.left_at.is_not(None)),
        )
        .order_by(sa.func.lower(Person.name), Person.id)
    )
    return [UnregisteredRow(*row) for row in session.execute(statement)]


def own_applications(session: Session, call_id: UUID, person_id: UUID) -> Sequence[str]:
    """Acronyms of applications of the call, drafts too, in whose consortium the person is: for that person only."""
    statement = (
        sa.select(Application.acronym)
        .join(RoleAssignment, RoleAssignment.scope_id == Application.id)
        .where(
            RoleAssignment.person_id == person_id,
            RoleAssignment.role.in_(_IN_CONSORTIUM),
            Application.call_id == call_id,
            Application.state.in_(_COMPETES),
        )
        .distinct()
        .order_by(Application.acronym)
    )
    return session.scalars(statement).all()


_OWN_CALLS = (
    sa.select(Call.id, Call.identifier, Call.title, CallExpert.person_id.is_not(None))
    .join(RoleAssignment, RoleAssignment.scope_id == Call.id)
    .outerjoin(
        CallExpert,
        sa.and_(CallExpert.call_id == Call.id, CallExpert.person_id == ONE, CallExpert.left_at.is_(None)),
    )
    .where(
        RoleAssignment.person_id == ONE,
        RoleAssignment.role == Role.EVALUATOR,
        RoleAssignment.scope == ScopeKind.CALL,
    )
    .order_by(Call.deadline.desc(), Call.id)
)


def own_calls(session: Session, person_id: UUID) -> Sequence[OwnCall]:
    """Calls for which the person was taken on as an expert, the latest first. One query."""
    return [OwnCall(*row) for row in session.execute(_OWN_CALLS, {"one": person_id})]


def expert_facts(session: Session, call_id: UUID, person_ids: Sequence[UUID]) -> Mapping[UUID, ExpertFacts]:
    """People as the rules of assignment see them; who is not registered is marked so. Three queries."""
    rows = {row.person_id: row for row in experts_of_call(session, call_id, person_ids)}
    people = session.execute(sa.select(Person.id, Person.name, Person.email).where(Person.id.in_(person_ids))).all()
    organisations, applications = _ties(session, call_id, person_ids)
    found = {}
    for person_id, name, email in people:
        row = rows.get(person_id)
        found[person_id] = ExpertFacts(
            person_id=person_id,
            name=name,
            email=email,
            employer=row.employer if row else "",
            organisations=frozenset(organisations[person_id]),
            applications=frozenset(applications[person_id]),
            load=row.load if row else 0,
            maximum=row.max_load if row else None,
            registered=row is not None,
        )
    return found


def _ties(
    session: Session, call_id: UUID, person_ids: Sequence[UUID]
) -> tuple[Mapping[UUID, set[UUID]], Mapping[UUID, set[UUID]]]:
    """Organisations, and submitted applications of the call, by person. One query."""
    competing = sa.and_(
        RoleAssignment.scope == ScopeKind.APPLICATION,
        sa.exists().where(
            Application.id == RoleAssignment.scope_id,
            Application.call_id == call_id,
            Application.state == ApplicationState.SUBMITTED,
        ),
    )
    belonging = sa.and_(RoleAssignment.scope == ScopeKind.ORGANISATION, RoleAssignment.role.in_(_BELONGS))
    statement = sa.select(RoleAssignment.person_id, RoleAssignment.scope, RoleAssignment.scope_id).where(
        RoleAssignment.person_id.in_(person_ids), sa.or_(competing, belonging)
    )
    organisations: dict[UUID, set[UUID]] = defaultdict(set)
    applications: dict[UUID, set[UUID]] = defaultdict(set)
    for person_id, scope, scope_id in session.execute(statement):
        if scope_id is not None:
            (organisations if scope == ScopeKind.ORGANISATION else applications)[person_id].add(scope_id)
    return organisations, applications


_REFERENCES = sa.select(Application.id, Application.reference).where(among(Application.id))
_MEMBERS = (
    sa.select(Partner.partnership_id, Organisation.id, Organisation.legal_name, Organisation.short_name)
    .join(Organisation, Organisation.id == Partner.organisation_id)
    .where(among(Partner.partnership_id), Partner.state == PartnerState.ACCEPTED)
)
_CONTACTS = (
    sa.select(RoleAssignment.scope_id, Person.id, Person.email)
    .join(Person, Person.id == RoleAssignment.person_id)
    .where(RoleAssignment.scope == ScopeKind.APPLICATION, among(RoleAssignment.scope_id))
)


def proposal_facts(session: Session, application_ids: Sequence[UUID]) -> Mapping[UUID, ProposalFacts]:
    """Applications as the rules of assignment see them. Three queries."""
    wanted = {"many": list(application_ids)}
    organisations: dict[UUID, dict[UUID, tuple[str, str]]] = defaultdict(dict)
    for application_id, organisation_id, legal_name, short_name in session.execute(_MEMBERS, wanted):
        organisations[application_id][organisation_id] = (legal_name, short_name)
    people: dict[UUID, dict[UUID, str]] = defaultdict(dict)
    for scope_id, person_id, email in session.execute(_CONTACTS, wanted):
        if scope_id is not None:
            people[scope_id][person_id] = email
    return {
        application_id: ProposalFacts(
            application_id,
            reference,
            organisations=frozenset(organisations[application_id]),
            names=frozenset(name for names in organisations[application_id].values() for name in names if name),
            domains=frozenset(email.rpartition("@")[2].lower() for email in people[application_id].values()),
            contacts=frozenset(people[application_id]),
        )
        for application_id, reference in session.execute(_REFERENCES, wanted)
    }
