"""Assignments of experts to applications."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.core.errors import NotFoundError
from app.evaluation.models import Assignment, IndividualReport
from app.evaluation.rules.lifecycle import AssignmentState, ReportState
from app.evaluation.schemas import AssignmentRow

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
    found = session.scalars(sa.select(Assignment).where(Assignment.id == assignment_id).with_for_update()).first()
    if found is None:
        raise NotFoundError("assignment")
    return found


def application_of_assignment(session: Session, assignment_id: UUID) -> UUID:
    """The application of an assignment, which never changes; raise NotFound. Locks nothing."""
    found = session.execute(sa.select(Assignment.application_id).where(Assignment.id == assignment_id)).scalar()
    if found is None:
        raise NotFoundError("assignment")
    return found
