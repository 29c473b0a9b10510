"""The consensus in which a person takes part as an expert. One query."""

from __future__ import annotations

from collections.abc import Sequence

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
from app.notifications.rules.consensus_tasks import ConsensusWork

MOST = 100
"""Applications shown on the start page."""


def consensus_work(session: Session, actor: Actor) -> Sequence[ConsensusWork]:
    """Every consensus under way in whose group the actor is; nothing for the public."""
    if actor.person_id is None:
        return ()
    member, report = aliased(Assignment), aliased(IndividualReport)
    answered = (
        sa.exists()
        .where(ConsensusView.assignment_id == member.id, ConsensusView.report_version == ConsensusReport.version)
        .correlate(member, ConsensusReport)
    )
    in_group = (
        sa.select(sa.func.count())
        .select_from(member)
        .join(report, sa.and_(report.assignment_id == member.id, report.state == ReportState.SUBMITTED))
        .where(member.application_id == Assignment.application_id, member.state == AssignmentState.OPEN, ~answered)
        .correlate(Assignment, ConsensusReport)
        .scalar_subquery()
    )
    own = (
        sa.exists()
        .where(ConsensusView.assignment_id == Assignment.id, ConsensusView.report_version == ConsensusReport.version)
        .correlate(Assignment, ConsensusReport)
    )
    statement = (
        sa.select(
            Application.id,
            Application.acronym,
            Application.reference,
            Call.identifier,
            ConsensusReport.state,
            Assignment.rapporteur,
            own.label("answered"),
            in_group.label("silent"),
        )
        .select_from(Assignment)
        .join(IndividualReport, IndividualReport.assignment_id == Assignment.id)
        .join(JudgedApplication, JudgedApplication.application_id == Assignment.application_id)
        .join(ConsensusReport, ConsensusReport.application_id == Assignment.application_id)
        .join(EvaluationRound, EvaluationRound.id == JudgedApplication.round_id)
        .join(Application, Application.id == Assignment.application_id)
        .join(Call, Call.id == Application.call_id)
        .where(
            Assignment.person_id == actor.person_id,
            Assignment.state == AssignmentState.OPEN,
            IndividualReport.state == ReportState.SUBMITTED,
            JudgedApplication.state == JudgementState.CONSENSUS,
            EvaluationRound.state == RoundState.EXPERTS_AT_WORK,
            Application.state == ApplicationState.SUBMITTED,
        )
        .order_by(Application.number)
        .limit(MOST)
    )
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
        for row in session.execute(statement)
    ]
