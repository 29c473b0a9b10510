"""The budget grid: partners against cost categories, what is computed from them, and the form behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from pydantic import ValidationError

from app.applications.rules.budget import BudgetTable, PartnerBudget, compute_budget, effective_rate, fixed_amount
from app.applications.rules.budget_input import SheetReading, read_sheet
from app.applications.schemas import BudgetAmount, SaveBudget
from app.calls.rules.funding_kinds import CostCategory, FlatRateCosts
from app.core.canonical import digest
from app.core.money import Money
from app.core.violations import Violation
from app.infra.templates import locale_of, money_text, translator
from app.web.application_view.partners import partner_line

if TYPE_CHECKING:
    from app.applications.queries import CurrentBudget
    from app.applications.rules.facts import BudgetLine
    from app.applications.schemas import SheetRow
    from app.calls.rules.call_rules import CallRules
    from app.partnerships.rules.facts import PartnerFacts
    from app.web.application_view.typed_answers import Typed

OWN_FUNDING = "own_funding"
VERSION, WAS = "_version", "_was"
"""Hidden fields of a sheet: its row version, and a short hash of its amounts when the page was made."""
MOST_TYPED = 38
PREFIX = "budget/"


@dataclass(frozen=True, slots=True)
class GridColumn:
    """A cost category: ``kind`` is ``money``, ``units`` or ``computed``."""

    key: str
    label: str
    hint: str
    kind: str
    align: str = "right"
    sort_href: str = ""
    sorted: str = "none"


@dataclass(frozen=True, slots=True)
class GridRow:
    """One partner's sheet; amounts are words without the currency."""

    id: str
    name: str
    line: str
    invited: bool
    version: int
    mark: str
    computed: Mapping[str, str]
    eligible: str
    requested: str
    rate: str


@dataclass(frozen=True, slots=True)
class Grid:
    """The whole table with its totals by column."""

    columns: Sequence[GridColumn]
    rows: Sequence[GridRow]
    totals: Mapping[str, str]


def grid(
    table: BudgetTable,
    sheets: Mapping[UUID, SheetRow],
    marks: Mapping[UUID, str],
    *,
    language: str,
    versions: Mapping[str, int],
) -> Grid:
    """The grid of a computed table; ``versions`` replace those of the stored sheets after a stale save."""
    words, locale = translator(language), locale_of(language)

    def amount(value: Money) -> str:
        return money_text(value, locale, with_currency=False)

    columns = [_column(category, language) for category in table.categories]
    rows = [
        GridRow(
            id=str(row.partner.partner_id),
            name=row.partner.name,
            line=partner_line(row.partner, language),
            invited=not row.partner.takes_part,
            version=_version(row, sheets, versions),
            mark=marks.get(row.partner.partner_id, ""),
            computed={
                category.id: amount(row.cells[category.id]) for category in table.categories if _is_computed(category)
            },
            eligible=amount(row.eligible),
            requested=amount(row.requested),
            rate=words("%(rate)s of the costs") % {"rate": rate} if (rate := effective_rate(row)) else "",
        )
        for row in table.rows
    ]
    totals = {name: amount(total) for name, total in table.by_category.items()}
    totals |= {"partner": words("Project"), "eligible": amount(table.eligible), "requested": amount(table.requested)}
    return Grid(columns, rows, totals)


def _version(row: PartnerBudget, sheets: Mapping[UUID, SheetRow], versions: Mapping[str, int]) -> int:
    stored = sheets.get(row.partner.partner_id)
    return versions.get(str(row.partner.partner_id), stored.version if stored else 0)


def _column(category: CostCategory, language: str) -> GridColumn:
    kind = "computed" if isinstance(category, FlatRateCosts) else "money" if fixed_amount(category) is None else "units"
    title = category.titles.in_language(language)
    label = f"{category.code} {title}"
    if isinstance(category, FlatRateCosts):
        label = f"{label} {category.rate}"
    hint = category.hint.in_language(language) if category.hint else ""
    return GridColumn(category.id, label, hint, kind)


def _is_computed(category: CostCategory) -> bool:
    return isinstance(category, FlatRateCosts) or fixed_amount(category) is not None


def typed_sheets(budget: CurrentBudget, language: str) -> dict[str, list[str]]:
    """Stored amounts as the fields of the grid: ``<partner>.<category>`` and ``<partner>.own_funding``.

    Grouped as the language writes figures: that can be read back.
    """
    locale = locale_of(language)

    def words(amount: Money) -> str:
        return money_text(amount, locale, with_currency=False)

    typed = {
        f"{line.partner_id}.{line.category_id}": [words(line.amount) if line.units is None else str(line.units)]
        for line in budget.lines
    }
    return typed | {f"{own.partner_id}.{OWN_FUNDING}": [words(own.amount)] for own in budget.own_funding if own.amount}


@dataclass(frozen=True, slots=True)
class TypedGrid:
    """The sheets of the grid as typed, by partner."""

    sheets: Sequence[SaveBudget]
    readings: Mapping[UUID, SheetReading]

    @property
    def violations(self) -> tuple[Violation, ...]:
        """Everything that is no amount, over all partners."""
        return tuple(found for reading in self.readings.values() for found in reading.violations)


def typed_grid(rules: CallRules, strand: str, partners: Sequence[PartnerFacts], typed: Typed) -> TypedGrid:
    """What was typed for every partner that has a row and was sent."""
    categories = compute_budget(rules, strand, partners=(), lines=()).categories
    sheets, readings = [], {}
    for partner in partners:
        key = str(partner.partner_id)
        if any(name.startswith(f"{key}.") for name in typed):
            sheet = _sheet(partner.partner_id, categories, typed)
            sheets.append(sheet)
            readings[partner.partner_id] = read_sheet(rules, partner, sheet.lines, sheet.own_funding)
    return TypedGrid(sheets, readings)


def _sheet(partner_id: UUID, categories: Sequence[CostCategory], typed: Typed) -> SaveBudget:
    lines = []
    for category in categories:
        text = _text(typed, f"{partner_id}.{category.id}")
        if isinstance(category, FlatRateCosts):
            continue
        if fixed_amount(category) is None:
            lines.append(BudgetAmount(category=category.id, amount=text or "0.00"))
        else:
            lines.append(_counted(category.id, text))
    version = _text(typed, f"{partner_id}.{VERSION}")
    return SaveBudget(
        partner_id=partner_id,
        lines=lines,
        own_funding=_text(typed, f"{partner_id}.{OWN_FUNDING}") or "0.00",
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0,  # noqa: PLR2004  # no sheet is saved that often
    )


def _text(typed: Typed, name: str) -> str:
    """One line as typed; what cannot be printed becomes a mark that no amount has."""
    text = " ".join((typed.get(name) or [""])[-1].split())[:MOST_TYPED]
    return text if text.isprintable() else "?"


def _counted(category: str, text: str) -> BudgetAmount:
    """A number of units; what is none goes on as an amount that cannot be read, so that it is told."""
    if not text:
        return BudgetAmount(category=category)
    try:
        return BudgetAmount.model_validate({"category": category, "units": text})
    except ValidationError:
        return BudgetAmount(category=category, amount=f"{text}?")


def as_fields(violations: Sequence[Violation]) -> list[Violation]:
    """Findings with the name of the grid's field as their place, where they are about one."""
    return [
        found.at(found.place.removeprefix(PREFIX).replace("/", ".")) if found.place.startswith(PREFIX) else found
        for found in violations
    ]


def sheet_marks(budget: CurrentBudget) -> dict[UUID, str]:
    """A short hash of the stored amounts of each partner."""
    own = {one.partner_id: one.amount for one in budget.own_funding}
    return {
        row.partner.partner_id: _mark(
            [line for line in budget.lines if line.partner_id == row.partner.partner_id],
            own.get(row.partner.partner_id, Money.zero()),
        )
        for row in budget.table.rows
    }


def untouched(sheet: SaveBudget, reading: SheetReading, typed: Typed) -> bool:
    """Whether the person left this sheet as the page gave it to them, whatever others did in the meantime."""
    return _text(typed, f"{sheet.partner_id}.{WAS}") == _mark(reading.lines, reading.own_funding)


def _mark(lines: Iterable[BudgetLine], own: Money) -> str:
    amounts = {line.category_id: [line.amount, line.units] for line in lines if line.amount or line.units}
    return digest({"lines": amounts, "own": own})[:16]


def same_as_stored(sheet: SaveBudget, reading: SheetReading, budget: CurrentBudget) -> bool:
    """Whether saving this sheet would change nothing."""
    stored = {
        line.category_id: (line.amount, line.units) for line in budget.lines if line.partner_id == sheet.partner_id
    }
    typed = {line.category_id: (line.amount, line.units) for line in reading.lines if line.amount or line.units}
    own = next((one.amount for one in budget.own_funding if one.partner_id == sheet.partner_id), Money.zero())
    return stored == typed and own == reading.own_funding
