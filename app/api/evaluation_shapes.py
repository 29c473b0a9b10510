"""Reports and consensus as JSON, made from the same readings as the pages; points are decimal text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from pydantic import BaseModel, Field

from app.api.problems import Finding, finding_of
from app.evaluation.rules.consensus import spread_of
from app.evaluation.rules.lifecycle import AssignmentState, ConsensusState, JudgementState, ReportState
from app.evaluation.rules.reports import Sheet, report_findings
from app.evaluation.rules.scores import score_text, total_of

if TYPE_CHECKING:
    from app.calls.rules.evaluation_kinds import Criterion
    from app.evaluation.queries.desk import Desk
    from app.evaluation.queries.overview import Overview
    from app.evaluation.queries.room import Room
    from app.evaluation.queries.rounds import RoundRules
    from app.evaluation.schemas import AssignmentRow, ReportRow, ViewRow


class TotalItem(BaseModel):
    """What a sheet comes to."""

    points: str = Field(description="Weighted points so far")
    maximum: str
    threshold: str
    missing: list[str] = Field(description="Criteria without a score")
    below: list[str] = Field(description="Criteria below their own threshold")
    passes: bool


class SheetItem(BaseModel):
    """Scores and comments by criterion."""

    scores: dict[str, str | None]
    comments: dict[str, str]
    capacity: bool | None = None
    capacity_comment: str = ""
    overall_comment: str = ""
    total: TotalItem


class ReportItem(BaseModel):
    """An individual report; ``expert`` is a name, or a number where the call hides names."""

    assignment_id: UUID
    expert: str
    state: ReportState
    version: int
    sheet: SheetItem
    saved_at: datetime | None = None
    submitted_at: datetime | None = None
    late: bool = False
    reason: str = Field("", description="Why an officer returned or voided it")
    findings: list[Finding] = Field(default_factory=list, description="What stops a submission")


class ViewItem(BaseModel):
    """What an evaluator says of a version of the consensus report."""

    expert: str
    version: int
    agrees: bool
    words: str
    given_at: datetime


class SpreadItem(BaseModel):
    """Everybody's scores on one criterion."""

    scores: dict[str, str] = Field(description="Score by expert")
    spread: str
    suggestion: str
    discuss: bool


class ConsensusItem(BaseModel):
    """The consensus on an application, as far as its reader may see it."""

    application_id: UUID
    state: ConsensusState
    version: int
    sheet: SheetItem
    agreement: str = Field(description="waiting, unanimous, majority or none; what the views come to")
    silent: list[str] = Field(description="Experts who have not answered")
    views: list[ViewItem]
    reports: list[ReportItem]
    spread: dict[str, SpreadItem]
    saved_at: datetime
    proposed_at: datetime | None = None
    concluded_at: datetime | None = None


class MessageItem(BaseModel):
    """A line of the discussion."""

    id: UUID
    writer: str
    text: str
    written_at: datetime


class ExpertItem(BaseModel):
    """An expert of an application."""

    assignment_id: UUID
    expert: str
    rapporteur: bool
    state: AssignmentState
    report: ReportState | None
    late: bool


class EvaluationItem(BaseModel):
    """The evaluation of an application for the office; what the phase hides is absent."""

    application_id: UUID
    state: JudgementState
    experts: list[ExpertItem]
    reports: list[ReportItem]
    consensus: SheetItem | None
    consensus_state: ConsensusState | None
    views: list[ViewItem]


class Opened(BaseModel):
    """On how many applications a consensus was opened."""

    opened: int


def sheet_item(rules: RoundRules, sheet: Sheet, overall_comment: str) -> SheetItem:
    """A sheet with its total."""
    total = total_of(rules.stage, sheet.scores)
    names = [criterion.id for criterion in rules.stage.criteria]
    return SheetItem(
        scores={name: _points(sheet, name) for name in names},
        comments={name: sheet.comments.get(name, "") for name in names},
        capacity=sheet.capacity,
        capacity_comment=sheet.capacity_comment,
        overall_comment=overall_comment,
        total=TotalItem(
            points=score_text(total.points),
            maximum=score_text(total.maximum),
            threshold=score_text(total.threshold),
            missing=list(total.missing),
            below=list(total.below),
            passes=total.passes,
        ),
    )


def _points(sheet: Sheet, name: str) -> str | None:
    score = sheet.scores.get(name)
    return None if score is None else score_text(score)


def report_item(desk: Desk) -> ReportItem:
    """The expert's own report, with what still stops it."""
    row = desk.report
    return ReportItem(
        assignment_id=desk.own.id,
        expert=desk.own.name,
        state=row.state if row else ReportState.DRAFT,
        version=desk.version,
        sheet=sheet_item(desk.rules, desk.sheet, row.overall_comment if row else ""),
        saved_at=row.saved_at if row else None,
        submitted_at=row.submitted_at if row else None,
        late=row.late if row else False,
        reason=row.reason if row else "",
        findings=[finding_of(one) for one in report_findings(desk.rules.rules, desk.rules.stage, desk.sheet)],
    )


def consensus_item(room: Room) -> ConsensusItem:
    """The room of a group."""
    names = expert_names(room.everybody)
    return ConsensusItem(
        application_id=room.judged.application_id,
        state=room.report.state,
        version=room.report.version,
        sheet=sheet_item(room.rules, room.report.sheet, room.report.overall_comment),
        agreement=room.report.agreement or room.agreement.value,
        silent=[names[one] for one in room.silent],
        views=_views(room.views, names),
        reports=[_other(room.rules, one, names) for one in room.reports],
        spread={criterion.id: _spread(room, criterion, names) for criterion in room.rules.stage.criteria},
        saved_at=room.report.saved_at,
        proposed_at=room.report.proposed_at,
        concluded_at=room.report.concluded_at,
    )


def message_items(room: Room) -> list[MessageItem]:
    """The discussion of a group."""
    names = expert_names(room.everybody)
    return [
        MessageItem(
            id=one.id,
            writer=names[one.assignment_id] if one.assignment_id is not None else "Moderator",
            text=one.text,
            written_at=one.written_at,
        )
        for one in room.messages
    ]


def evaluation_item(found: Overview) -> EvaluationItem:
    """The evaluation of an application for the office."""
    names, group = expert_names(found.everybody), found.consensus
    return EvaluationItem(
        application_id=found.judged.application_id,
        state=found.judged.state,
        experts=[
            ExpertItem(
                assignment_id=one.id,
                expert=names[one.id],
                rapporteur=one.rapporteur,
                state=one.state,
                report=one.report,
                late=one.late,
            )
            for one in found.everybody
        ],
        reports=[_other(found.rules, one, names) for one in found.reports],
        consensus=sheet_item(found.rules, group.sheet, group.overall_comment) if group else None,
        consensus_state=group.state if group else None,
        views=_views(found.views, names),
    )


def expert_names(everybody: Sequence[AssignmentRow]) -> dict[UUID, str]:
    """Names of experts, or numbers in order of assignment where names are hidden."""
    return {one.id: one.name or f"Expert {number}" for number, one in enumerate(everybody, 1)}


def _other(rules: RoundRules, one: ReportRow, names: Mapping[UUID, str]) -> ReportItem:
    return ReportItem(
        assignment_id=one.assignment_id,
        expert=names[one.assignment_id],
        state=one.state,
        version=one.version,
        sheet=sheet_item(rules, one.sheet, one.overall_comment),
        saved_at=one.saved_at,
        submitted_at=one.submitted_at,
        late=one.late,
        reason=one.reason,
    )


def _spread(room: Room, criterion: Criterion, names: Mapping[UUID, str]) -> SpreadItem:
    found = spread_of(room.rules.evaluation, criterion, [one.sheet.scores for one in room.reports])
    given = {names[one.assignment_id]: one.sheet.scores.get(criterion.id) for one in room.reports}
    return SpreadItem(
        scores={name: score_text(score) for name, score in given.items() if score is not None},
        spread=score_text(found.spread),
        suggestion="" if found.suggestion is None else score_text(found.suggestion),
        discuss=found.discuss,
    )


def _views(views: Sequence[ViewRow], names: Mapping[UUID, str]) -> list[ViewItem]:
    return [
        ViewItem(
            expert=names[one.assignment_id],
            version=one.report_version,
            agrees=one.agrees,
            words=one.words,
            given_at=one.given_at,
        )
        for one in views
    ]
