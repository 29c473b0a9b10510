"""Individual reports, consensus reports and the views on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.evaluation.models import (
    Assignment,
    ConsensusMessage,
    ConsensusReport,
    ConsensusScore,
    ConsensusView,
    IndividualReport,
    JudgedApplication,
    PanelMark,
    ReportScore,
)
from app.evaluation.rules.lifecycle import AssignmentState, ConsensusState, JudgementState, ReportState
from app.evaluation.rules.reports import Sheet
from app.evaluation.schemas import ConsensusRow, ReportRow, ViewRow


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A line of the discussion; ``assignment_id`` None where the moderator wrote it."""

    id: UUID
    assignment_id: UUID | None
    person_id: UUID
    name: str
    text: str
    written_at: datetime


_REPORT: tuple[Any, ...] = (
    IndividualReport.assignment_id,
    Assignment.application_id,
    Assignment.person_id,
    IndividualReport.state,
    IndividualReport.version,
    IndividualReport.capacity,
    IndividualReport.capacity_comment,
    IndividualReport.overall_comment,
    IndividualReport.saved_at,
    IndividualReport.submitted_at,
    IndividualReport.late,
    IndividualReport.reason,
)

_COUNTS = Assignment.state == AssignmentState.OPEN


def report(session: Session, assignment_id: UUID) -> ReportRow | None:
    """The report of an assignment; None before its first save."""
    found = _reports(session, IndividualReport.assignment_id == assignment_id)
    return found[0] if found else None


def reports_of_application(
    session: Session, application_id: UUID, *, states: Sequence[ReportState] = (ReportState.SUBMITTED,)
) -> Sequence[ReportRow]:
    """Reports on an application in some states, in order of assignment; those that count where no state is said.

    A report counts while its expert does: not after a conflict of interest or the end of the assignment. Two queries.
    """
    which = [Assignment.application_id == application_id, IndividualReport.state.in_(states)]
    if tuple(states) == (ReportState.SUBMITTED,):
        which.append(_COUNTS)
    return _reports(session, *which)


def reports_of_round(session: Session, round_id: UUID) -> Sequence[ReportRow]:
    """Every submitted report of a round whose expert still counts. Two queries whatever their number."""
    return _reports(session, Assignment.round_id == round_id, IndividualReport.state == ReportState.SUBMITTED, _COUNTS)


def next_report(session: Session, person_id: UUID, round_id: UUID, after: UUID) -> UUID | None:
    """The assignment of the person's next report to write in the round, in order of due date; not ``after``."""
    statement = (
        sa.select(Assignment.id)
        .outerjoin(IndividualReport, IndividualReport.assignment_id == Assignment.id)
        .join(JudgedApplication, JudgedApplication.application_id == Assignment.application_id)
        .where(
            Assignment.person_id == person_id,
            Assignment.round_id == round_id,
            Assignment.id != after,
            Assignment.state == AssignmentState.OPEN,
            JudgedApplication.state == JudgementState.INDIVIDUAL,
            sa.or_(IndividualReport.state.is_(None), IndividualReport.state == ReportState.DRAFT),
        )
        .order_by(Assignment.due_at, Assignment.assigned_at, Assignment.id)
        .limit(1)
    )
    return session.execute(statement).scalar()


def report_for_change(session: Session, assignment_id: UUID) -> IndividualReport | None:
    """The report of an assignment, locked (its assignment was locked before it)."""
    return session.get(IndividualReport, assignment_id, with_for_update=True, populate_existing=True)


def _reports(session: Session, *which: sa.ColumnElement[bool]) -> list[ReportRow]:
    head = (
        sa.select(*_REPORT).join(Assignment, Assignment.id == IndividualReport.assignment_id).where(*which)
    ).order_by(Assignment.assigned_at, Assignment.id)
    rows = session.execute(head).all()
    scores = _scores(session, [row[0] for row in rows])
    return [_report_row(row, scores[row[0]]) for row in rows]


def _scores(session: Session, assignment_ids: Sequence[UUID]) -> Mapping[UUID, list[tuple[str, Decimal | None, str]]]:
    found: dict[UUID, list[tuple[str, Decimal | None, str]]] = defaultdict(list)
    if assignment_ids:
        statement = sa.select(
            ReportScore.assignment_id, ReportScore.criterion, ReportScore.score, ReportScore.comment
        ).where(ReportScore.assignment_id.in_(assignment_ids))
        for assignment_id, criterion, score, comment in session.execute(statement):
            found[assignment_id].append((criterion, score, comment))
    return found


def _sheet(lines: Sequence[tuple[str, Decimal | None, str]], *, capacity: bool | None, capacity_comment: str) -> Sheet:
    return Sheet(
        {criterion: score for criterion, score, _ in lines},
        {criterion: comment for criterion, _, comment in lines},
        capacity,
        capacity_comment,
    )


def _report_row(row: Any, lines: Sequence[tuple[str, Decimal | None, str]]) -> ReportRow:  # noqa: ANN401  # a row of _REPORT
    assignment_id, application_id, person_id, state, version, capacity, words, overall, *rest = row
    sheet = _sheet(lines, capacity=capacity, capacity_comment=words)
    return ReportRow(assignment_id, application_id, person_id, ReportState(state), version, sheet, overall, *rest)


def consensus(session: Session, application_id: UUID) -> ConsensusRow | None:
    """The consensus report of an application; None before it was begun."""
    found = consensus_reports(session, ConsensusReport.application_id == application_id)
    return found.get(application_id)


def consensus_reports(session: Session, *which: sa.ColumnElement[bool]) -> Mapping[UUID, ConsensusRow]:
    """Consensus reports by application. Two queries."""
    head = sa.select(
        ConsensusReport.application_id,
        ConsensusReport.state,
        ConsensusReport.version,
        ConsensusReport.capacity,
        ConsensusReport.capacity_comment,
        ConsensusReport.overall_comment,
        ConsensusReport.saved_at,
        ConsensusReport.saved_by,
        ConsensusReport.proposed_at,
        ConsensusReport.concluded_at,
        ConsensusReport.agreement,
        ConsensusReport.conclusion_words,
    ).where(*which)
    rows = session.execute(head).all()
    lines: dict[UUID, list[tuple[str, Decimal | None, str]]] = defaultdict(list)
    if rows:
        statement = sa.select(
            ConsensusScore.application_id, ConsensusScore.criterion, ConsensusScore.score, ConsensusScore.comment
        ).where(ConsensusScore.application_id.in_([row[0] for row in rows]))
        for application_id, criterion, score, comment in session.execute(statement):
            lines[application_id].append((criterion, score, comment))
    found = {}
    for row in rows:
        sheet = _sheet(lines[row[0]], capacity=row.capacity, capacity_comment=row.capacity_comment)
        found[row[0]] = ConsensusRow(
            row[0], ConsensusState(row.state), row.version, sheet, row.overall_comment, *row[6:]
        )
    return found


def consensus_for_change(session: Session, application_id: UUID) -> ConsensusReport | None:
    """The consensus report, locked (its application was locked before it)."""
    return session.get(ConsensusReport, application_id, with_for_update=True, populate_existing=True)


def views_of(session: Session, application_id: UUID, *, version: int | None = None) -> Sequence[ViewRow]:
    """Views on the consensus report, all of them or those on one version, in the order in which they were given."""
    statement = (
        sa.select(
            ConsensusView.assignment_id,
            Assignment.person_id,
            Person.name,
            ConsensusView.report_version,
            ConsensusView.agrees,
            ConsensusView.words,
            ConsensusView.given_at,
        )
        .join(Assignment, Assignment.id == ConsensusView.assignment_id)
        .join(Person, Person.id == Assignment.person_id)
        .where(ConsensusView.application_id == application_id)
        .order_by(ConsensusView.given_at, Person.name)
    )
    if version is not None:
        statement = statement.where(ConsensusView.report_version == version)
    return [ViewRow(*row) for row in session.execute(statement)]


def messages_of(session: Session, application_id: UUID) -> Sequence[MessageRow]:
    """The discussion of an application, oldest line first."""
    statement = (
        sa.select(
            ConsensusMessage.id,
            ConsensusMessage.assignment_id,
            ConsensusMessage.person_id,
            Person.name,
            ConsensusMessage.text,
            ConsensusMessage.written_at,
        )
        .join(Person, Person.id == ConsensusMessage.person_id)
        .where(ConsensusMessage.application_id == application_id)
        .order_by(ConsensusMessage.written_at, ConsensusMessage.id)
    )
    return [MessageRow(*row) for row in session.execute(statement)]


def marks_of(session: Session, application_ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, tuple[Decimal, str]]]:
    """Scores that the panel set, by application and criterion, with their reasons."""
    found: dict[UUID, dict[str, tuple[Decimal, str]]] = defaultdict(dict)
    statement = sa.select(PanelMark.application_id, PanelMark.criterion, PanelMark.score, PanelMark.reason).where(
        PanelMark.application_id.in_(application_ids)
    )
    for application_id, criterion, score, reason in session.execute(statement):
        found[application_id][criterion] = (score, reason)
    return found
