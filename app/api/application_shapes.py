"""Applications as JSON: what routes answer, made from the same readings as the pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.api.problems import Finding, finding_of
from app.applications.queries.mine import OwnApplication
from app.applications.rules.budget import BudgetTable, PartnerBudget
from app.applications.rules.budget_meters import BudgetMeter
from app.applications.rules.facts import ApplicationFacts
from app.applications.rules.lifecycle import ApplicationState
from app.applications.rules.progress import SectionProgress
from app.applications.schemas import ApplicationHead, AttachmentRow, SectionRow, SheetRow, SubmissionRow
from app.core.commands import Euro
from app.core.violations import Violation, blocking
from app.documents.rules.lifecycle import DocumentState
from app.documents.schemas import DocumentRow
from app.partnerships.rules.facts import PartnerRole
from app.partnerships.rules.lifecycle import PartnerState
from app.partnerships.schemas import PartnerRow


class _Shape(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Made(BaseModel):
    """What was made."""

    id: UUID


class Stored(BaseModel):
    """The version that is stored now, and what the rules say of it: findings never stop a save."""

    version: int
    findings: list[Finding]


class ApplicationItem(_Shape):
    """An application in a list."""

    id: UUID
    reference: str
    acronym: str
    title: str
    state: ApplicationState
    requested: Euro
    changed_at: datetime
    submitted_at: datetime | None = None
    call: str = Field(description="Identifier of the call", validation_alias="identifier")
    deadline: datetime
    coordinator: str


class SectionItem(BaseModel):
    """A section that is asked: send its ``version`` back with the next save."""

    id: str
    title: str
    state: str = Field(description="not_started, in_progress, complete or with_findings")
    version: int
    saved_at: datetime | None = None
    answers: dict[str, Any]


class PartnerItem(_Shape):
    """An organisation in the partnership, whatever its state."""

    id: UUID
    organisation_id: UUID | None = None
    name: str
    role: PartnerRole
    state: PartnerState
    country: str
    region: str
    region_category: str = Field("", description="Empty where not known: an officer decides")


class Sheet(BaseModel):
    """The costs of one partner: what was entered and what follows from it."""

    partner_id: UUID
    version: int
    costs: dict[str, Euro] = Field(description="By cost category, computed ones too")
    units: dict[str, int] = Field(default_factory=dict, description="Entered units, for categories priced by the call")
    own_funding: Euro
    eligible: Euro
    maximum: Euro
    requested: Euro


class Limit(BaseModel):
    """A ceiling or a floor of the call and how much of it is used."""

    rule: str
    label: str
    used: Euro
    limit: Euro
    at_least: bool
    met: bool
    partner_id: UUID | None = None


class Budget(BaseModel):
    """The budget of the working copy."""

    sheets: list[Sheet]
    eligible: Euro
    requested: Euro
    limits: list[Limit]


class AttachmentItem(_Shape):
    """The current document of a file field."""

    field: str
    filename: str
    pages: int
    size: int
    sha256: str
    attached_at: datetime


class SubmissionItem(BaseModel):
    """A submitted version; the one that ``counts`` is the last in time of an application that is not withdrawn."""

    id: UUID
    number: int
    received_at: datetime
    sha256: str
    requested: Euro
    eligible: Euro
    partners: int
    counts: bool
    receipt: UUID | None = Field(None, description="Id of the receipt: GET /documents/{id}")


class ApplicationDocument(BaseModel):
    """The working copy as a whole."""

    id: UUID
    reference: str
    call: str
    call_version: str
    strand: str
    stage: str
    acronym: str
    title: str
    state: ApplicationState
    created_at: datetime
    changed_at: datetime
    deadline: datetime
    may_edit: bool = Field(description="Whether this person may change it now")
    may_submit: bool = Field(description="Whether this person may submit it now; findings may still stop it")
    sections: list[SectionItem]
    partners: list[PartnerItem]
    budget: Budget
    attachments: list[AttachmentItem]
    findings: list[Finding]
    submissions: list[SubmissionItem]


class Findings(BaseModel):
    """What the validator says of the working copy."""

    can_be_submitted: bool
    findings: list[Finding]


class DocumentItem(_Shape):
    """A document that the platform makes."""

    id: UUID
    kind: str
    reference: str
    title: str
    state: DocumentState
    verification_code: str
    requested_at: datetime
    sealed_at: datetime | None = None
    filename: str | None = None
    size: int | None = None
    pages: int | None = None
    sha256: str | None = Field(None, validation_alias="file_sha256")
    ahead: int | None = Field(
        None, description="Asked for alone: documents made before it; 0 once it is made or in hand"
    )


def item_of(row: OwnApplication) -> ApplicationItem:
    """A row of the list."""
    return ApplicationItem.model_validate(row)


def section_items(progress: Sequence[SectionProgress], saved: Mapping[str, SectionRow]) -> list[SectionItem]:
    """Every section that is asked, with its stored answers."""
    return [
        SectionItem(
            id=each.section.id,
            title=str(each.section.title),
            state=each.state.value,
            version=row.version if row else 0,
            saved_at=row.saved_at if row else None,
            answers=dict(row.answers) if row else {},
        )
        for each in progress
        for row in [saved.get(each.section.id)]
    ]


def partner_items(rows: Sequence[PartnerRow], facts: ApplicationFacts) -> list[PartnerItem]:
    """Everybody who was ever asked."""
    categories = {one.partner_id: one.region_category for one in facts.partners}
    items = []
    for row in rows:
        category = categories.get(row.id)
        items.append(
            PartnerItem.model_validate(row).model_copy(update={"region_category": category.value if category else ""})
        )
    return items


def budget_shape(
    table: BudgetTable, facts: ApplicationFacts, stored: Mapping[UUID, SheetRow], meters: Sequence[BudgetMeter]
) -> Budget:
    """The computed budget with the row versions of the sheets."""
    return Budget(
        sheets=[_sheet(row, facts, stored) for row in table.rows],
        eligible=table.eligible,
        requested=table.requested,
        limits=[
            Limit(
                rule=one.rule_id,
                label=one.label,
                used=one.used,
                limit=one.limit,
                at_least=one.at_least,
                met=one.met,
                partner_id=one.partner_id,
            )
            for one in meters
        ],
    )


def _sheet(row: PartnerBudget, facts: ApplicationFacts, stored: Mapping[UUID, SheetRow]) -> Sheet:
    partner_id = row.partner.partner_id
    saved = stored.get(partner_id)
    units = {line.category_id: line.units for line in facts.lines if line.partner_id == partner_id and line.units}
    return Sheet(
        partner_id=partner_id,
        version=saved.version if saved else 0,
        costs=dict(row.cells),
        units=units,
        own_funding=row.maximum - row.requested if saved is None else saved.own_funding,
        eligible=row.eligible,
        maximum=row.maximum,
        requested=row.requested,
    )


def attachment_items(rows: Mapping[str, AttachmentRow]) -> list[AttachmentItem]:
    """Current documents by field."""
    return [AttachmentItem.model_validate(row) for row in rows.values()]


def submission_items(
    rows: Sequence[SubmissionRow], head: ApplicationHead, receipts: Sequence[DocumentRow]
) -> list[SubmissionItem]:
    """Every submitted version, latest first."""
    by_submission = {one.subject_id: one.id for one in receipts}
    return [
        SubmissionItem(
            id=row.id,
            number=row.number,
            received_at=row.received_at,
            sha256=row.sha256,
            requested=row.requested,
            eligible=row.eligible,
            partners=row.partners,
            counts=row.id == head.last_submission_id and head.state is ApplicationState.SUBMITTED,
            receipt=by_submission.get(row.id),
        )
        for row in rows
    ]


def findings_shape(found: tuple[Violation, ...]) -> Findings:
    """Findings, and whether any of them stops a submission."""
    return Findings(can_be_submitted=not blocking(found), findings=[finding_of(one) for one in found])
