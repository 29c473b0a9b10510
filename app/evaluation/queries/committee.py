"""Conflicts of those who sit in the evaluation committee, and what the committee's table lets somebody see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Person, RoleAssignment
from app.applications.models import Application
from app.applications.policies import follows_call
from app.core.actor import Actor, ScopeKind
from app.core.errors import NotFoundError
from app.evaluation.models import Assignment, CommitteeSeat, ExpertProfile, JudgedApplication
from app.evaluation.policies import runs_evaluation
from app.evaluation.queries.panel import VoteRow, seat_of
from app.evaluation.queries.rounds import RoundRules
from app.evaluation.rules.assignments import ExpertFacts, HitKind, ProposalFacts, conflict_hits
from app.evaluation.rules.committee import Seat, bars
from app.evaluation.rules.lifecycle import AssignmentState, RoundState
from app.evaluation.rules.visibility import NOTHING, Standpoint, audiences_of, sights_of
from app.infra.db.statements import ONE
from app.organisations.models import Organisation
from app.partnerships.models import Partner
from app.partnerships.rules.lifecycle import PartnerState

if TYPE_CHECKING:
    from app.calls.rules.evaluation_kinds import Sight

_CONFLICTED = (AssignmentState.CONFLICT, AssignmentState.TO_DECIDE)


@dataclass(frozen=True, slots=True)
class SeatConflict:
    """What connects a seat holder with an application; ``declared`` where the person said so as an expert.

    ``bars`` whether it closes the application to the person, or is only to be looked at.
    """

    person_id: UUID
    name: str
    application_id: UUID
    reference: str
    hits: tuple[HitKind, ...]
    declared: bool
    bars: bool


@dataclass(frozen=True, slots=True)
class PanelAccess:
    """What somebody is to the panel of a round, and what it lets them see.

    From the opening of the panel on, what the panel saw stays open to it. ``hidden`` are applications with which
    the person has a conflict: of those nothing is shown.
    """

    seat: Seat | None
    runs: bool
    follows: bool
    sights: frozenset[Sight]
    hidden: frozenset[UUID]

    @property
    def moderates(self) -> bool:
        """Whether the person writes down what the panel decides."""
        return self.runs or self.seat is Seat.MODERATOR

    @property
    def votes(self) -> bool:
        """Whether the person's vote counts."""
        return self.seat is Seat.PANEL_MEMBER

    def shown_votes(self, votes: Sequence[VoteRow]) -> Sequence[VoteRow]:
        """The votes on a ranking, without their words where those may be about an application that is hidden."""
        return [replace(row, words="") for row in votes] if self.hidden else votes

    @property
    def sees_ranking(self) -> bool:
        """Whether the ranking is open to the person."""
        return "ranking" in self.sights


def panel_access(session: Session, actor: Actor, round_rules: RoundRules) -> PanelAccess:
    """What the actor is to the panel; raise NotFound for who neither follows the call nor sits in its committee."""
    row = round_rules.row
    seat = seat_of(session, row.id, actor.person_id)
    follows = follows_call(actor, row.call_id, round_rules.programme_id)
    if seat is None and not follows:
        raise NotFoundError("evaluation")
    sights: frozenset[Sight] = NOTHING
    if row.state is not RoundState.EXPERTS_AT_WORK:
        standpoint = Standpoint(seats=frozenset({seat.value} if seat else ()), office=follows)
        audiences = audiences_of(standpoint)
        sights = sights_of(round_rules.evaluation, "panel", audiences)
        if row.state is RoundState.INFORMED:
            sights |= sights_of(round_rules.evaluation, "informed", audiences)
    hidden = hidden_from(session, actor.person_id, row.id, seated=seat is not None)
    runs = runs_evaluation(actor, row.call_id, round_rules.programme_id)
    return PanelAccess(seat, runs, follows, sights, hidden)


_DECLARED = sa.select(Assignment.application_id).where(
    Assignment.round_id == ONE,
    Assignment.person_id == sa.bindparam("person"),
    Assignment.state.in_(_CONFLICTED),
)


def hidden_from(session: Session, person_id: UUID | None, round_id: UUID, *, seated: bool) -> frozenset[UUID]:
    """Applications of a round of which a person sees nothing: declared conflicts, and those of a seat holder."""
    if person_id is None:
        return frozenset()
    found = set(session.scalars(_DECLARED, {"one": round_id, "person": person_id}))
    if seated:
        found |= barred_seats(session, round_id, person_id)
    return frozenset(found)


def barred_seats(session: Session, round_id: UUID, person_id: UUID) -> frozenset[UUID]:
    """Applications of a round that a seat does not open, because its holder is connected with them. Five queries."""
    return frozenset(hit.application_id for hit in _of_people(session, round_id, [person_id]) if hit.bars)


def committee_conflicts(session: Session, round_rules: RoundRules) -> Sequence[SeatConflict]:
    """Every conflict of those who sit in the committee, by reference and name. Constant queries."""
    seated = list(
        session.scalars(sa.select(CommitteeSeat.person_id).where(CommitteeSeat.round_id == round_rules.row.id))
    )
    return _of_people(session, round_rules.row.id, seated) if seated else ()


def _of_people(session: Session, round_id: UUID, people: Collection[UUID]) -> Sequence[SeatConflict]:
    said_so = sa.select(Assignment.person_id, Assignment.application_id).where(
        Assignment.round_id == round_id, Assignment.person_id.in_(people), Assignment.state.in_(_CONFLICTED)
    )
    declared = {(person_id, application_id) for person_id, application_id in session.execute(said_so)}
    proposals = _proposals(session, round_id)
    found = []
    for person in _people(session, people, {one.application_id for one in proposals}):
        for proposal in proposals:
            hits = conflict_hits(person, proposal)
            said = (person.person_id, proposal.application_id) in declared
            if hits or said:
                found.append(
                    SeatConflict(
                        person.person_id,
                        person.name,
                        proposal.application_id,
                        proposal.reference,
                        hits,
                        said,
                        said or bars(hits),
                    )
                )
    return sorted(found, key=lambda one: (one.reference, one.name, one.person_id))


def _people(session: Session, people: Collection[UUID], judged: set[UUID]) -> list[ExpertFacts]:
    organisations: dict[UUID, set[UUID]] = defaultdict(set)
    applications: dict[UUID, set[UUID]] = defaultdict(set)
    roles = sa.select(RoleAssignment.person_id, RoleAssignment.scope, RoleAssignment.scope_id).where(
        RoleAssignment.person_id.in_(people),
        RoleAssignment.scope.in_((ScopeKind.ORGANISATION, ScopeKind.APPLICATION)),
    )
    for person_id, scope, scope_id in session.execute(roles):
        if scope_id is not None:
            (organisations if scope == ScopeKind.ORGANISATION else applications)[person_id].add(scope_id)
    heads = (
        sa.select(Person.id, Person.name, Person.email, sa.func.coalesce(ExpertProfile.employer, ""))
        .outerjoin(ExpertProfile, ExpertProfile.person_id == Person.id)
        .where(Person.id.in_(people))
        .order_by(Person.name, Person.id)
    )
    return [
        ExpertFacts(
            person_id,
            name,
            email,
            employer,
            frozenset(organisations[person_id]),
            frozenset(applications[person_id] & judged),
        )
        for person_id, name, email, employer in session.execute(heads)
    ]


def _proposals(session: Session, round_id: UUID) -> list[ProposalFacts]:
    organisations: dict[UUID, set[UUID]] = defaultdict(set)
    names: dict[UUID, set[str]] = defaultdict(set)
    contacts: dict[UUID, set[UUID]] = defaultdict(set)
    domains: dict[UUID, set[str]] = defaultdict(set)
    partners = (
        sa.select(Partner.partnership_id, Organisation.id, Organisation.legal_name)
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .join(JudgedApplication, JudgedApplication.application_id == Partner.partnership_id)
        .where(JudgedApplication.round_id == round_id, Partner.state == PartnerState.ACCEPTED)
    )
    for application_id, organisation_id, name in session.execute(partners):
        organisations[application_id].add(organisation_id)
        names[application_id].add(name)
    people = (
        sa.select(JudgedApplication.application_id, Person.id, Person.email)
        .join(RoleAssignment, RoleAssignment.scope_id == JudgedApplication.application_id)
        .join(Person, Person.id == RoleAssignment.person_id)
        .where(JudgedApplication.round_id == round_id, RoleAssignment.scope == ScopeKind.APPLICATION)
    )
    for application_id, person_id, email in session.execute(people):
        contacts[application_id].add(person_id)
        domains[application_id].add(email.rpartition("@")[2].lower())
    heads = (
        sa.select(Application.id, Application.reference)
        .join(JudgedApplication, JudgedApplication.application_id == Application.id)
        .where(JudgedApplication.round_id == round_id)
        .order_by(Application.number)
    )
    return [
        ProposalFacts(
            application_id,
            reference,
            frozenset(organisations[application_id]),
            frozenset(names[application_id]),
            frozenset(domains[application_id]),
            frozenset(contacts[application_id]),
        )
        for application_id, reference in session.execute(heads)
    ]
