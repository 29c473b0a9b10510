"""What the receipt says: the submitted application in words, tables and one chart, from its frozen snapshot."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from app.calls.rules.eligibility_kinds import RequiredActivities
from app.calls.rules.form_kinds import (
    ActivitiesField,
    ChoiceField,
    Column,
    ConfirmationField,
    DateField,
    FileField,
    FormField,
    IndicatorsField,
    MultiChoiceField,
    NumberField,
    TableField,
    TextField,
)
from app.core.charts import Datum, Segment, bars
from app.core.money import Money
from app.infra.templates import day_text, instant_text, money_text
from app.partnerships.rules.facts import PartnerRole
from app.reference import queries as reference

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules

LOCALE = "en_GB"
LONG_CELL_WORDS = 40
LONG_CELL = 300
"""A table with a column for more words, or a cell with more characters, is printed as one entry per row."""
NUMBER_WIDTH = 13
"""Per cent of a table's width for a column of figures."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A piece of running text with its own heading and a line of short facts, where it has any."""

    title: str
    text: tuple[str, ...]
    facts: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One answered question: ``facts`` (short answers as ``pairs``), a ``table``, or ``entries`` of running text."""

    title: str
    kind: str
    entries: tuple[Entry, ...] = ()
    columns: tuple[Mapping[str, object], ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SectionBlocks:
    """One section of the form with its blocks."""

    title: str
    blocks: tuple[Block, ...]


def receipt_context(snapshot: Mapping[str, Any], rules: CallRules) -> dict[str, object]:
    """Everything that ``documents/receipt.html`` reads, besides the document's own facts."""
    application, totals = snapshot["application"], snapshot["totals"]
    zone = rules.timetable.deadline.local.tzinfo
    received = datetime.fromisoformat(application["received_at"])
    return {
        "application": application,
        "call": snapshot["call"],
        "managing_body": rules.identity.managing_body,
        "received": f"{instant_text(received, LOCALE, zone=str(zone), weekday=True, seconds=True)} ({zone})",
        "received_exact": application["received_at"],
        "deadline": f"{instant_text(rules.timetable.deadline.instant, LOCALE, zone=str(zone), weekday=True, seconds=True)} ({zone})",
        "start": _day(application.get("start_date")),
        "totals": {name: amount(value) for name, value in totals.items()},
        "coordinator": next(
            (one["name"] for one in snapshot["partners"] if one["role"] == PartnerRole.COORDINATOR), ""
        ),
        "partners": tuple(_partners(snapshot)),
        "sections": tuple(sections_in_words(snapshot["sections"], rules)),
        "budget": _budget(snapshot),
        "chart": _chart(snapshot),
        "attachments": tuple(_attachments(snapshot, rules)),
    }


def amount(value: Mapping[str, str]) -> str:
    """Stored money in words: ``360,000.00``."""
    return money_text(Money.parse(value["amount"], value["currency"]), LOCALE, with_currency=False)


def _day(text: str | None) -> str:
    return day_text(date.fromisoformat(text), LOCALE) if text else ""


def _partners(snapshot: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for number, partner in enumerate(snapshot["partners"], start=1):
        country, region = reference.country(partner["country"]), reference.region(partner["region"] or "-")
        category = (partner["region_category"] or "not known").replace("_", " ")
        yield (
            f"{number}. {partner['name']}",
            partner["role"].replace("_", " "),
            country.name() if country else partner["country"],
            f"{region.name} ({region.code})" if region else "",
            category,
            partner["organisation_type"].replace("_", " "),
        )


def sections_in_words(sections: Iterable[Mapping[str, Any]], rules: CallRules) -> Iterator[SectionBlocks]:
    """The answered sections of a snapshot, without partnership, budget and documents."""
    for section in sections:
        blocks = _gathered(block for field in section["fields"] if (block := _block(field, rules)) is not None)
        if blocks:
            yield SectionBlocks(section["title"], blocks)


def _gathered(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Short answers that follow each other become one list."""
    result: list[Block] = []
    for block in blocks:
        if block.kind == "facts" and result and result[-1].kind == "facts":
            result[-1] = Block("", "facts", pairs=(*result[-1].pairs, *block.pairs))
        else:
            result.append(block)
    return tuple(result)


def _block(field: Mapping[str, Any], rules: CallRules) -> Block | None:
    answer, title = field["answer"], field["title"]
    if field["kind"] in {"partnership", "budget", "file"}:
        return None
    if answer is None:
        return Block(title, "facts", pairs=((title, "Not answered"),))
    return _answered(title, rules.form.field(field["id"]), answer, rules)


def _answered(title: str, definition: FormField, answer: Any, rules: CallRules) -> Block:  # noqa: ANN401  # stored JSON
    match definition:
        case TableField():
            return _table(title, definition, answer)
        case ActivitiesField():
            plans = [
                activity
                for rule in rules.rules_of(RequiredActivities)
                for activity in (*rule.mandatory, *rule.optional)
            ]
            chosen = {one.id: str(one.title) for one in plans if one.id in answer}
            return Block(title, "entries", tuple(Entry(name, _paragraphs(answer[key])) for key, name in chosen.items()))
        case IndicatorsField():
            pairs = tuple((str(one.title), f"{answer[one.id]:,}") for one in definition.indicators if one.id in answer)
            columns = ({"label": "Indicator", "width": "80%"}, {"label": "Target", "width": "20%", "number": True})
            return Block(title, "table", columns=columns, rows=pairs)
        case TextField() if definition.lines == "many":
            return Block(title, "entries", (Entry("", _paragraphs(answer)),))
        case _:
            return Block(title, "facts", pairs=((title, _short(definition, answer)),))


def _table(title: str, definition: TableField, answer: list[Mapping[str, Any]]) -> Block:
    rows = tuple(tuple(_cell(one, row.get(one.id)) for one in definition.columns) for row in answer)
    long = {one.id for number, one in enumerate(definition.columns) if _is_long(one, [row[number] for row in rows])}
    if long:
        numbered = enumerate(rows, start=1)
        entries = tuple(_entry(definition.columns, row, number, long=long) for number, row in numbered)
        return Block(title, "entries", entries)
    return Block(title, "table", columns=tuple(_columns(definition.columns)), rows=rows)


def _is_long(column: Column, cells: Sequence[str]) -> bool:
    return (column.max_words or 0) > LONG_CELL_WORDS or any(len(cell) > LONG_CELL for cell in cells)


def _entry(columns: Sequence[Column], row: tuple[str, ...], number: int, *, long: Collection[str]) -> Entry:
    """A short first cell is the heading, the other short ones stand in one line, long texts follow."""
    named = list(zip(columns, row, strict=True))
    headed = columns[0].id not in long and bool(row[0])
    short = [f"{column.title}: {cell}" for column, cell in named[headed:] if column.id not in long and cell]
    return Entry(
        row[0] if headed else f"Row {number}",
        tuple(part for column, cell in named if column.id in long for part in _paragraphs(cell)),
        " · ".join(short),
    )


def _columns(columns: Sequence[Column]) -> Iterator[Mapping[str, object]]:
    """Widths by what a cell may hold, so that no text decides about the layout."""
    figures = {one.id for one in columns if one.kind in {"number", "money"}}
    weights = {one.id: 10 + min(one.max_words or 20, LONG_CELL_WORDS) for one in columns if one.id not in figures}
    each = min(NUMBER_WIDTH, 60 // len(figures)) if figures and weights else 100 // len(columns)
    left = 100 - each * len(figures)
    for one in columns:
        width = each if one.id in figures else left * weights[one.id] // sum(weights.values())
        yield {"label": str(one.title), "number": one.id in figures, "width": f"{width}%"}


def _short(definition: FormField, answer: Any) -> str:  # noqa: ANN401  # stored JSON
    match definition:
        case MultiChoiceField() | ChoiceField():
            names = {option.id: str(option.title) for option in definition.options}
            chosen = answer if isinstance(answer, list) else [answer]
            return ", ".join(names[one] if one in names else str(one) for one in chosen)
        case ConfirmationField():
            return ("Confirmed: " if answer else "Not confirmed: ") + str(definition.statement)
        case DateField():
            return _day(answer)
        case NumberField():
            return f"{answer:,} {definition.unit or ''}".strip()
        case _:
            return amount(answer) if isinstance(answer, Mapping) else str(answer)


def _paragraphs(answer: object) -> tuple[str, ...]:
    return tuple(part for part in str(answer).replace("\r", "").split("\n") if part.strip())


def _cell(column: Column, value: Any) -> str:  # noqa: ANN401  # stored JSON
    if value is None:
        return ""
    if column.kind == "date":
        return _day(value)
    return amount(value) if isinstance(value, Mapping) else str(value)


def _budget(snapshot: Mapping[str, Any]) -> dict[str, object]:
    budget, totals = snapshot["budget"], snapshot["totals"]
    categories = budget["categories"]
    names = [f"{category['code']} {category['title']}" for category in categories]
    wide = tuple(
        (
            row["name"],
            *(amount(row["costs"][category["id"]]) for category in categories),
            *(amount(row[name]) for name in ("eligible", "own_contribution", "requested")),
        )
        for row in budget["rows"]
    )
    narrow = tuple(
        (row["name"], *(amount(row[name]) for name in ("eligible", "own_contribution", "requested")))
        for row in budget["rows"]
    )
    sums = tuple(amount(totals[name]) for name in ("eligible", "own_contribution", "requested"))
    return {
        "columns": (
            {"label": "Partner", "width": "20%"},
            *({"label": name, "number": True} for name in (*names, "Eligible", "Own", "Requested")),
        ),
        "wide": wide,
        "wide_total": ("Project", *(amount(budget["by_category"][category["id"]]) for category in categories), *sums),
        "narrow": narrow,
        "narrow_total": ("Project", *sums),
    }


def _chart(snapshot: Mapping[str, Any]) -> tuple[Segment, ...]:
    """The grant requested by partner."""
    return bars(
        [
            Datum(
                label=row["name"],
                value=Money.parse(row["requested"]["amount"]).cents,
                words=f"EUR {amount(row['requested'])}",
                tone="brand",
            )
            for row in snapshot["budget"]["rows"]
            if Money.parse(row["requested"]["amount"])
        ]
    )


def _attachments(snapshot: Mapping[str, Any], rules: CallRules) -> Iterator[tuple[str, ...]]:
    for document in snapshot["attachments"]:
        field = rules.form.field(document["field"])
        limit = field.max_pages if isinstance(field, FileField) else None
        pages = str(document["pages"])
        if limit is not None and document["pages"] > limit:
            pages += f" (pages beyond {limit} are marked and disregarded)"
        yield str(field.title), document["filename"], pages, f"{document['size']:,}", document["sha256"]
