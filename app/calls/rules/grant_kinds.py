"""What happens after the award: payments, reports, redress; and which facts become public when."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from app.calls.rules.funding_kinds import Rounding
from app.calls.rules.values import Amount, Part, Share, Slug
from app.core.money import Money
from app.core.rates import BASIS_POINTS, Rate

Days = Annotated[int, Field(ge=0, le=730)]
USUAL_RECOVERY_DAYS = 30
"""The term of a debit note where a call, or an agreement that was signed before calls said so, names none."""
USUAL_HEARING_DAYS = 30
"""How long the coordinator is heard before money is asked back, where a call or an older agreement names no term."""
PublicWhen = Literal["submission", "information", "signature", "closure", "never"]
PublicField = Literal[
    "acronym",
    "title",
    "abstract",
    "keywords",
    "coordinator",
    "partners",
    "countries",
    "requested_grant",
    "maximum_grant",
    "duration",
    "start_date",
    "indicators",
    "results",
    "final_grant",
]


class Prefinancing(Part):
    """The payment at the start: a share of the maximum grant, or its average for one of several periods."""

    rate: Share | None = None
    periods: Annotated[int, Field(ge=1, le=20)] | None = Field(
        default=None, description="The maximum grant divided by this many periods, where no rate is given."
    )
    rounding: Rounding = Rounding.DOWN
    whole_euro: bool = Field(default=False, description="Whether it is rounded to whole euro instead of cents.")
    days: Days = 30

    @model_validator(mode="after")
    def _one_way(self) -> Prefinancing:
        if (self.rate is None) == (self.periods is None):
            raise ValueError("give either a rate or a number of periods")
        return self

    @property
    def share(self) -> Rate:
        """The rate; that of an average period is rounded down to a basis point, for comparisons only."""
        return self.rate or Rate(BASIS_POINTS // (self.periods or 1))


class ReportingPeriod(Part):
    """A stretch of the project after which is reported; months count from the start, both included.

    ``last_month`` None means: until the end of the project.
    """

    number: Annotated[int, Field(ge=1, le=20)]
    first_month: Annotated[int, Field(ge=1, le=120)]
    last_month: Annotated[int, Field(ge=1, le=120)] | None = None
    payment: Literal["none", "interim", "balance"]


class LateInterest(Part):
    """Interest for late payment: the reference rate of the central bank plus a margin."""

    margin: Share
    minimum_claim: Amount | None = None


class NoProfit(Part):
    """The grant may produce no profit; the law leaves out grants of low value, and those that are no real costs.

    Financial Regulation 966/2012, article 125(5). Without ``low_value`` it counts for a grant of any size.
    """

    applies: bool = Field(default=True, description="false for a call that pays lump sums, units or flat rates only.")
    low_value: Amount | None = Field(default=None, description="Up to this maximum grant it does not count.")

    def counts_for(self, maximum: Money) -> bool:
        """Whether receipts lower a grant of that maximum."""
        return self.applies and (self.low_value is None or maximum > self.low_value)


class GrantTerms(Part):
    """The terms of every grant of this call."""

    prefinancing: Prefinancing | None = None
    guarantee_share: Share | None = Field(default=None, description="Of the maximum grant, held back until the end.")
    interim_ceiling: Share | None = Field(default=None, description="Of the maximum grant, before the balance.")
    reporting_periods: tuple[ReportingPeriod, ...] = ()
    report_due_days: Days = 60
    payment_days: Days = 90
    late_interest: LateInterest | None = None
    certificate_threshold: Amount | None = None
    no_profit: NoProfit = NoProfit()
    recovery_days: Days = Field(
        default=USUAL_RECOVERY_DAYS,
        description="From the debit note to the last day on which money comes back in time; the Financial Regulation "
        "(EU, Euratom) 2018/1046, Article 98, leaves the day to the debit note.",
    )
    hearing_days: Days = Field(
        default=USUAL_HEARING_DAYS,
        description="From the announcement of a recovery to the last day on which the coordinator is heard; 30 days is the "
        "term of the model grant agreements of the Horizon 2020 family, Article 44.",
    )
    redress_days: Days = 30
    deemed_receipt_days: Days = 10
    indicators: tuple[Slug, ...] = Field(default=(), description="Indicators of the form that reports measure.")


class Publicity(Part):
    """A fact of an application and the moment from which anyone may read it."""

    field: PublicField
    when: PublicWhen


class Publication(Part):
    """Which facts are public when; a fact that is not named stays closed."""

    fields: tuple[Publicity, ...] = ()

    def when(self, field: PublicField) -> PublicWhen:
        """The moment from which ``field`` is public."""
        return next((line.when for line in self.fields if line.field == field), "never")
