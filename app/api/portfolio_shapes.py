"""The portfolio as JSON: the same rows and figures as its page."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.commands import Euro
from app.grants.rules.grant_lifecycle import GrantState
from app.reporting.rules.lateness import Step
from app.reporting.rules.portfolio import PortfolioRow
from app.reporting.rules.progress import Standing


class _Shape(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class ActItem(_Shape):
    """The most urgent thing to be done about a grant."""

    step: Step
    by: date | None = Field(description="Last day in time; null where no day binds")
    number: int = Field(description="Number of the report, 0 where it is about none")
    actor: str = Field(description="Who acts, in English words; empty where nobody does")
    since: date | None = Field(description="Since when a suspended payment stands still")


class IndicatorProgressItem(_Shape):
    """An indicator as of the latest report."""

    title: str
    unit: str
    target: int
    expected: int = Field(description="The part of the target that the elapsed days promise")
    value: int | None
    missing: int


class PortfolioItem(_Shape):
    """A grant of the portfolio."""

    id: UUID
    call: str
    reference: str
    acronym: str
    title: str
    coordinator: str
    country: str = Field(description="Of the coordinator")
    state: GrantState
    start_on: date | None
    end_on: date | None
    act: ActItem
    days_late: int
    maximum_grant: Euro
    committed: Euro = Field(description="Still to be paid")
    prefinanced: Euro
    accepted: Euro = Field(description="Contribution to accepted costs")
    spent: int = Field(description="Accepted share of the grant in whole percent, rounded down")
    paid: Euro
    on_the_way: Euro
    recovered: Euro
    third_parties: Euro
    standing: Standing
    indicators: list[IndicatorProgressItem]


class PortfolioFiguresItem(_Shape):
    """What some grants come to."""

    total: int
    running: int
    late: int
    on_target: int
    behind: int
    with_costs: int
    spent: int = Field(description="Accepted share of all grants in whole percent, rounded down")
    granted: Euro
    committed: Euro
    prefinanced: Euro
    accepted: Euro
    paid: Euro
    recovered: Euro
    third_parties: Euro


def portfolio_item(row: PortfolioRow) -> PortfolioItem:
    """A row with its indicators."""
    plain = {name: getattr(row, name) for name in PortfolioItem.model_fields if hasattr(row, name)}
    shown = [IndicatorProgressItem.model_validate(one) for one in row.progress.indicators]
    return PortfolioItem.model_validate(
        plain | {"act": ActItem.model_validate(row.act), "standing": row.progress.standing, "indicators": shown}
    )
