"""The budget of a submitted version: amounts as they were submitted, nothing is computed anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.money import Money
from app.infra.templates import locale_of, money_text


@dataclass(frozen=True, slots=True)
class SubmittedColumn:
    """A column of components/tables.html."""

    key: str
    label: str
    align: str = "right"
    sort_href: str = ""
    sorted: str = "none"


@dataclass(frozen=True, slots=True)
class SubmittedBudget:
    """The table: rows are words by column key; ``totals`` the same for the project."""

    columns: Sequence[SubmittedColumn]
    rows: Sequence[Mapping[str, str]]
    totals: Mapping[str, str]


def submitted_budget(snapshot: Mapping[str, Any], language: str) -> SubmittedBudget:
    """The budget of a snapshot in words."""
    budget, totals, locale = snapshot["budget"], snapshot["totals"], locale_of(language)

    def words(amount: Mapping[str, str]) -> str:
        return money_text(Money.parse(amount["amount"], amount["currency"]), locale, with_currency=False)

    categories = budget["categories"]
    columns = [SubmittedColumn("name", "Partner", "left")]
    columns += [SubmittedColumn(one["id"], f"{one['code']} {one['title']}") for one in categories]
    columns += [SubmittedColumn("eligible", "Eligible"), SubmittedColumn("requested", "Requested")]
    rows = [
        {
            "name": row["name"],
            **{name: words(amount) for name, amount in row["costs"].items()},
            "eligible": words(row["eligible"]),
            "requested": words(row["requested"]),
        }
        for row in budget["rows"]
    ]
    project = {"name": "Project", **{name: words(amount) for name, amount in budget["by_category"].items()}}
    project |= {"eligible": words(totals["eligible"]), "requested": words(totals["requested"])}
    return SubmittedBudget(columns, rows, project)
