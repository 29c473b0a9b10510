"""What an actor may see of applications under evaluation now. Everything that shows any of it asks here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.policies import follows_call
from app.calls.rules.evaluation_kinds import Sight
from app.core.actor import Actor, ScopeKind
from app.core.errors import NotFoundError
from app.evaluation.models import Assignment, CommitteeSeat, JudgedApplication
from app.evaluation.policies import is_expert_of, require_running
from app.evaluation.queries.committee import barred_seats
from app.evaluation.queries.rounds import RoundRules
from app.evaluation.rules.lifecycle import AssignmentState, JudgementState
from app.evaluation.rules.visibility import (
    NOTHING,
    Standpoint,
    audiences_of,
    may_read_proposal,
    phase_of,
    sights_of,
)
from app.evaluation.schemas import JudgedRow, RoundRow
from app.infra.db.statements import ONE

_PERSON: sa.BindParameter[UUID | None] = sa.bindparam("person", type_=sa.Uuid())
_OWN = sa.select(Assignment.state, Assignment.rapporteur).where(
    Assignment.application_id == ONE, Assignment.person_id == _PERSON
)
_SEATS = sa.select(CommitteeSeat.seat).where(CommitteeSeat.round_id == ONE, CommitteeSeat.person_id == _PERSON)


@dataclass(frozen=True, slots=True)
class _Person:
    """What the actor is to the round as a whole."""

    actor: Actor
    seats: frozenset[str]
    office: bool
    expert: bool
    barred: frozenset[UUID]

    def towards(self, application_id: UUID, state: AssignmentState | None, *, rapporteur: bool) -> Standpoint:
        """What the person is to one application; who takes part in it has no place in its evaluation.

        Nor has who sits in the committee and is connected with it.
        """
        if application_id in self.actor.ids(ScopeKind.APPLICATION) or application_id in self.barred:
            return Standpoint(assignment=AssignmentState.CONFLICT)
        if state is not None and state.is_active and not self.expert:
            state = AssignmentState.ENDED  # the role was taken away since
        return Standpoint(state, rapporteur=rapporteur, seats=self.seats, office=self.office)


def standpoint_of(
    session: Session, actor: Actor, application_id: UUID, round_row: RoundRow, programme_id: UUID
) -> Standpoint:
    """What the actor is to one application of a round. Two queries, seven for who sits in the committee."""
    own = session.execute(_OWN, {"one": application_id, "person": actor.person_id}).first()
    state = AssignmentState(own.state) if own else None
    person = _person(session, actor, round_row, programme_id)
    return person.towards(application_id, state, rapporteur=bool(own and own.rapporteur))


def standpoints_in_round(session: Session, actor: Actor, round_rules: RoundRules) -> Mapping[UUID, Standpoint]:
    """What the actor is to each application of the round. Two queries, seven for who sits in the committee."""
    return {
        application_id: standpoint
        for application_id, (_, standpoint) in _standpoints(session, actor, round_rules).items()
    }


def sights_for(session: Session, actor: Actor, judged: JudgedRow, round_rules: RoundRules) -> frozenset[Sight]:
    """What the actor may see of one application now; nothing for who has a conflict or no part in it."""
    standpoint = standpoint_of(session, actor, judged.application_id, round_rules.row, round_rules.programme_id)
    return _sights(round_rules, judged.state, standpoint)


def sights_in_round(session: Session, actor: Actor, round_rules: RoundRules) -> Mapping[UUID, frozenset[Sight]]:
    """The same for every application of the round, in as many queries for one as for many."""
    return {
        application_id: _sights(round_rules, state, standpoint)
        for application_id, (state, standpoint) in _standpoints(session, actor, round_rules).items()
    }


def may_read(session: Session, actor: Actor, judged: JudgedRow, round_rules: RoundRules) -> bool:
    """Whether the proposal itself is open to the actor."""
    standpoint = standpoint_of(session, actor, judged.application_id, round_rules.row, round_rules.programme_id)
    return may_read_proposal(standpoint)


def require_conducting(session: Session, actor: Actor, application_id: UUID, round_rules: RoundRules) -> None:
    """Raise unless the actor conducts the evaluation and has no conflict with the application."""
    require_running(actor, round_rules.row.call_id, round_rules.programme_id)
    if standpoint_of(session, actor, application_id, round_rules.row, round_rules.programme_id).conflicted:
        raise NotFoundError("application")


def _standpoints(
    session: Session, actor: Actor, round_rules: RoundRules
) -> dict[UUID, tuple[JudgementState, Standpoint]]:
    mine = sa.and_(
        Assignment.application_id == JudgedApplication.application_id, Assignment.person_id == actor.person_id
    )
    columns: tuple[Any, ...] = (
        JudgedApplication.application_id,
        JudgedApplication.state,
        Assignment.state,
        Assignment.rapporteur,
    )
    statement = sa.select(*columns).outerjoin(Assignment, mine).where(JudgedApplication.round_id == round_rules.row.id)
    person = _person(session, actor, round_rules.row, round_rules.programme_id)
    found = {}
    for application_id, judgement, state, rapporteur in session.execute(statement):
        own = AssignmentState(state) if state is not None else None
        standpoint = person.towards(application_id, own, rapporteur=bool(rapporteur))
        found[application_id] = (JudgementState(judgement), standpoint)
    return found


def _person(session: Session, actor: Actor, round_row: RoundRow, programme_id: UUID) -> _Person:
    seats = session.scalars(_SEATS, {"one": round_row.id, "person": actor.person_id})
    held = frozenset(str(seat) for seat in seats)
    return _Person(
        actor,
        seats=held,
        barred=barred_seats(session, round_row.id, actor.person_id) if held and actor.person_id else frozenset(),
        office=follows_call(actor, round_row.call_id, programme_id),
        expert=is_expert_of(actor, round_row.call_id),
    )


def _sights(round_rules: RoundRules, state: JudgementState, standpoint: Standpoint) -> frozenset[Sight]:
    if standpoint.conflicted:
        return NOTHING
    phase = phase_of(round_rules.row.state, state)
    return sights_of(round_rules.evaluation, phase, audiences_of(standpoint))
