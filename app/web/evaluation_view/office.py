"""The evaluation as the office of a call sees it: of one application, and which of them are ready for the consensus."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.applications.policies import follows_call
from app.applications.queries.office_calls import OfficeCall, office_call
from app.core.errors import NotFoundError
from app.evaluation.models import ConsensusReport
from app.evaluation.policies import runs_evaluation
from app.evaluation.queries.acting import in_room, readiness
from app.evaluation.queries.assignments import assignments_of_round
from app.evaluation.queries.overview import Overview, overview
from app.evaluation.queries.reports import consensus_reports
from app.evaluation.queries.rounds import judged_rows, round_of_call, round_rules
from app.evaluation.rules.lifecycle import AssignmentState, JudgementState, ReportState, RoundState
from app.evaluation.rules.reports import Sheet, judges_capacity
from app.web.evaluation_view.room import compare_all, names_in
from app.web.evaluation_view.sheets import ShownCriterion, ShownTotal, criteria_of, shown_total
from app.web.findings import shown

if TYPE_CHECKING:
    from uuid import UUID

    from app.delivery.unit_of_work import Work
    from app.evaluation.schemas import AssignmentRow, JudgedRow, ReportRow

_CONFLICT = frozenset({AssignmentState.CONFLICT, AssignmentState.TO_DECIDE})


@dataclass(frozen=True, slots=True)
class ShownReport:
    """An individual report as it is read."""

    row: ReportRow
    name: str
    criteria: Sequence[ShownCriterion]
    total: ShownTotal


def evaluation_of(work: Work, application_id: UUID) -> dict[str, Any]:
    """Everything that the actor's sights show of the evaluation of an application, as its page reads it.

    The office comes to it from its call, an expert from the queue, somebody with a seat from the panel.
    """
    language = work.known.language
    found = overview(work.session, work.actor, application_id)
    call = office_call(work.session, found.rules.row.call_id, now=work.now)
    names, stage = names_in(found.everybody, work.actor, language), found.rules.stage
    group = found.consensus
    return {
        "found": found,
        "base": f"/officer/applications/{application_id}/evaluation",
        "call": call,
        "crumbs": _crumbs(work, found, call),
        "room": group is not None and in_room(work.session, work.actor, application_id),
        "names": names,
        "reports": [
            ShownReport(
                one,
                names[one.assignment_id],
                criteria_of(stage, one.sheet, language),
                shown_total(stage, one.sheet, language),
            )
            for one in found.reports
        ],
        "compared": compare_all(found.rules, found.counting, names) if found.counting else {},
        "titles": {one.id: one for one in criteria_of(stage, Sheet(), language)},
        "criteria": criteria_of(stage, group.sheet, language) if group else [],
        "total": shown_total(stage, group.sheet, language) if group else None,
        "stops": [shown(one, language=language) for one in found.stops],
        "asks_capacity": judges_capacity(found.rules.rules),
    }


def _crumbs(work: Work, found: Overview, call: OfficeCall) -> list[tuple[str, str]]:
    if follows_call(work.actor, call.id, call.programme_id):
        application = (found.judged.reference, f"/officer/applications/{found.judged.application_id}")
        return [("Calls", "/officer/calls"), (call.identifier, f"/officer/calls/{call.id}"), application]
    own = next((one for one in found.everybody if one.person_id == work.actor.person_id), None)
    if own is not None:
        return [("Evaluation", "/evaluation"), (found.judged.reference, "")]
    return [("Panel", "/panel"), (call.identifier, f"/panel/{call.id}"), (found.judged.reference, "")]


@dataclass(frozen=True, slots=True)
class ReadyRow:
    """An application on its way to the consensus: figures are counts of reports."""

    judged: JudgedRow
    submitted: int
    needed: int
    state: str
    ready: bool


def readiness_of_call(work: Work, call_id: UUID) -> dict[str, Any]:
    """Every application of the latest round with its reports; without those that the actor has a conflict with."""
    session = work.session
    row = round_of_call(session, call_id)
    if row is None:
        raise NotFoundError("evaluation")
    rules = round_rules(session, row)
    by_application: dict[UUID, list[AssignmentRow]] = defaultdict(list)
    for one in assignments_of_round(session, row.id):
        by_application[one.application_id].append(one)
    reports = consensus_reports(session, ConsensusReport.application_id.in_(list(by_application)))
    rows = []
    for judged in judged_rows(session, row.id):
        mine = by_application[judged.application_id]
        if any(one.person_id == work.actor.person_id and one.state in _CONFLICT for one in mine):
            continue
        group = reports.get(judged.application_id)
        begun = judged.state is not JudgementState.INDIVIDUAL
        done = sum(one.state is AssignmentState.OPEN and one.report is ReportState.SUBMITTED for one in mine)
        rows.append(
            ReadyRow(
                judged=judged,
                submitted=done,
                needed=rules.evaluation.experts,
                state=group.state.value if group and judged.state is JudgementState.CONSENSUS else judged.state.value,
                ready=not begun and not readiness(rules.evaluation, mine),
            )
        )
    return {
        "call": office_call(session, call_id, now=work.now),
        "rows": rows,
        "ready": sum(one.ready for one in rows),
        "runs": runs_evaluation(work.actor, call_id, rules.programme_id),
        "works": row.state is RoundState.EXPERTS_AT_WORK,
        "decides": row.state in {RoundState.EXPERTS_AT_WORK, RoundState.PANEL},
    }
