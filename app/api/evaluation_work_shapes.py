"""Experts and their work as JSON, made from the same readings as the pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.api.problems import Finding, finding_of
from app.evaluation.queries.assignments import OwnAssignment
from app.evaluation.queries.board import BoardRow, Candidate
from app.evaluation.queries.declaration import Declaration
from app.evaluation.rules.lifecycle import AssignmentState, JudgementState, ReportState, RoundState
from app.evaluation.rules.staffing import Step
from app.partnerships.rules.facts import PartnerRole


class _Shape(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class MadeInvitations(BaseModel):
    """The invitations that were made."""

    ids: list[UUID]


class ExpertItem(_Shape):
    """A registered expert of a call."""

    person_id: UUID
    name: str
    email: str
    expertise: str
    languages: list[str]
    employer: str
    country: str
    max_load: int | None = Field(description="The most applications that they take; null for no limit")
    load: int = Field(description="Applications that they have now")
    joined_at: datetime


class UnregisteredItem(_Shape):
    """Somebody who accepted to be an expert and is not registered."""

    person_id: UUID
    name: str
    email: str
    accepted_at: datetime
    left_at: datetime | None


class ExpertInvitationItem(_Shape):
    """An open invitation to be an expert."""

    id: UUID
    email: str
    invited_at: datetime
    expires_at: datetime


class ExpertsOfCall(BaseModel):
    """Everybody who is, or may become, an expert of a call."""

    registered: list[ExpertItem]
    unregistered: list[UnregisteredItem]
    invitations: list[ExpertInvitationItem]


class Registration(BaseModel):
    """What you registered as an expert; ``version`` is sent back with a change."""

    registered: bool
    expertise: str = ""
    languages: list[str] = []
    employer: str = ""
    country: str = ""
    max_load: int | None = None
    version: int = 0


class WorkItem(BaseModel):
    """An assignment on the board; name, words and reason are empty where the phase hides who the experts are."""

    id: UUID
    person_id: UUID | None
    name: str
    rapporteur: bool
    state: AssignmentState
    due_at: datetime
    answered_at: datetime | None
    words: str = Field(description="What the expert said with the answer")
    reason: str = Field(description="What the office said with its decision")
    report: ReportState | None
    submitted_at: datetime | None
    late: bool


class BoardItem(BaseModel):
    """An application under evaluation with its experts and what comes next."""

    application_id: UUID
    reference: str
    acronym: str
    title: str
    coordinator: str
    countries: list[str]
    state: JudgementState
    needed: int = Field(description="Reports that are needed")
    answered: int
    submitted: int
    lacking: int = Field(description="Experts that are still to be assigned")
    to_decide: int
    late: int
    has_rapporteur: bool
    next: Step
    by: datetime | None
    assignments: list[WorkItem]


class RoundFiguresItem(_Shape):
    """Counts over the applications of the evaluation that you may see."""

    applications: int
    withdrawn: int
    active: int = Field(description="Assignments that count")
    answered: int = Field(description="Of them, those whose expert has declared")
    reports: int = Field(description="Individual reports that are needed")
    submitted: int
    lacking: int
    applications_lacking: int
    to_decide: int
    late: int
    without_rapporteur: int
    in_consensus: int
    concluded: int


class RoundItem(BaseModel):
    """The evaluation of a call as it stands."""

    id: UUID
    stage: str
    state: RoundState
    started_at: datetime
    reports_due_at: datetime
    experts: int = Field(description="Experts per application, at least")
    figures: RoundFiguresItem


class CandidateItem(BaseModel):
    """A registered expert with what speaks against assigning them; without ``against`` they can be assigned."""

    person_id: UUID
    name: str
    expertise: str
    languages: list[str]
    employer: str
    load: int
    max_load: int | None
    against: list[Finding]
    doubts: list[Finding]


class OwnAssignmentItem(BaseModel):
    """One of your assignments; only the reference while a possible conflict is decided."""

    id: UUID
    call: str
    reference: str
    acronym: str
    title: str
    rapporteur: bool
    state: AssignmentState
    due_at: datetime
    judgement: JudgementState
    withdrawn: bool
    report: ReportState | None
    submitted_at: datetime | None


class PartnerName(_Shape):
    """A partner."""

    name: str
    country: str
    role: PartnerRole


class DeclarationItem(BaseModel):
    """Who applies: all that is shown before you declare."""

    id: UUID
    state: AssignmentState
    reference: str
    acronym: str
    title: str
    partners: list[PartnerName]
    due_at: datetime
    withdrawn: bool


def board_item(row: BoardRow) -> BoardItem:
    """A row of the board."""
    judged, staffing = row.judged, row.staffing
    return BoardItem(
        application_id=judged.application_id,
        reference=judged.reference,
        acronym=judged.acronym,
        title=judged.title,
        coordinator=judged.coordinator,
        countries=list(judged.countries),
        state=judged.state,
        needed=staffing.needed,
        answered=staffing.answered,
        submitted=staffing.submitted,
        lacking=staffing.lacking,
        to_decide=staffing.to_decide,
        late=staffing.late,
        has_rapporteur=staffing.has_rapporteur,
        next=staffing.step,
        by=staffing.by,
        assignments=[
            WorkItem(
                id=one.id,
                person_id=one.person_id if row.names else None,
                name=row.name_of(one),
                rapporteur=one.rapporteur,
                state=one.state,
                due_at=one.due_at,
                answered_at=one.answered_at,
                words=one.words if row.names else "",
                reason=one.reason if row.names else "",
                report=one.report,
                submitted_at=one.submitted_at,
                late=one.late,
            )
            for one in row.assignments
        ],
    )


def candidate_item(one: Candidate) -> CandidateItem:
    """A candidate."""
    expert = one.expert
    return CandidateItem(
        person_id=expert.person_id,
        name=expert.name,
        expertise=expert.expertise,
        languages=list(expert.languages),
        employer=expert.employer,
        load=expert.load,
        max_load=expert.max_load,
        against=[finding_of(found) for found in one.against],
        doubts=[finding_of(found) for found in one.doubts],
    )


def own_items(rows: Sequence[OwnAssignment]) -> list[OwnAssignmentItem]:
    """The queue of an expert; what a conflict closed is not in it."""
    return [_own(row) for row in rows if row.state is not AssignmentState.CONFLICT]


def _own(row: OwnAssignment) -> OwnAssignmentItem:
    hidden = row.state is AssignmentState.TO_DECIDE
    return OwnAssignmentItem(
        id=row.id,
        call=row.call,
        reference=row.reference,
        acronym="" if hidden else row.acronym,
        title="" if hidden else row.title,
        rapporteur=row.rapporteur,
        state=row.state,
        due_at=row.due_at,
        judgement=row.judgement,
        withdrawn=row.withdrawn,
        report=row.report,
        submitted_at=row.submitted_at,
    )


def declaration_item(found: Declaration) -> DeclarationItem:
    """Before the content opens."""
    return DeclarationItem(
        id=found.row.id,
        state=found.row.state,
        reference=found.reference,
        acronym=found.acronym,
        title=found.title,
        partners=[PartnerName.model_validate(one) for one in found.partners],
        due_at=found.row.due_at,
        withdrawn=found.withdrawn,
    )
