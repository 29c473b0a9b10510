"""What the ranking is made from: concluded reports, the panel's marks over them, requests, checks. Constant queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import Application, Submission
from app.applications.rules.lifecycle import ApplicationState
from app.core.money import Money
from app.core.rates import BASIS_POINTS
from app.evaluation.models import CapacityResult, ConsensusReport, JudgedApplication, PanelMark, PanelOrder
from app.evaluation.queries.reports import consensus_reports
from app.evaluation.queries.rounds import RoundRules, judged_rows
from app.evaluation.rules.lifecycle import JudgementState
from app.evaluation.rules.ranking import Candidate
from app.evaluation.rules.scores import total_of
from app.evaluation.rules.selection import (
    CapacityCheck,
    CapacityKind,
    CapacityOutcome,
    SelectionPartner,
    checks_due,
    is_selected,
)
from app.evaluation.schemas import ConsensusRow, JudgedRow
from app.organisations.rules.types import OrganisationType
from app.partnerships.rules.facts import PartnerRole

CheckKey = tuple[CapacityKind, UUID | None]


@dataclass(frozen=True, slots=True)
class MarkRow:
    """A score that the panel set."""

    score: Decimal
    reason: str
    set_at: datetime
    set_by: UUID | None


@dataclass(frozen=True, slots=True)
class OrderRow:
    """The place that the panel gave an application in its tie."""

    place: int
    reason: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class CapacityRow:
    """The latest finding about the means of a partner or of the partnership."""

    outcome: CapacityOutcome
    words: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Submitted:
    """What the submitted snapshot says; ``sme_share`` in basis points of the eligible costs, None where not known."""

    partners: tuple[SelectionPartner, ...]
    countries: int
    sme_share: int | None


@dataclass(frozen=True, slots=True)
class PanelFacts:
    """Everything that the panel decides from. Withdrawn applications are no part of it."""

    judged: tuple[JudgedRow, ...]
    consensus: Mapping[UUID, ConsensusRow]
    marks: Mapping[UUID, Mapping[str, MarkRow]]
    orders: Mapping[UUID, OrderRow]
    capacity: Mapping[UUID, Mapping[CheckKey, CapacityRow]]
    submitted: Mapping[UUID, Submitted]
    withdrawn: tuple[JudgedRow, ...]

    @property
    def concluded(self) -> tuple[JudgedRow, ...]:
        """Applications on which the experts have concluded, in order of reference."""
        return tuple(one for one in self.judged if one.state is JudgementState.CONCLUDED)

    def unresolved(self, rules: RoundRules) -> tuple[UUID, ...]:
        """Cases without agreement of which the panel has not set every score."""
        every = {criterion.id for criterion in rules.stage.criteria}
        return tuple(
            one.application_id
            for one in self.concluded
            if one.without_agreement and every - set(self.marks.get(one.application_id, {}))
        )

    def due(self, rules: RoundRules, judged: JudgedRow) -> tuple[CapacityCheck, ...]:
        """The checks of capacity that the call asks of an application."""
        return checks_due(rules.rules, judged.strand, self.submitted[judged.application_id].partners)

    def outcomes(self, application_id: UUID) -> Mapping[CheckKey, CapacityOutcome]:
        """What was found so far about the means of an application."""
        return {key: row.outcome for key, row in self.capacity.get(application_id, {}).items()}


def candidates(session: Session, round_rules: RoundRules) -> Sequence[Candidate]:
    """The applications to rank: judged, concluded, not withdrawn. Seven queries whatever their number."""
    return candidates_of(round_rules, panel_facts(session, round_rules))


def candidates_of(round_rules: RoundRules, facts: PanelFacts) -> Sequence[Candidate]:
    """The same from facts that were read already."""
    return [_candidate(round_rules, facts, one) for one in facts.concluded]


def _candidate(round_rules: RoundRules, facts: PanelFacts, one: JudgedRow) -> Candidate:
    """Without agreement only the panel's own scores count; until all are set the application passes nothing."""
    marks = facts.marks.get(one.application_id, {})
    consensus = facts.consensus.get(one.application_id)
    agreed = {} if consensus is None or one.without_agreement else consensus.sheet.scores
    scores = {name: score for name, score in agreed.items() if score is not None}
    scores |= {name: mark.score for name, mark in marks.items()}
    total = total_of(round_rules.stage, scores)
    submitted, order = facts.submitted[one.application_id], facts.orders.get(one.application_id)
    return Candidate(
        application_id=one.application_id,
        reference=one.reference,
        strand=one.strand,
        scores=scores,
        total=total.points,
        passes=total.passes,
        requested=one.requested,
        selected=is_selected(
            facts.outcomes(one.application_id), capable=consensus.sheet.capacity if consensus is not None else None
        ),
        countries=submitted.countries,
        sme_share=submitted.sme_share,
        panel_order=order.place if order is not None else None,
    )


def panel_facts(session: Session, round_rules: RoundRules) -> PanelFacts:
    """Everything of a round that a ranking may depend on. Seven queries."""
    round_id = round_rules.row.id
    out = withdrawn_in_round(session, round_id)
    rows = judged_rows(session, round_id)
    return PanelFacts(
        judged=tuple(one for one in rows if one.application_id not in out),
        consensus=consensus_reports(session, ConsensusReport.application_id.in_(_in_round(round_id))),
        marks=_marks(session, round_id),
        orders=_orders(session, round_id),
        capacity=_capacity(session, round_id),
        submitted=_submitted(session, round_id),
        withdrawn=tuple(one for one in rows if one.application_id in out),
    )


def withdrawn_in_round(session: Session, round_id: UUID) -> frozenset[UUID]:
    """Applications of a round that take no further part: withdrawn by their coordinator or by the office."""
    statement = (
        sa.select(JudgedApplication.application_id)
        .join(Application, Application.id == JudgedApplication.application_id)
        .where(
            JudgedApplication.round_id == round_id,
            sa.or_(
                JudgedApplication.state == JudgementState.WITHDRAWN, Application.state != ApplicationState.SUBMITTED
            ),
        )
    )
    return frozenset(session.scalars(statement))


def _in_round(round_id: UUID) -> sa.Select[Any]:
    return sa.select(JudgedApplication.application_id).where(JudgedApplication.round_id == round_id)


def _marks(session: Session, round_id: UUID) -> Mapping[UUID, Mapping[str, MarkRow]]:
    found: dict[UUID, dict[str, MarkRow]] = defaultdict(dict)
    statement = sa.select(
        PanelMark.application_id,
        PanelMark.criterion,
        PanelMark.score,
        PanelMark.reason,
        PanelMark.set_at,
        PanelMark.set_by,
    ).where(PanelMark.application_id.in_(_in_round(round_id)))
    for application_id, criterion, score, reason, set_at, set_by in session.execute(statement):
        found[application_id][criterion] = MarkRow(score, reason, set_at, set_by)
    return found


def _orders(session: Session, round_id: UUID) -> Mapping[UUID, OrderRow]:
    statement = sa.select(PanelOrder.application_id, PanelOrder.place, PanelOrder.reason, PanelOrder.decided_at).where(
        PanelOrder.application_id.in_(_in_round(round_id))
    )
    return {row[0]: OrderRow(row[1], row[2], row[3]) for row in session.execute(statement)}


def _capacity(session: Session, round_id: UUID) -> Mapping[UUID, Mapping[CheckKey, CapacityRow]]:
    """The latest finding of each kind and partner."""
    found: dict[UUID, dict[CheckKey, CapacityRow]] = defaultdict(dict)
    statement = (
        sa.select(
            CapacityResult.application_id,
            CapacityResult.kind,
            CapacityResult.partner_id,
            CapacityResult.outcome,
            CapacityResult.words,
            CapacityResult.recorded_at,
        )
        .where(CapacityResult.application_id.in_(_in_round(round_id)))
        .order_by(CapacityResult.recorded_at, CapacityResult.id)
    )
    for application_id, kind, partner_id, outcome, words, recorded_at in session.execute(statement):
        row = CapacityRow(CapacityOutcome(outcome), words, recorded_at)
        found[application_id][CapacityKind(kind), partner_id] = row
    return found


def _submitted(session: Session, round_id: UUID) -> Mapping[UUID, Submitted]:
    statement = (
        sa.select(
            JudgedApplication.application_id,
            Submission.snapshot["partners"],
            Submission.snapshot[("budget", "rows")],
        )
        .join(Submission, Submission.id == JudgedApplication.submission_id)
        .where(JudgedApplication.round_id == round_id)
    )
    return {row[0]: submitted_of(row[1], row[2]) for row in session.execute(statement)}


def submitted_of(partners: Iterable[Mapping[str, Any]], rows: Iterable[Mapping[str, Any]]) -> Submitted:
    """What the partners and the budget rows of a snapshot say."""
    budget = {row["partner"]: row for row in rows}
    members = [one for one in partners if PartnerRole(one["role"]).is_beneficiary]
    return Submitted(
        partners=tuple(
            SelectionPartner(
                UUID(one["id"]),
                one["name"],
                one["role"] == PartnerRole.COORDINATOR,
                OrganisationType(one["organisation_type"]),
                _amount(budget.get(one["id"]), "requested"),
            )
            for one in members
        ),
        countries=len({one["country"] for one in members}),
        sme_share=_sme_share([(one["sme"], _amount(budget.get(one["id"]), "eligible")) for one in members]),
    )


def _amount(row: Mapping[str, Any] | None, name: str) -> Money:
    return Money.parse(row[name]["amount"], row[name]["currency"]) if row is not None else Money.zero()


def _sme_share(parts: Sequence[tuple[bool | None, Money]]) -> int | None:
    """None where somebody with costs has not said, or where there are none."""
    whole = sum(costs.cents for _, costs in parts)
    if not whole or any(sme is None and costs for sme, costs in parts):
        return None
    return sum(costs.cents for sme, costs in parts if sme) * BASIS_POINTS // whole
