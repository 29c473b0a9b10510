"""The ranking as it would be frozen now, with what still stands in its way."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.core.canonical import canonical_json, digest
from app.core.errors import NotFoundError
from app.core.violations import Violation
from app.evaluation.models import Assignment, IndividualReport, Ranking, ReportScore
from app.evaluation.queries.candidates import PanelFacts, candidates_of, panel_facts
from app.evaluation.queries.panel import adopted_ranking
from app.evaluation.queries.rounds import RoundRules, latest_rules
from app.evaluation.rules.committee import proposal_findings
from app.evaluation.rules.lifecycle import ReportState, RoundState
from app.evaluation.rules.ranking import RankedList, Standing, rank
from app.evaluation.rules.record import Described, ranking_record
from app.evaluation.rules.selection import CapacityCheck, missing_checks
from app.evaluation.schemas import JudgedRow, RankingRow
from app.infra.db.statements import among


@dataclass(frozen=True, slots=True)
class PreparedRanking:
    """``record`` as it would be stored and ``sha256`` of its canonical form; what the panel must still do."""

    ranked: RankedList
    record: Mapping[str, Any]
    sha256: str
    unresolved: tuple[UUID, ...]
    unchecked: Mapping[UUID, tuple[CapacityCheck, ...]]
    facts: PanelFacts

    @property
    def findings(self) -> tuple[Violation, ...]:
        """Why it cannot be proposed yet."""
        missing = sum(len(checks) for checks in self.unchecked.values())
        return proposal_findings(unresolved=len(self.unresolved), ties=len(self.ranked.ties), unchecked=missing)


def prepared_ranking(session: Session, round_rules: RoundRules) -> PreparedRanking:
    """The ranking by what is stored now. Constant queries; the order in which rows come changes nothing."""
    facts = panel_facts(session, round_rules)
    ranked = rank(round_rules.rules, candidates_of(round_rules, facts))
    described = {one.application_id: _described(facts, one) for one in facts.concluded}
    content = canonical_json(ranking_record(round_rules.rules, round_rules.stage.stage, ranked, described))
    rows = {one.application_id: one for one in facts.concluded}
    unchecked = {}
    for entry in ranked.entries:
        application_id = entry.candidate.application_id
        if entry.standing is Standing.MAIN:
            due = facts.due(round_rules, rows[application_id])
            if missing := missing_checks(due, facts.outcomes(application_id)):
                unchecked[application_id] = missing
    return PreparedRanking(
        ranked=ranked,
        record=json.loads(content),
        sha256=hashlib.sha256(content).hexdigest(),
        unresolved=facts.unresolved(round_rules),
        unchecked=unchecked,
        facts=facts,
    )


def _described(facts: PanelFacts, one: JudgedRow) -> Described:
    consensus, order = facts.consensus.get(one.application_id), facts.orders.get(one.application_id)
    names = {partner.partner_id: partner.name for partner in facts.submitted[one.application_id].partners}
    found = facts.capacity.get(one.application_id, {})
    return Described(
        submission_id=one.submission_id,
        acronym=one.acronym,
        title=one.title,
        coordinator=one.coordinator,
        countries=one.countries,
        partners=one.partners,
        agreement=consensus.agreement if consensus is not None else "",
        marks={name: mark.reason for name, mark in facts.marks.get(one.application_id, {}).items()},
        order_reason=order.reason if order is not None else "",
        without_agreement=one.without_agreement,
        capacity=sorted(
            (kind.value, names.get(partner_id, "") if partner_id else "", row.outcome.value, row.words)
            for (kind, partner_id), row in found.items()
        ),
    )


@dataclass(frozen=True, slots=True)
class ExpertScores:
    """What one expert gave an application in a submitted report."""

    name: str
    scores: Mapping[str, Decimal]


_SCORES = (
    sa.select(Assignment.application_id, Assignment.id, Person.name, ReportScore.criterion, ReportScore.score)
    .join(Person, Person.id == Assignment.person_id)
    .join(IndividualReport, IndividualReport.assignment_id == Assignment.id)
    .join(ReportScore, ReportScore.assignment_id == Assignment.id)
    .where(
        among(Assignment.application_id),
        IndividualReport.state == ReportState.SUBMITTED,
        ReportScore.score.is_not(None),
    )
    .order_by(Assignment.assigned_at, Assignment.id)
)


def expert_scores(session: Session, application_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[ExpertScores]]:
    """Submitted reports on some applications, in order of assignment. One query; the caller asks for the sight first."""
    names: dict[UUID, str] = {}
    given: dict[UUID, dict[UUID, dict[str, Decimal]]] = defaultdict(lambda: defaultdict(dict))
    for application_id, assignment_id, name, criterion, score in session.execute(
        _SCORES, {"many": list(application_ids)}
    ):
        names[assignment_id] = name
        if score is not None:
            given[application_id][assignment_id][criterion] = score
    return {
        application_id: [ExpertScores(names[one], scores) for one, scores in sheets.items()]
        for application_id, sheets in given.items()
    }


@dataclass(frozen=True, slots=True)
class RankingToShow:
    """The record to show: the adopted one once there is one, before that what would be frozen now."""

    record: Mapping[str, Any]
    adopted: RankingRow | None = None
    prepared: PreparedRanking | None = None


def ranking_to_show(session: Session, round_rules: RoundRules) -> RankingToShow:
    """What the round has come to. One query once a ranking is adopted."""
    if round_rules.row.state in {RoundState.ADOPTED, RoundState.INFORMED}:
        adopted = adopted_ranking(session, round_rules.row.call_id)
        if adopted is not None:
            return RankingToShow(adopted.snapshot, adopted=adopted)
    prepared = prepared_ranking(session, round_rules)
    return RankingToShow(prepared.record, prepared=prepared)


def known_round(session: Session, call_id: UUID) -> RoundRules:
    """The latest round of a call with its rules; raise NotFound before the evaluation was started."""
    known = latest_rules(session, call_id)
    if known is None:
        raise NotFoundError("evaluation")
    return known


def altered_rankings(session: Session) -> Sequence[UUID]:
    """Rankings whose record no longer has the hash that was voted on (for ``verify``)."""
    statement = sa.select(Ranking.id, Ranking.snapshot, Ranking.sha256).order_by(Ranking.id)
    rows = session.execute(statement.execution_options(yield_per=20))
    return [row.id for row in rows if digest(row.snapshot) != row.sha256]
