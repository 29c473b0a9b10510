"""Commands of the evaluation, and the facts that its queries hand to pages and to later areas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BeforeValidator, Field, StringConstraints

from app.accounts.schemas import Email
from app.core.commands import Command, EmptyIsNone, RequiredLine
from app.core.money import Money
from app.evaluation.rules.committee import Seat
from app.evaluation.rules.lifecycle import (
    AssignmentState,
    ConsensusState,
    JudgementState,
    RankingState,
    ReportState,
    RoundState,
)
from app.evaluation.rules.reports import Sheet
from app.evaluation.rules.scores import ScoreError, read_score
from app.evaluation.rules.selection import CapacityKind, CapacityOutcome

Comment = Annotated[str, StringConstraints(max_length=8000)]
Reason = Annotated[str, StringConstraints(max_length=2000)]
RowVersion = Annotated[int, Field(ge=0, le=10**9)]


def _points(value: object) -> object:
    """Points as typed or as JSON text; an empty field is no score yet."""
    if value is None or isinstance(value, Decimal):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError("Give points as a number with at most two decimals, for example 7.5.")  # noqa: TRY004  # Pydantic turns a ValueError into a finding
    try:
        return read_score(str(value))
    except ScoreError:
        raise ValueError("Give points as a number with at most two decimals, for example 7.5.") from None


PointsTyped = Annotated[Decimal | None, BeforeValidator(_points, json_schema_input_type=str | None)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]


class StartEvaluation(Command):
    """Open the round: every admitted application goes to the experts, whose reports are due at an instant."""

    reports_due_at: AwareDatetime


class ExpertDetails(Command):
    """What an expert registers; ``max_load`` is the most applications that they take in this call."""

    expertise: Annotated[str, StringConstraints(min_length=3, max_length=1000)]
    languages: Annotated[list[Language], Field(min_length=1, max_length=24)]
    employer: Annotated[str, StringConstraints(max_length=200)] = ""
    country: Annotated[str, StringConstraints(max_length=2)] = ""
    max_load: Annotated[Annotated[int, Field(ge=1, le=200)] | None, EmptyIsNone] = None
    version: RowVersion = 0


class AssignExpert(Command):
    """Give an application to an expert; a rapporteur also drafts the consensus report."""

    person_id: UUID
    rapporteur: bool = False


class DeclareConflict(Command):
    """The answer that opens the content, or closes it: ``none``, ``possible`` or ``conflict``; the last two say why."""

    answer: Annotated[str, StringConstraints(pattern="^(none|possible|conflict)$")]
    words: Reason = ""


class WithReason(Command):
    """An act that needs its reason."""

    reason: Annotated[RequiredLine, StringConstraints(max_length=2000)]


class DecideConflict(WithReason):
    """What the office makes of a possible conflict: the expert may go on, or is barred from the application."""

    allow: bool


class InviteExperts(Command):
    """Offer the role to several people at once, by e-mail address."""

    emails: Annotated[list[Email], Field(min_length=1, max_length=100)]


class SaveSheet(Command):
    """Scores and comments by criterion of a report; ``version`` is the one that the person saw."""

    scores: dict[str, PointsTyped] = Field(default_factory=dict, max_length=20)
    comments: dict[str, Comment] = Field(default_factory=dict, max_length=20)
    capacity: Annotated[bool | None, EmptyIsNone] = None
    capacity_comment: Comment = ""
    overall_comment: Comment = ""
    version: RowVersion

    def sheet(self) -> Sheet:
        """As the rules see it."""
        return Sheet(self.scores, self.comments, self.capacity, self.capacity_comment)


class GiveView(Command):
    """Agree with the proposed consensus report, or dissent with reasons; for the version that was read."""

    agrees: bool
    words: Comment = ""
    version: RowVersion


class OfVersion(Command):
    """An act on the version of a report that the person saw."""

    version: RowVersion


class ConcludeConsensus(Command):
    """Close the report of the group; ``panel_decides`` leaves the scores to the panel, for a reason."""

    version: RowVersion
    panel_decides: bool = False
    reason: Reason = ""


class WriteMessage(Command):
    """A line of the discussion among the experts of an application and its moderator."""

    text: Annotated[RequiredLine, StringConstraints(max_length=4000)]


class SeatPerson(Command):
    """Give somebody a seat in the evaluation committee, by e-mail address of their account."""

    email: RequiredLine
    seat: Seat


class SetMark(Command):
    """The panel's own score for one criterion of an application, with its reason."""

    criterion: RequiredLine
    score: PointsTyped
    reason: Reason


class DecideTie(Command):
    """The order of applications that tie, first one first, with the panel's reason."""

    application_ids: Annotated[list[UUID], Field(min_length=2, max_length=50)]
    reason: Reason


class RecordCapacity(Command):
    """What was found about the means of a partner, or of the partnership where no partner is named."""

    kind: CapacityKind
    outcome: CapacityOutcome
    partner_id: Annotated[UUID | None, EmptyIsNone] = None
    words: Reason = ""


class CastVote(Command):
    """Approve the proposed ranking, or vote against it with a reason; for the content whose hash was seen."""

    approves: bool
    words: Reason = ""
    sha256: Annotated[str, StringConstraints(min_length=64, max_length=64)]


@dataclass(frozen=True, slots=True)
class RoundRow:
    """The evaluation of one stage of a call."""

    id: UUID
    call_id: UUID
    stage: str
    call_version_id: UUID
    state: RoundState
    reports_due_at: datetime
    started_at: datetime
    panel_opened_at: datetime | None
    adopted_at: datetime | None
    informed_at: datetime | None


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """An application under evaluation with the head that pages show."""

    application_id: UUID
    round_id: UUID
    submission_id: UUID
    state: JudgementState
    without_agreement: bool
    reference: str
    acronym: str
    title: str
    strand: str
    requested: Money
    coordinator: str
    countries: tuple[str, ...]
    partners: int


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """An assignment with the expert's name; ``report`` is the state of the report, None before it was begun."""

    id: UUID
    round_id: UUID
    application_id: UUID
    person_id: UUID
    name: str
    email: str
    rapporteur: bool
    state: AssignmentState
    due_at: datetime
    assigned_at: datetime
    answered_at: datetime | None
    words: str
    reason: str
    report: ReportState | None
    submitted_at: datetime | None
    late: bool


@dataclass(frozen=True, slots=True)
class ReportRow:
    """An individual report with its content."""

    assignment_id: UUID
    application_id: UUID
    person_id: UUID
    state: ReportState
    version: int
    sheet: Sheet
    overall_comment: str
    saved_at: datetime
    submitted_at: datetime | None
    late: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ConsensusRow:
    """A consensus report with its content; ``agreement`` is empty before it is concluded."""

    application_id: UUID
    state: ConsensusState
    version: int
    sheet: Sheet
    overall_comment: str
    saved_at: datetime
    saved_by: UUID | None
    proposed_at: datetime | None
    concluded_at: datetime | None
    agreement: str
    conclusion_words: str = ""


@dataclass(frozen=True, slots=True)
class ViewRow:
    """What an evaluator says of a version of the consensus report."""

    assignment_id: UUID
    person_id: UUID
    name: str
    report_version: int
    agrees: bool
    words: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class RankingRow:
    """A frozen ranking; ``snapshot`` as rules/record.py describes it."""

    id: UUID
    round_id: UUID
    number: int
    state: RankingState
    sha256: str
    proposed_at: datetime
    proposed_by: UUID | None
    adopted_at: datetime | None
    adopted_by: UUID | None
    snapshot: Mapping[str, Any] = field(default_factory=dict)
