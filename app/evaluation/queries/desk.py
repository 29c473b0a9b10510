"""An expert's desk: the own assignment with its report, the rules that judge, and whether it can still change."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.calls.rules.evaluation_kinds import Sight
from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError
from app.core.violations import Violation
from app.evaluation.queries.acting import own_assignment, takes_part
from app.evaluation.queries.reports import report
from app.evaluation.queries.rounds import RoundRules, judged_row, round_row, round_rules
from app.evaluation.queries.sights import sights_for
from app.evaluation.rules.lifecycle import JudgementState, ReportState
from app.evaluation.rules.reports import Sheet, sheet_texts
from app.evaluation.rules.standing import act_findings, assignment_findings_of
from app.evaluation.schemas import AssignmentRow, JudgedRow, ReportRow


@dataclass(frozen=True, slots=True)
class Desk:
    """An expert's assignment with everything its pages need; ``closed`` says why the report cannot change, if so."""

    own: AssignmentRow
    judged: JudgedRow
    rules: RoundRules
    report: ReportRow | None
    sights: frozenset[Sight]
    closed: tuple[Violation, ...]
    zone: str

    @property
    def editable(self) -> bool:
        """Whether the expert can write."""
        return not self.closed and (self.report is None or self.report.state is ReportState.DRAFT)

    @property
    def sheet(self) -> Sheet:
        """What is stored."""
        return self.report.sheet if self.report is not None else Sheet()

    @property
    def texts(self) -> dict[str, str]:
        """What is stored, as the fields of the form."""
        return sheet_texts(self.rules.stage, self.sheet, self.report.overall_comment if self.report else "")

    @property
    def version(self) -> int:
        """The version that is stored, 0 before the first save."""
        return self.report.version if self.report is not None else 0


def desk(session: Session, actor: Actor, assignment_id: UUID) -> Desk:
    """The actor's own desk.

    Raise RulesViolated before the expert declared to have no conflict, and once the assignment is over; NotFound in a
    phase in which the call hides even the own report.
    """
    own = own_assignment(session, actor, assignment_id)
    if found := assignment_findings_of(own.state):
        raise RulesViolatedError(found)
    judged = judged_row(session, own.application_id)
    rules = round_rules(session, round_row(session, judged.round_id))
    sights = sights_for(session, actor, judged, rules)
    if "own_report" not in sights:
        raise NotFoundError("report")
    closed = act_findings(
        rules.row.state,
        judged.state,
        needs=JudgementState.INDIVIDUAL,
        takes_part=takes_part(session, own.application_id),
    )
    zone = rules.rules.timetable.deadline.zone
    return Desk(own, judged, rules, report(session, assignment_id), sights, closed, zone)
