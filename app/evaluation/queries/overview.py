"""The evaluation of one application for its office, experts and committee; what the phase hides is not in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.policies import follows_call
from app.calls.rules.evaluation_kinds import Sight
from app.core.actor import Actor
from app.core.violations import Violation
from app.evaluation.policies import runs_evaluation
from app.evaluation.queries.acting import readiness, takes_part
from app.evaluation.queries.assignments import assignments_of_application
from app.evaluation.queries.reports import consensus, reports_of_application, views_of
from app.evaluation.queries.room import shown_experts, shown_reports
from app.evaluation.queries.rounds import RoundRules, judged_row, round_row, round_rules
from app.evaluation.queries.sights import sights_for
from app.evaluation.rules.lifecycle import AssignmentState, JudgementState, ReportState, RoundState
from app.evaluation.schemas import AssignmentRow, ConsensusRow, JudgedRow, ReportRow, ViewRow

OF_OTHERS: frozenset[Sight] = frozenset({"other_reports", "expert_names", "consensus_report"})
"""What there is to see of an evaluation beside the own report and the ranking."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Where the evaluation of an application stands.

    ``stops`` says why the consensus cannot begin, while it has not; ``runs`` whether the actor decides here, ``works``
    whether experts are at work on it.
    """

    judged: JudgedRow
    rules: RoundRules
    sights: frozenset[Sight]
    everybody: tuple[AssignmentRow, ...]
    reports: Sequence[ReportRow]
    consensus: ConsensusRow | None
    views: Sequence[ViewRow]
    stops: tuple[Violation, ...]
    takes_part: bool
    works: bool
    runs: bool

    @property
    def counting(self) -> list[ReportRow]:
        """Submitted reports whose expert still counts."""
        open_ones = {one.id for one in self.everybody if one.state is AssignmentState.OPEN}
        return [one for one in self.reports if one.state is ReportState.SUBMITTED and one.assignment_id in open_ones]


def shows_anything(session: Session, actor: Actor, application_id: UUID) -> bool:
    """Whether the phase shows the actor anything of the evaluation beyond a report of their own; raise NotFound."""
    judged = judged_row(session, application_id)
    rules = round_rules(session, round_row(session, judged.round_id))
    return bool(OF_OTHERS & sights_for(session, actor, judged, rules))


def overview(session: Session, actor: Actor, application_id: UUID) -> Overview:
    """Everything that the actor's sights show of the evaluation of an application; raise NotFound.

    What an expert never handed in belongs to that expert alone, also when the assignment ended; reports that were
    voided later are for the office.
    """
    judged = judged_row(session, application_id)
    rules = round_rules(session, round_row(session, judged.round_id))
    sights = sights_for(session, actor, judged, rules)
    everybody = shown_experts(assignments_of_application(session, application_id), sights, actor)
    names = {one.id: one.name for one in everybody}
    own = next((one for one in everybody if one.person_id == actor.person_id), None)
    office = follows_call(actor, rules.row.call_id, rules.programme_id)
    told = (ReportState.SUBMITTED, ReportState.VOIDED) if office else (ReportState.SUBMITTED,)
    handed_in = [
        one for one in reports_of_application(session, application_id, states=told) if one.submitted_at is not None
    ]
    group = consensus(session, application_id) if "consensus_report" in sights else None
    part = takes_part(session, application_id) and judged.state is not JudgementState.WITHDRAWN
    individual = judged.state is JudgementState.INDIVIDUAL
    return Overview(
        judged=judged,
        rules=rules,
        sights=sights,
        everybody=everybody,
        reports=shown_reports(handed_in, sights, own),
        consensus=group,
        views=[replace(one, name=names[one.assignment_id]) for one in views_of(session, application_id)]
        if group
        else [],
        stops=readiness(rules.evaluation, everybody) if individual else (),
        takes_part=part,
        works=part and rules.row.state is RoundState.EXPERTS_AT_WORK,
        runs=runs_evaluation(actor, rules.row.call_id, rules.programme_id),
    )
