"""What the evaluation asks of a person. The number of queries does not depend on how much there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.applications.rules.lifecycle import ApplicationState
from app.calls.models import CallVersion
from app.calls.rules.lifecycle import CallState
from app.core.actor import Actor, Role
from app.evaluation.models import Assignment, EvaluationRound, IndividualReport, JudgedApplication
from app.evaluation.queries.assignments import ACTIVE, OwnAssignment, own_assignments
from app.evaluation.queries.experts import OwnCall, own_calls
from app.evaluation.rules.lifecycle import AssignmentState, JudgementState, ReportState, RoundState
from app.infra.db.statements import NOW, among
from app.notifications.rules.evaluation_tasks import ExpertWork, RoundWork, expert_tasks, round_tasks
from app.notifications.rules.tasks import Task
from app.notifications.rules.work import CallWork

_WORKING = Assignment.state.in_((AssignmentState.ASSIGNED, AssignmentState.OPEN))
_SUBMITTED = sa.func.coalesce(IndividualReport.state == ReportState.SUBMITTED, sa.false())
_ASSIGNMENTS = sa.func.count(Assignment.id)
_WORKED_ON = sa.and_(
    JudgedApplication.round_id == EvaluationRound.id,
    EvaluationRound.state == RoundState.EXPERTS_AT_WORK,
    JudgedApplication.state == JudgementState.INDIVIDUAL,
    Application.state == ApplicationState.SUBMITTED,
)
_STANDINGS: sa.Select[Any] = (
    sa.select(
        EvaluationRound.call_id,
        JudgedApplication.application_id,
        CallVersion.document[("evaluation", "experts")].astext,
        _ASSIGNMENTS.filter(Assignment.state.in_(ACTIVE)),
        _ASSIGNMENTS.filter(Assignment.state == AssignmentState.TO_DECIDE),
        _ASSIGNMENTS.filter(_WORKING, ~_SUBMITTED, Assignment.due_at < NOW),
    )
    .select_from(EvaluationRound)
    .join(CallVersion, CallVersion.id == EvaluationRound.call_version_id)
    .outerjoin(sa.join(JudgedApplication, Application, Application.id == JudgedApplication.application_id), _WORKED_ON)
    .outerjoin(Assignment, Assignment.application_id == JudgedApplication.application_id)
    .outerjoin(IndividualReport, IndividualReport.assignment_id == Assignment.id)
    .where(among(EvaluationRound.call_id))
    .group_by(EvaluationRound.id, JudgedApplication.application_id, CallVersion.id)
)
"""Of each application that experts work on: experts needed and assigned, conflicts to decide, late reports."""


def evaluation_tasks(session: Session, actor: Actor, calls: Sequence[CallWork], *, now: datetime) -> tuple[Task, ...]:
    """Tasks of an expert, and of who conducts the evaluation of these calls."""
    found: list[Task] = []
    if actor.person_id is not None and actor.has(Role.EVALUATOR):
        for work in _expert_work(own_calls(session, actor.person_id), own_assignments(session, actor.person_id)):
            found += expert_tasks(work)
    closed = {call.call_id: call for call in calls if call.state is CallState.CLOSED}
    for round_work in _round_work(session, closed, now) if closed else ():
        found += round_tasks(round_work)
    return tuple(found)


def _expert_work(calls: Sequence[OwnCall], assignments: Sequence[OwnAssignment]) -> Iterator[ExpertWork]:
    to_declare: dict[UUID, list[OwnAssignment]] = defaultdict(list)
    to_report: dict[UUID, list[OwnAssignment]] = defaultdict(list)
    for row in assignments:
        if row.withdrawn or row.round_state is not RoundState.EXPERTS_AT_WORK:
            continue
        if row.judgement is not JudgementState.INDIVIDUAL:
            continue
        if row.state is AssignmentState.ASSIGNED:
            to_declare[row.call_id].append(row)
        elif row.state is AssignmentState.OPEN and row.report is not ReportState.SUBMITTED:
            to_report[row.call_id].append(row)
    for call in calls:
        declare, report = to_declare[call.call_id], to_report[call.call_id]
        yield ExpertWork(
            call_id=call.call_id,
            call=call.identifier,
            title=call.title,
            registered=call.registered,
            to_declare=len(declare),
            declare_by=min((row.due_at for row in declare), default=None),
            reports=len(report),
            reports_by=min((row.due_at for row in report), default=None),
        )


def _round_work(session: Session, calls: dict[UUID, CallWork], now: datetime) -> Iterator[RoundWork]:
    """One query: which calls have a round, and how each application of it stands on which experts work."""
    started = dict.fromkeys(calls, False)
    lacking, to_decide, late = (dict.fromkeys(calls, 0) for _ in range(3))
    rows = session.execute(_STANDINGS, {"many": list(calls), "now": now})
    for call_id, application_id, needed, active, waiting, overdue in rows:
        started[call_id] = True
        lacking[call_id] += application_id is not None and active < int(needed or 0)
        to_decide[call_id] += waiting
        late[call_id] += overdue
    for call_id, call in calls.items():
        yield RoundWork(
            call_id=call_id,
            call=call.call,
            title=call.title,
            started=started[call_id],
            submitted=call.submitted,
            checking=call.unfinished,
            lacking=lacking[call_id],
            to_decide=to_decide[call_id],
            late=late[call_id],
        )
