"""The ranking as it would be frozen now, with what still stands in its way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.canonical import canonical_json
from app.core.violations import Violation
from app.evaluation.queries.candidates import PanelFacts, candidates_of, panel_facts
from app.evaluation.queries.rounds import RoundRules
from app.evaluation.rules.committee import proposal_findings
from app.evaluation.rules.ranking import RankedList, Standing, rank
from app.evaluation.rules.record import Described, ranking_record
from app.evaluation.rules.selection import CapacityCheck, missing_checks
from app.evaluation.schemas import JudgedRow


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
