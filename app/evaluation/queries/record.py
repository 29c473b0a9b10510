"""The record of the committee as a document: who may have it, and what it says beside the frozen ranking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.documents.queries import documents_of
from app.documents.schemas import DocumentRow
from app.evaluation.models import Assignment, ConsensusReport, ConsensusView, IndividualReport
from app.evaluation.queries.candidates import panel_facts
from app.evaluation.queries.committee import PanelAccess, SeatConflict, committee_conflicts
from app.evaluation.queries.panel import SeatRow, VoteRow, adopted_ranking, ranking_row, seats_of, votes_of
from app.evaluation.queries.rounds import RoundRules, round_row, round_rules
from app.evaluation.rules.lifecycle import AssignmentState, ReportState
from app.evaluation.schemas import RankingRow


def record_document(session: Session, known: RoundRules, access: PanelAccess) -> DocumentRow | None:
    """The record of the adopted ranking; None before, and for who must not see all of the ranking."""
    adopted = adopted_ranking(session, known.row.call_id)
    if adopted is None or not access.sees_ranking or access.hidden:
        return None
    found = documents_of(session, "ranking", [adopted.id])
    return found[0] if found else None


@dataclass(frozen=True, slots=True)
class ExpertFigures:
    """How the experts worked: persons with a submitted report, reports, conflicts they declared, who declined."""

    experts: int
    reports: int
    late: int
    conflicts: int
    declined: int


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What the document says beside the frozen ranking. ``dissents`` are words by application, without names."""

    known: RoundRules
    ranking: RankingRow
    seats: Sequence[SeatRow]
    votes: Sequence[VoteRow]
    conflicts: Sequence[SeatConflict]
    figures: ExpertFigures
    dissents: Mapping[UUID, Sequence[str]]
    withdrawn: Sequence[str]


def record_facts(session: Session, ranking_id: UUID) -> RecordFacts:
    """Everything for the record of a ranking; raise NotFound. Constant queries."""
    ranking = ranking_row(session, ranking_id)
    known = round_rules(session, round_row(session, ranking.round_id))
    return RecordFacts(
        known=known,
        ranking=ranking,
        seats=seats_of(session, known.row.id),
        votes=votes_of(session, ranking_id),
        conflicts=[one for one in committee_conflicts(session, known) if one.bars],
        figures=_figures(session, known.row.id),
        dissents=_dissents(session, known.row.id),
        withdrawn=[one.reference for one in panel_facts(session, known).withdrawn],
    )


def _figures(session: Session, round_id: UUID) -> ExpertFigures:
    submitted = IndividualReport.state == ReportState.SUBMITTED
    statement = (
        sa.select(
            sa.func.count(sa.distinct(Assignment.person_id)).filter(submitted),
            sa.func.count().filter(submitted),
            sa.func.count().filter(submitted, IndividualReport.late),
            sa.func.count().filter(Assignment.state == AssignmentState.CONFLICT),
            sa.func.count().filter(Assignment.state == AssignmentState.DECLINED),
        )
        .outerjoin(IndividualReport, IndividualReport.assignment_id == Assignment.id)
        .where(Assignment.round_id == round_id)
    )
    return ExpertFigures(*session.execute(statement).one())


def _dissents(session: Session, round_id: UUID) -> Mapping[UUID, Sequence[str]]:
    statement = (
        sa.select(ConsensusView.application_id, ConsensusView.words)
        .join(ConsensusReport, ConsensusReport.application_id == ConsensusView.application_id)
        .join(Assignment, Assignment.id == ConsensusView.assignment_id)
        .where(
            Assignment.round_id == round_id,
            ConsensusView.report_version == ConsensusReport.version,
            ConsensusView.agrees.is_(False),
        )
        .order_by(ConsensusView.given_at, ConsensusView.assignment_id)
    )
    found: dict[UUID, list[str]] = {}
    for application_id, words in session.execute(statement):
        found.setdefault(application_id, []).append(words)
    return found
