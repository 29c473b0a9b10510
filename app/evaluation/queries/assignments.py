"""Assignments of experts to applications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.applications.models import Application
from app.applications.rules.lifecycle import ApplicationState
from app.calls.models import Call
from app.core.errors import NotFoundError
from app.evaluation.models import Assignment, EvaluationRound, IndividualReport, JudgedApplication
from app.evaluation.queries.rounds import judged_for_change, round_for_change
from app.evaluation.rules.lifecycle import AssignmentState, JudgementState, ReportState, RoundState
from app.evaluation.schemas import AssignmentRow
from app.infra.db.statements import ONE
from app.organisations.models import Organisation
from app.partnerships.models import Partner
from app.partnerships.rules.facts import PartnerRole
from app.partnerships.rules.lifecycle import PartnerState

_COLUMNS: tuple[Any, ...] = (
    Assignment.id,
    Assignment.round_id,
    Assignment.application_id,
    Assignment.person_id,
    Person.name,
    Person.email,
    Assignment.rapporteur,
    Assignment.state,
    Assignment.due_at,
    Assignment.assigned_at,
    Assignment.answered_at,
    Assignment.words,
    Assignment.reason,
    IndividualReport.state,
    IndividualReport.submitted_at,
    sa.func.coalesce(IndividualReport.late, sa.false()),
)
ACTIVE = tuple(state for state in AssignmentState if state.is_active)


@dataclass(frozen=True, slots=True)
class Held:
    """An assignment that is about to change, with what it belongs to."""

    round: EvaluationRound
    judged: JudgedApplication
    assignment: Assignment


@dataclass(frozen=True, slots=True)
class OwnAssignment:
    """An assignment as its expert's queue shows it."""

    id: UUID
    application_id: UUID
    call_id: UUID
    call: str
    reference: str
    acronym: str
    title: str
    coordinator: str
    rapporteur: bool
    state: AssignmentState
    due_at: datetime
    assigned_at: datetime
    round_state: RoundState
    judgement: JudgementState
    withdrawn: bool
    report: ReportState | None
    submitted_at: datetime | None
    late: bool


def _statement() -> sa.Select[Any]:
    return (
        sa.select(*_COLUMNS)
        .join(Person, Person.id == Assignment.person_id)
        .outerjoin(IndividualReport, IndividualReport.assignment_id == Assignment.id)
    )


def _row(row: Any) -> AssignmentRow:  # noqa: ANN401  # a row of _COLUMNS
    values = list(row)
    values[7] = AssignmentState(values[7])
    values[13] = ReportState(values[13]) if values[13] is not None else None
    return AssignmentRow(*values)


def assignment_row(session: Session, assignment_id: UUID) -> AssignmentRow:
    """One assignment; raise NotFound."""
    found = session.execute(_statement().where(Assignment.id == assignment_id)).first()
    if found is None:
        raise NotFoundError("assignment")
    return _row(found)


def assignments_of_round(session: Session, round_id: UUID) -> Sequence[AssignmentRow]:
    """Every assignment of a round, ended ones too, by application and order of assignment. One query."""
    order = (Assignment.application_id, Assignment.assigned_at, Assignment.id)
    return [_row(row) for row in session.execute(_statement().where(Assignment.round_id == round_id).order_by(*order))]


def assignments_of_application(session: Session, application_id: UUID) -> Sequence[AssignmentRow]:
    """Every assignment to an application, ended ones too, in order of assignment."""
    statement = _statement().where(Assignment.application_id == application_id)
    return [_row(row) for row in session.execute(statement.order_by(Assignment.assigned_at, Assignment.id))]


def assignment_of_person(session: Session, application_id: UUID, person_id: UUID) -> AssignmentRow | None:
    """The assignment of a person to an application, in whatever state."""
    statement = _statement().where(Assignment.application_id == application_id, Assignment.person_id == person_id)
    found = session.execute(statement).first()
    return _row(found) if found is not None else None


def assignment_for_change(session: Session, assignment_id: UUID) -> Assignment:
    """One assignment, locked (its application was locked before it); raise NotFound."""
    statement = sa.select(Assignment).where(Assignment.id == assignment_id).with_for_update()
    found = session.scalars(statement.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFoundError("assignment")
    return found


def application_of_assignment(session: Session, assignment_id: UUID) -> UUID:
    """The application of an assignment, which never changes; raise NotFound. Locks nothing."""
    found = session.execute(sa.select(Assignment.application_id).where(Assignment.id == assignment_id)).scalar()
    if found is None:
        raise NotFoundError("assignment")
    return found


def assignments_for_change(session: Session, application_id: UUID) -> Sequence[Assignment]:
    """Every assignment to an application, locked by id (their application was locked before them)."""
    statement = sa.select(Assignment).where(Assignment.application_id == application_id).order_by(Assignment.id)
    return session.scalars(statement.with_for_update().execution_options(populate_existing=True)).all()


def with_awaited(statement: sa.Select[Any]) -> sa.Select[Any]:
    """A selection from Assignment, narrowed to those whose individual report is still to come."""
    reported = sa.func.coalesce(IndividualReport.state == ReportState.SUBMITTED, sa.false())
    return (
        statement.join(EvaluationRound, EvaluationRound.id == Assignment.round_id)
        .join(JudgedApplication, JudgedApplication.application_id == Assignment.application_id)
        .join(Application, Application.id == Assignment.application_id)
        .outerjoin(IndividualReport, IndividualReport.assignment_id == Assignment.id)
        .where(
            Assignment.state.in_((AssignmentState.ASSIGNED, AssignmentState.OPEN)),
            ~reported,
            EvaluationRound.state == RoundState.EXPERTS_AT_WORK,
            JudgedApplication.state == JudgementState.INDIVIDUAL,
            Application.state == ApplicationState.SUBMITTED,
        )
    )


def late_for_change(session: Session, round_id: UUID, *, now: datetime) -> Sequence[Assignment]:
    """Assignments of a round whose report is overdue, locked by id."""
    statement = with_awaited(sa.select(Assignment)).where(Assignment.round_id == round_id, Assignment.due_at < now)
    return session.scalars(statement.order_by(Assignment.id).with_for_update(of=Assignment)).all()


def held_assignment(session: Session, assignment_id: UUID) -> Held:
    """An assignment for a change: its round kept as it is, its application and itself locked; raise NotFound."""
    statement = sa.select(Assignment.round_id, Assignment.application_id).where(Assignment.id == assignment_id)
    found = session.execute(statement).first()
    if found is None:
        raise NotFoundError("assignment")
    round_id, application_id = found
    held_round = round_for_change(session, round_id, share=True)
    judged = judged_for_change(session, application_id)
    return Held(held_round, judged, assignment_for_change(session, assignment_id))


_OWN: sa.Select[*tuple[Any, ...]] = (
    sa.select(
        Assignment.id,
        Assignment.application_id,
        EvaluationRound.call_id,
        Call.identifier,
        Application.reference,
        Application.acronym,
        Application.title,
        Organisation.legal_name,
        Assignment.rapporteur,
        Assignment.state,
        Assignment.due_at,
        Assignment.assigned_at,
        EvaluationRound.state,
        JudgedApplication.state,
        Application.state != ApplicationState.SUBMITTED,
        IndividualReport.state,
        IndividualReport.submitted_at,
        sa.func.coalesce(IndividualReport.late, sa.false()),
    )
    .select_from(Assignment)
    .join(EvaluationRound, EvaluationRound.id == Assignment.round_id)
    .join(Call, Call.id == EvaluationRound.call_id)
    .join(JudgedApplication, JudgedApplication.application_id == Assignment.application_id)
    .join(Application, Application.id == Assignment.application_id)
    .join(
        Partner,
        sa.and_(
            Partner.partnership_id == Application.id,
            Partner.role == PartnerRole.COORDINATOR,
            Partner.state == PartnerState.ACCEPTED,
        ),
    )
    .join(Organisation, Organisation.id == Partner.organisation_id)
    .outerjoin(IndividualReport, IndividualReport.assignment_id == Assignment.id)
    .where(Assignment.person_id == ONE)
    .order_by(Assignment.due_at, Application.reference)
)


def own_assignments(session: Session, person_id: UUID, *, call_id: UUID | None = None) -> Sequence[OwnAssignment]:
    """Every assignment of a person, what is due first; of one call where it is named. One query."""
    statement = _OWN if call_id is None else _OWN.where(EvaluationRound.call_id == call_id)
    return [_own(row) for row in session.execute(statement, {"one": person_id})]


def _own(row: Any) -> OwnAssignment:  # noqa: ANN401  # a row of own_assignments
    values = list(row)
    values[9], values[12], values[13] = AssignmentState(row[9]), RoundState(row[12]), JudgementState(row[13])
    values[15] = ReportState(row[15]) if row[15] is not None else None
    return OwnAssignment(*values)
