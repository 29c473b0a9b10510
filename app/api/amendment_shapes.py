"""Amendments as JSON: made from the same readings as the pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.amendments.queries.reading import AmendmentReading
from app.amendments.rules.addendum import AddendumRecord
from app.amendments.rules.comparison import Figure
from app.amendments.rules.lifecycle import AmendmentKind, AmendmentState
from app.amendments.schemas import AmendmentRow
from app.api.grant_shapes import SignatureItem
from app.api.problems import Finding, finding_of
from app.core.commands import Euro
from app.core.violations import Violation


class _Shape(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class AmendmentItem(_Shape):
    """An amendment with where it stands."""

    number: int
    state: AmendmentState
    by_authority: bool = Field(description="Whether the managing body began it; else the coordinator")
    kinds: list[AmendmentKind]
    base_version: int = Field(description="Version of the agreement that it changes")
    reason: str
    effect_on: date | None = Field(description="Null: with the last signature")
    version: int = Field(description="Row version, for saving")
    requested_at: datetime | None
    decide_by: date | None
    decided_at: datetime | None
    note: str = Field(description="Why it was given back or refused")
    sha256: str | None = Field(description="What is signed, once it is accepted")
    entered_into_force_at: datetime | None
    agreement_version: int | None
    document_id: UUID | None


class FigureItem(_Shape):
    """An amount before and after."""

    before: Euro
    after: Euro
    difference: Euro


class LineItem(BaseModel):
    """Planned costs of one partner in one category, where they change."""

    partner_id: UUID
    partner: str
    category: str
    cost: FigureItem


class PartnerItem(BaseModel):
    """Costs and grant of one partner in all."""

    partner_id: UUID
    partner: str
    cost: FigureItem
    grant: FigureItem


class ChangesItem(BaseModel):
    """What differs between the two versions."""

    lines: list[LineItem]
    partners: list[PartnerItem]
    eligible: FigureItem
    maximum_grant: FigureItem
    prefinancing: FigureItem | None = Field(description="What reaches the coordinator at the start")
    interim_ceiling: FigureItem | None = Field(description="What may be paid before the balance")
    ibans: list[str] | None = Field(description="Account before and after, where it changes")
    months: list[int] | None = Field(description="Duration before and after, where it changes")
    ends_on: list[date] | None


class AmendmentDetails(BaseModel):
    """An amendment with what it changes, what stops it and who signed."""

    amendment: AmendmentItem
    changes: ChangesItem
    findings: list[Finding]
    signatures: list[SignatureItem]


class Begun(BaseModel):
    """The number of the new amendment."""

    number: int


class SavedAmendment(BaseModel):
    """Its new row version."""

    version: int


def amendment_item(row: AmendmentRow) -> AmendmentItem:
    """An amendment as an item."""
    return AmendmentItem.model_validate(row)


def amendment_details(
    reading: AmendmentReading, record: AddendumRecord | None, findings: Sequence[Violation]
) -> AmendmentDetails:
    """An amendment with everything around it."""
    found = reading.comparison
    accounts = found.accounts
    return AmendmentDetails(
        amendment=amendment_item(reading.row),
        changes=ChangesItem(
            lines=[
                LineItem(partner_id=one.partner_id, partner=one.partner, category=one.category, cost=_figure(one.cost))
                for one in found.lines
            ],
            partners=[
                PartnerItem(
                    partner_id=one.partner_id, partner=one.partner, cost=_figure(one.cost), grant=_figure(one.grant)
                )
                for one in found.partners
            ],
            eligible=_figure(found.eligible),
            maximum_grant=_figure(found.maximum),
            prefinancing=_figure(found.prefinancing) if found.prefinancing is not None else None,
            interim_ceiling=_figure(found.ceiling) if found.ceiling is not None else None,
            ibans=[one.iban if one is not None else "" for one in accounts] if accounts is not None else None,
            months=list(found.months) if found.months is not None else None,
            ends_on=list(found.ends) if found.ends is not None else None,
        ),
        findings=[finding_of(one) for one in findings],
        signatures=[SignatureItem.model_validate(one) for one in record.signatures] if record is not None else [],
    )


def _figure(one: Figure) -> FigureItem:
    return FigureItem.model_validate(one)
