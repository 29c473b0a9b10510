"""Commands and readings of payments to third parties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from app.cascade.rules.exchange_amount import ExchangeAmount, Stay, amount_for, days_late
from app.cascade.rules.support import SupportKind
from app.core.commands import Command, Euro, RequiredLine, Text
from app.core.money import Money
from app.grants.rules.grant_lifecycle import GrantState
from app.organisations.schemas import Country, Region, Vat

MOST_KM = 20_038
"""Half of the equator: no two places are farther apart."""

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2099, 12, 31))]
"""A day of a payment or a stay; others are slips of the keyboard."""


class _PaidTo(Command):
    """Which partner paid whom, and when. A VAT number or a registration number tells the recipient from others."""

    partner_id: UUID = Field(description="The partner that paid")
    recipient: RequiredLine = Field(description="Legal name of who was paid; for an exchange the visiting organisation")
    country: Country = Field(description="Two letters as the EU writes them; ISO codes are understood")
    vat: Vat = ""
    registration_number: Annotated[str, StringConstraints(max_length=60)] = ""
    sme: bool = Field(description="Whether the recipient is a small or medium-sized enterprise")
    paid_on: Day


class RecordVoucher(_PaidTo):
    """Record a payment for an activity of the recipient."""

    amount: Euro
    activity: Annotated[str, StringConstraints(max_length=60)] = Field(
        "", description="Id of one of the activities that the call names; empty where it names none"
    )
    purpose: Annotated[Text, StringConstraints(min_length=1)] = Field(description="What the recipient does with it")


class RecordExchange(_PaidTo):
    """Record the lump sum of a stay at a host in another country; the amount is computed."""

    visitor: RequiredLine = Field(description="Name of the person who stayed at the host")
    host_name: RequiredLine
    host_country: Country
    host_region: Region = Field("", description="NUTS 2 code, only where the host is in an outermost region")
    host_sme: bool = Field(description="Whether the host is a small or medium-sized enterprise")
    distance_km: Annotated[int, Field(ge=0, le=MOST_KM)]
    first_day: Day = Field(description="First day at the host, without travel")
    last_day: Day = Field(description="Last day at the host, without travel")
    purpose: Text = ""

    @property
    def stay(self) -> Stay:
        """The stay as the rules judge it."""
        return Stay(self.country, self.host_country, self.distance_km, self.first_day, self.last_day)


class ReverseSupport(Command):
    """Take a payment out of the count; the reason stays with it."""

    reason: Annotated[str, StringConstraints(max_length=2000)] = ""


@dataclass(frozen=True, slots=True)
class PartnerBudget:
    """What a partner may pay to third parties; ``may_record`` says whether the reader records for it."""

    partner_id: UUID
    name: str
    budget: Money
    used: Money
    may_record: bool = False

    @property
    def left(self) -> Money:
        """What is still to be paid."""
        return self.budget - self.used


@dataclass(frozen=True, slots=True)
class SupportFilter:
    """Which payments are wanted; empty fields do not narrow. ``reversed`` None means both."""

    text: str = ""
    kind: SupportKind | None = None
    partner_id: UUID | None = None
    reversed: bool | None = None


@dataclass(frozen=True, slots=True)
class ExchangeFacts:
    """The stay behind the payment of an exchange; the lump sum is that of the host's country on its first day."""

    visitor: str
    host_name: str
    host_country: str
    host_region: str
    host_sme: bool
    distance_km: int
    first_day: date
    last_day: date
    working_days: int
    halved: bool
    lump_sum: Money
    lump_sum_source: str

    @property
    def computed(self) -> ExchangeAmount:
        """How the amount followed from the working days that were counted when it was recorded."""
        return amount_for(self.lump_sum, self.working_days, self.distance_km)


@dataclass(frozen=True, slots=True)
class SupportRow:
    """A payment to a third party; ``exchange`` is None for a voucher."""

    id: UUID
    grant_id: UUID
    partner_id: UUID
    partner: str
    number: int
    kind: SupportKind
    recipient: str
    country: str
    vat: str
    registration_number: str
    sme: bool
    organisation_id: UUID | None
    activity: str
    purpose: str
    amount: Money
    paid_on: date
    evidence_id: UUID | None
    recorded_at: datetime
    recorded_by: UUID | None
    reversed_at: datetime | None
    reversed_by: UUID | None
    reversal_reason: str
    exchange: ExchangeFacts | None

    @property
    def counts(self) -> bool:
        """Whether it was not reversed."""
        return self.reversed_at is None

    @property
    def days_late(self) -> int:
        """How many days later than ten after the stay the visitor was paid; a voucher has no such term."""
        return days_late(self.exchange.last_day, self.paid_on) if self.exchange is not None else 0


@dataclass(frozen=True, slots=True)
class PaidElsewhere:
    """Another grant that paid the same recipient: nobody is refused for it, somebody should look."""

    grant_id: UUID
    reference: str
    acronym: str
    state: GrantState
    amount: Money
    payments: int


@dataclass(frozen=True, slots=True)
class ExchangePreview:
    """What an exchange would pay, with the source of its lump sum; ``days_late`` beyond ten after the stay."""

    computed: ExchangeAmount
    host_country: str
    on: date
    source: str
    days_late: int


Elsewhere = Sequence[PaidElsewhere]
