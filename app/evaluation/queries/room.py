"""The room of a group: everybody's reports, the report that it drafts, who agreed, as far as the actor may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session

from app.calls.rules.evaluation_kinds import Sight
from app.core.actor import Actor
from app.core.errors import NotFoundError
from app.core.violations import Violation
from app.evaluation.queries.acting import group_of, moderates, takes_part
from app.evaluation.queries.assignments import assignments_of_application
from app.evaluation.queries.reports import MessageRow, consensus, messages_of, reports_of_application, views_of
from app.evaluation.queries.rounds import RoundRules, judged_row, round_row, round_rules
from app.evaluation.queries.sights import sights_for
from app.evaluation.rules.consensus import Agreement, View, agreement_of
from app.evaluation.rules.lifecycle import ConsensusState, JudgementState
from app.evaluation.rules.reports import sheet_texts
from app.evaluation.rules.standing import act_findings
from app.evaluation.schemas import AssignmentRow, ConsensusRow, JudgedRow, ReportRow, ViewRow


@dataclass(frozen=True, slots=True)
class Room:
    """The consensus on an application, as far as the actor may see it."""

    judged: JudgedRow
    rules: RoundRules
    sights: frozenset[Sight]
    own: AssignmentRow | None
    moderates: bool
    group: tuple[AssignmentRow, ...]
    report: ConsensusRow
    reports: Sequence[ReportRow]
    views: Sequence[ViewRow]
    messages: Sequence[MessageRow]
    closed: tuple[Violation, ...]
    everybody: tuple[AssignmentRow, ...]
    """Every assignment in its order; name and address are empty where the phase hides names."""

    @property
    def texts(self) -> dict[str, str]:
        """The stored report, as the fields of the form."""
        return sheet_texts(self.rules.stage, self.report.sheet, self.report.overall_comment)

    @property
    def drafts(self) -> bool:
        """Whether the actor is the rapporteur."""
        return self.own is not None and self.own.rapporteur

    @property
    def editable(self) -> bool:
        """Whether the actor can write in the report now."""
        return self.drafts and not self.closed and self.report.state is ConsensusState.DRAFT

    @property
    def proposed(self) -> bool:
        """Whether the group has a report before it."""
        return not self.closed and self.report.state is ConsensusState.PROPOSED

    @property
    def current(self) -> list[ViewRow]:
        """Views on the report as it stands."""
        return [one for one in self.views if one.report_version == self.report.version]

    @property
    def earlier(self) -> list[ViewRow]:
        """Views on versions that were revised since."""
        return [one for one in self.views if one.report_version != self.report.version]

    @property
    def silent(self) -> list[UUID]:
        """Assignments whose expert has not said yet what they think of the report."""
        answered = {one.assignment_id for one in self.current}
        return [one.id for one in self.group if one.id not in answered]

    @property
    def own_view(self) -> ViewRow | None:
        """What the actor said of the report as it stands."""
        return next((one for one in self.current if self.own is not None and one.assignment_id == self.own.id), None)

    @property
    def agreement(self) -> Agreement:
        """What the views come to."""
        views = {one.assignment_id: View(one.assignment_id, one.agrees, one.words) for one in self.current}
        return agreement_of([one.id for one in self.group], views)


def room(session: Session, actor: Actor, application_id: UUID) -> Room:
    """The room as the actor may see it; raise NotFound where no consensus was opened or the phase hides it."""
    judged = judged_row(session, application_id)
    rules = round_rules(session, round_row(session, judged.round_id))
    sights = sights_for(session, actor, judged, rules)
    report = consensus(session, application_id)
    if report is None or "consensus_report" not in sights:
        raise NotFoundError("consensus report")
    everybody = shown_experts(assignments_of_application(session, application_id), sights, actor)
    seen = {one.id: one for one in everybody}
    group = tuple(seen[one.id] for one in group_of(session, application_id))
    own = next((one for one in group if one.person_id == actor.person_id), None)
    return Room(
        judged=judged,
        rules=rules,
        sights=sights,
        own=own,
        moderates=moderates(session, actor, application_id, rules),
        group=group,
        report=report,
        reports=shown_reports(reports_of_application(session, application_id), sights, own),
        views=[replace(one, name=seen[one.assignment_id].name) for one in views_of(session, application_id)],
        messages=[
            replace(one, name=seen[one.assignment_id].name) if one.assignment_id is not None else one
            for one in messages_of(session, application_id)
        ],
        closed=act_findings(
            rules.row.state,
            judged.state,
            needs=JudgementState.CONSENSUS,
            takes_part=takes_part(session, application_id),
        ),
        everybody=everybody,
    )


def shown_reports(reports: Sequence[ReportRow], sights: frozenset[Sight], own: AssignmentRow | None) -> list[ReportRow]:
    """The own report and those of others, each where the phase shows it."""
    own_id = own.id if own is not None else None
    return [one for one in reports if ("own_report" if one.assignment_id == own_id else "other_reports") in sights]


def shown_experts(
    everybody: Sequence[AssignmentRow], sights: frozenset[Sight], actor: Actor
) -> tuple[AssignmentRow, ...]:
    """Assignments with names where the phase shows them; one's own always."""
    return tuple(
        one if "expert_names" in sights or one.person_id == actor.person_id else replace(one, name="", email="")
        for one in everybody
    )
