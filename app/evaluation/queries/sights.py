"""What a person may see of the evaluation of an application: who they are to it, and what the call's table grants."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.policies import follows_call
from app.calls.rules.evaluation_kinds import Sight
from app.core.actor import Actor
from app.evaluation.models import Assignment, CommitteeSeat
from app.evaluation.queries.rounds import RoundRules, judged_rows
from app.evaluation.rules.lifecycle import AssignmentState
from app.evaluation.rules.visibility import Standpoint, audiences_of, may_read_proposal, phase_of, sights_of
from app.evaluation.schemas import JudgedRow, RoundRow


def standpoint_of(
    session: Session, actor: Actor, application_id: UUID, round_row: RoundRow, programme_id: UUID
) -> Standpoint:
    """What the actor is to one application of a round. Two queries."""
    found = _assignments(session, actor, Assignment.application_id == application_id)
    state, rapporteur = found.get(application_id, (None, False))
    office = follows_call(actor, round_row.call_id, programme_id)
    return Standpoint(state, rapporteur, _seats(session, actor, round_row.id), office)


def sights_for(session: Session, actor: Actor, judged: JudgedRow, round_rules: RoundRules) -> frozenset[Sight]:
    """What the actor may see of one application now. Two queries."""
    row = round_rules.row
    standpoint = standpoint_of(session, actor, judged.application_id, row, round_rules.programme_id)
    return sights_of(round_rules.evaluation, phase_of(row.state, judged.state), audiences_of(standpoint))


def sights_in_round(session: Session, actor: Actor, round_rules: RoundRules) -> Mapping[UUID, frozenset[Sight]]:
    """What the actor may see of every application of a round, by application. Three queries."""
    row = round_rules.row
    own = _assignments(session, actor, Assignment.round_id == row.id)
    seats = _seats(session, actor, row.id)
    office = follows_call(actor, row.call_id, round_rules.programme_id)
    found = {}
    for judged in judged_rows(session, row.id):
        state, rapporteur = own.get(judged.application_id, (None, False))
        audiences = audiences_of(Standpoint(state, rapporteur, seats, office))
        found[judged.application_id] = sights_of(round_rules.evaluation, phase_of(row.state, judged.state), audiences)
    return found


def may_read(session: Session, actor: Actor, judged: JudgedRow, round_rules: RoundRules) -> bool:
    """Whether the proposal itself is open to the actor. Two queries."""
    standpoint = standpoint_of(session, actor, judged.application_id, round_rules.row, round_rules.programme_id)
    return may_read_proposal(standpoint)


def _assignments(
    session: Session, actor: Actor, which: sa.ColumnElement[bool]
) -> Mapping[UUID, tuple[AssignmentState, bool]]:
    statement = sa.select(Assignment.application_id, Assignment.state, Assignment.rapporteur).where(
        Assignment.person_id == actor.person_id, which
    )
    found: dict[UUID, tuple[AssignmentState, bool]] = {}
    if actor.person_id is not None:
        for application_id, state, rapporteur in session.execute(statement):
            found[application_id] = (AssignmentState(state), rapporteur)
    return found


def _seats(session: Session, actor: Actor, round_id: UUID) -> frozenset[str]:
    statement = sa.select(CommitteeSeat.seat).where(
        CommitteeSeat.round_id == round_id, CommitteeSeat.person_id == actor.person_id
    )
    return frozenset(str(seat) for seat in session.scalars(statement)) if actor.person_id is not None else frozenset()
