"""Payments to third parties as JSON: made from the same readings as the pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.cascade.queries.figures import SupportFigures
from app.cascade.rules.support import SupportKind
from app.cascade.schemas import ExchangePreview, PaidElsewhere, SupportRow
from app.core.commands import Euro
from app.grants.rules.grant_lifecycle import GrantState
from app.ledger.rules.recipients import Within


class _Shape(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class ExchangeItem(_Shape):
    """The stay behind an exchange, and how its amount came about."""

    visitor: str
    host_name: str
    host_country: str
    host_region: str = Field(description="NUTS 2 code of an outermost region; empty elsewhere")
    host_sme: bool
    distance_km: int
    first_day: date
    last_day: date
    working_days: int
    halved: bool
    lump_sum: Euro = Field(description="Of the host's country on the first day")
    lump_sum_source: str


class SupportItem(_Shape):
    """A payment to a third party."""

    id: UUID
    grant_id: UUID
    partner_id: UUID
    partner: str
    number: int = Field(description="Counts within the grant")
    kind: SupportKind
    recipient: str
    country: str
    vat: str
    registration_number: str
    sme: bool
    organisation_id: UUID | None = Field(description="The organisation of this platform with one of these numbers")
    activity: str
    purpose: str
    amount: Euro
    paid_on: date
    days_late: int = Field(description="Days beyond the 10 after the stay within which a visitor is paid; 0 elsewhere")
    has_evidence: bool
    recorded_at: datetime
    reversed_at: datetime | None = Field(description="Since then it does not count")
    reversal_reason: str
    exchange: ExchangeItem | None = Field(description="None for a voucher")


class PartnerBudgetItem(_Shape):
    """What one partner may pay to third parties."""

    partner_id: UUID
    name: str
    budget: Euro
    used: Euro
    left: Euro


class TargetItem(_Shape):
    """An indicator that exchanges count towards."""

    id: str
    title: str
    unit: str
    reached: int
    target: int | None
    missing: int


class SupportSummary(_Shape):
    """Budget, ceiling and targets of a grant."""

    budget: Euro
    used: Euro
    left: Euro
    ceiling: Euro | None = Field(description="The most for one recipient; None where the call sets none")
    within: Within = Field(description="Where the ceiling counts")
    activities: dict[str, str] = Field(description="Id and title of what the call supports; empty where it is open")
    partners: list[PartnerBudgetItem]
    targets: list[TargetItem]


class ExchangeAmountItem(BaseModel):
    """What an exchange would pay and why."""

    amount: Euro
    lump_sum: Euro
    working_days: int
    short: bool = Field(description="Fewer than 5 working days")
    near: bool = Field(description="Less than 200 km apart")
    source: str
    days_late: int = Field(description="Days beyond the 10 after the stay within which a visitor is paid")


class PaidElsewhereItem(_Shape):
    """Another grant that paid the recipient of a payment as well."""

    payment_id: UUID
    grant_id: UUID
    reference: str
    acronym: str
    state: GrantState
    amount: Euro
    payments: int


def support_item(row: SupportRow) -> SupportItem:
    """A payment as JSON."""
    fields = {name: getattr(row, name) for name in SupportItem.model_fields if name not in {"has_evidence", "exchange"}}
    exchange = ExchangeItem.model_validate(row.exchange) if row.exchange is not None else None
    return SupportItem(**fields, has_evidence=row.evidence_id is not None, exchange=exchange)


def summary_shape(figures: SupportFigures) -> SupportSummary:
    """The figures as JSON."""
    return SupportSummary.model_validate(figures)


def amount_shape(preview: ExchangePreview) -> ExchangeAmountItem:
    """A computed amount as JSON."""
    made = preview.computed
    return ExchangeAmountItem(
        amount=made.amount,
        lump_sum=made.lump_sum,
        working_days=made.working_days,
        short=made.short,
        near=made.near,
        source=preview.source,
        days_late=preview.days_late,
    )


def elsewhere_items(found: Mapping[UUID, Sequence[PaidElsewhere]]) -> list[PaidElsewhereItem]:
    """Flags of possible double funding, one for each payment and other grant."""
    return [
        PaidElsewhereItem(
            payment_id=payment_id,
            grant_id=one.grant_id,
            reference=one.reference,
            acronym=one.acronym,
            state=one.state,
            amount=one.amount,
            payments=one.payments,
        )
        for payment_id, grants in found.items()
        for one in grants
    ]
