"""Shapes of calls at the JSON door."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.api.problems import Finding, finding_of
from app.applications.queries.office import CallFigures, OfficeRow
from app.applications.rules.lifecycle import ApplicationState
from app.calls.rules.funding_kinds import FundingKind
from app.calls.rules.lifecycle import CallState
from app.calls.rules.phases import Phase
from app.calls.schemas import CallRow, SavedDraft, VersionRow
from app.core.commands import Euro


class CallItem(BaseModel):
    """A call in a list."""

    identifier: str
    titles: dict[str, str] = Field(description="By language; English is always there")
    programme: str
    funding_kind: FundingKind
    state: CallState
    phase: Phase = Field(description="As of this answer")
    opens_at: datetime
    deadline: datetime
    envelope: Euro | None = Field(None, description="All that the call can award; null where it pays nothing")
    version: str


class VersionItem(BaseModel):
    """A published version."""

    label: str
    sha256: str = Field(description="Of the canonical JSON of the rules")
    published_at: datetime


class ChangeItem(BaseModel):
    """One place that a corrigendum changed."""

    model_config = ConfigDict(from_attributes=True)

    path: str
    title: str
    before: str | None = Field(None, description="Null where the place is new")
    after: str | None = Field(None, description="Null where the place is gone")


class CallDocument(CallItem):
    """A call with its rules in force."""

    withdrawal_reason: str
    sha256: str
    versions: list[VersionItem] = Field(description="Oldest first")
    rules: dict[str, Any] = Field(description="The call document")


class VersionDocument(VersionItem):
    """A version with its rules."""

    identifier: str
    changes: list[ChangeItem] = Field(description="Against the version before; empty for the first")
    rules: dict[str, Any] = Field(description="The call document")


class DraftSaved(BaseModel):
    """What was stored, and everything found about it."""

    identifier: str
    version: str = Field(description="Label of the next version that waits; empty where everything is published")
    revision: int = Field(description="To be sent with the next change of the draft")
    findings: list[Finding]


class Publication(BaseModel):
    """What came into force."""

    identifier: str
    version: str
    sha256: str
    state: CallState


class CountryCount(BaseModel):
    """Submitted applications by the coordinator's country."""

    country: str
    count: int


class DayCount(BaseModel):
    """Submitted applications by the day of receipt in Brussels."""

    day: date
    count: int


class Figures(BaseModel):
    """Counts and sums of a call's applications."""

    drafts: int
    submitted: int
    withdrawn: int
    not_submitted: int
    requested: Euro
    by_country: list[CountryCount]
    by_day: list[DayCount]


class SubmittedItem(BaseModel):
    """A submitted application as the office's list shows it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    reference: str
    acronym: str
    title: str
    state: ApplicationState
    coordinator: str
    country: str
    countries: list[str]
    partners: int
    requested: Euro
    eligible: Euro
    received_at: datetime
    versions: int


def item_of(row: CallRow) -> CallItem:
    """A row of the list."""
    return CallItem(
        identifier=row.identifier,
        titles=dict(row.titles),
        programme=row.programme,
        funding_kind=FundingKind(row.funding_kind),
        state=row.state,
        phase=row.phase,
        opens_at=row.opens_at,
        deadline=row.deadline,
        envelope=row.envelope,
        version=row.version,
    )


def version_item(version: VersionRow) -> VersionItem:
    """A published version; raise ValueError for a draft."""
    if version.published_at is None:
        raise ValueError("a draft is not shown")
    return VersionItem(label=version.label, sha256=version.sha256, published_at=version.published_at)


def draft_saved(saved: SavedDraft, identifier: str, versions: Sequence[VersionRow]) -> DraftSaved:
    """The draft that waits now."""
    waiting = next((each for each in versions if each.published_at is None), None)
    return DraftSaved(
        identifier=identifier,
        version=waiting.label if waiting else "",
        revision=waiting.revision if waiting else 0,
        findings=[finding_of(found) for found in saved.findings],
    )


def figures_shape(figures: CallFigures) -> Figures:
    """The figures of a call."""
    return Figures(
        drafts=figures.drafts,
        submitted=figures.submitted,
        withdrawn=figures.withdrawn,
        not_submitted=figures.not_submitted,
        requested=figures.requested,
        by_country=[CountryCount(country=country, count=count) for country, count in figures.by_country],
        by_day=[DayCount(day=day, count=count) for day, count in figures.by_day],
    )


def submitted_item(row: OfficeRow) -> SubmittedItem:
    """A row of the office's list."""
    return SubmittedItem.model_validate(row)
