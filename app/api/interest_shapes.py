"""Interest for being late as JSON, for payments and for money that comes back."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from app.core.commands import Euro
from app.payments.rules.interest import Interest


class InterestItem(BaseModel):
    """Simple interest by days of a year of 365."""

    amount: Euro
    days: int = Field(description="Days late, to the day of payment or until today")
    reference_day: date = Field(description="The day whose reference rate counts")
    reference_rate: str
    assumed: bool = Field(description="Whether nobody read that rate in the table of the bank")
    margin: str
    rate: str = Field(description="Both together, by the year")


def interest_item(interest: Interest | None) -> InterestItem | None:
    """The interest as JSON; None where nothing is late."""
    if interest is None:
        return None
    return InterestItem(
        amount=interest.amount,
        days=interest.days,
        reference_day=interest.reference.day,
        reference_rate=str(interest.reference.rate),
        assumed=interest.reference.assumed,
        margin=str(interest.margin),
        rate=str(interest.rate),
    )
