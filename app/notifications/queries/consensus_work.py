"""The consensus in which a person takes part as an expert. One query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.applications.models import Application
from app.applications.rules.lifecycle import ApplicationState
from app.calls.models import Call
from app.core.actor import Actor
from app.evaluation.models import (
    Assignment,
    ConsensusReport,
    ConsensusView,
    EvaluationRound,
    IndividualReport,
    JudgedApplication,
)
from app.evaluation.rules.lifecycle import AssignmentState, ConsensusState, JudgementState, ReportState, RoundState
from app.infra.db.statements import ONE
from app.notifications.rules.consensus_tasks import ConsensusWork

MOST = 100
"""Applications shown on the start page."""


_IN_GROUP, _REPORT = aliased(Assignment), aliased(IndividualReport)


def _answered(assignment: Any) -> sa.Exists:  # noqa: ANN401  # a mapped class or its alias
    """Whether an expert has said what they think of the report as it is now."""
    view = ConsensusView
    return (
        sa.exists()
        .where(view.assignment_id == assignment.id, view.report_version == ConsensusReport.version)
        .correlate(assignment, ConsensusReport)
    )


_SILENT = (
    sa.select(sa.func.count())
    .select_from(_IN_GROUP)
    .join(_REPORT, sa.and_(_REPORT.assignment_id == _IN_GROUP.id, _REPORT.state == ReportState.SUBMITTED))
    .where(
        _IN_GROUP.application_id == Assignment.application_id,
        _IN_GROUP.state == AssignmentState.OPEN,
        ~_answered(_IN_GROUP),
    )
    .correlate(Assignment, ConsensusReport)
    .scalar_subquery()
)
_UNDER_WAY = (
    sa.select(
        Application.id,
        Application.acronym,
        Application.reference,
        Call.identifier,
        ConsensusReport.state,
        Assignment.rapporteur,
        _answered(Assignment).label("answered"),
        _SILENT.label("silent"),
    )
    .select_from(Assignment)
    .join(IndividualReport, IndividualReport.assignment_id == Assignment.id)
    .join(JudgedApplication, JudgedApplication.application_id == Assignment.application_id)
    .join(ConsensusReport, ConsensusReport.application_id == Assignment.application_id)
    .join(EvaluationRound, EvaluationRound.id == JudgedApplication.round_id)
    .join(Application, Application.id == Assignment.application_id)
    .join(Call, Call.id == Application.call_id)
    .where(
        Assignment.person_id == ONE,
        Assignment.state == AssignmentState.OPEN,
        IndividualReport.state == ReportState.SUBMITTED,
        JudgedApplication.state == JudgementState.CONSENSUS,
        EvaluationRound.state == RoundState.EXPERTS_AT_WORK,
        Application.state == ApplicationState.SUBMITTED,
    )
    .order_by(Application.number)
    .limit(MOST)
)


def consensus_work(session: Session, actor: Actor) -> Sequence[ConsensusWork]:
    """Every consensus under way in whose group the actor is; nothing for the public."""
    if actor.person_id is None:
        return ()
    return [
        ConsensusWork(
            application_id=row.id,
            acronym=row.acronym,
            reference=row.reference,
            call=row.identifier,
            state=ConsensusState(row.state),
            rapporteur=row.rapporteur,
            answered=row.answered,
            silent=row.silent,
        )
        for row in session.execute(_UNDER_WAY, {"one": actor.person_id})
    ]
