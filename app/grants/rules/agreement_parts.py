"""What tables of an agreement list: rates, categories of costs, figures that reports measure."""

from __future__ import annotations

from app.calls.rules.values import Share
from app.grants.rules.letter_facts import Facts


class RateFacts(Facts):
    """The rate of one group of categories; by legal form where the call distinguishes."""

    group: str
    title: str
    rate: Share
    by_legal_form: dict[str, Share]


class CategoryFacts(Facts):
    """A category of costs as the budget lists it."""

    id: str
    code: str
    title: str
    group: str


class IndicatorFacts(Facts):
    """A figure that reports measure, with the target of the application."""

    id: str
    title: str
    unit: str
    target: int | None
