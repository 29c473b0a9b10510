"""A submitted application as its office reads it: from the frozen snapshot alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.core.money import Money
from app.infra.templates import day_text, locale_of, money_text, translator
from app.reference import queries as reference
from app.web.words import country_name


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """An organisation of the consortium at the instant of submission."""

    name: str
    role: str
    type: str
    country: str
    region: str
    category: str
    sme: str
    registration: str


@dataclass(frozen=True, slots=True)
class BudgetColumn:
    """A column of the budget table; the shape that the table macro reads."""

    key: str
    label: str
    align: str = "right"
    sort_href: str = ""
    sorted: str = "none"


@dataclass(frozen=True, slots=True)
class BudgetView:
    """Costs per partner and category, with sums; every cell is words."""

    columns: tuple[BudgetColumn, ...]
    rows: tuple[Mapping[str, str], ...]
    totals: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AnswerBlock:
    """One question with its answer: lines of text, or a table (``heads``, ``rows``)."""

    title: str
    lines: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = field(default=())


def partner_lines(snapshot: Mapping[str, Any], language: str) -> tuple[PartnerLine, ...]:
    """Everyone who took part, in the order of the partnership."""
    _ = translator(language)
    known = {True: _("SME"), False: _("not an SME"), None: _("not known")}
    return tuple(
        PartnerLine(
            name=partner["name"],
            role=_(partner["role"]),
            type=_(_plain(partner["organisation_type"])),
            country=country_name(partner["country"], language),
            region=_region(partner["region"]),
            category=_(_plain(partner["region_category"])) if partner["region_category"] else _("not known"),
            sme=known[partner["sme"]],
            registration=_(_plain(partner["registration"])),
        )
        for partner in snapshot["partners"]
    )


def budget_view(snapshot: Mapping[str, Any], language: str) -> BudgetView:
    """The budget as it was submitted."""
    _, locale = translator(language), locale_of(language)
    budget, totals = snapshot["budget"], snapshot["totals"]
    columns = [BudgetColumn("partner", _("Partner"), "left")]
    columns += [BudgetColumn(each["id"], f"{each['code']} {each['title']}") for each in budget["categories"]]
    columns += [BudgetColumn("_eligible", _("Eligible")), BudgetColumn("_requested", _("Requested"))]

    def words(amount: Mapping[str, str] | None) -> str:
        return (
            money_text(Money.parse(amount["amount"], amount["currency"]), locale, with_currency=False) if amount else ""
        )

    rows = tuple(
        {"partner": row["name"], "_eligible": words(row["eligible"]), "_requested": words(row["requested"])}
        | {name: words(amount) for name, amount in row["costs"].items()}
        for row in budget["rows"]
    )
    sums = {name: words(amount) for name, amount in budget["by_category"].items()}
    sums |= {"partner": _("Project"), "_eligible": words(totals["eligible"]), "_requested": words(totals["requested"])}
    return BudgetView(tuple(columns), rows, sums)


def answer_sections(snapshot: Mapping[str, Any], language: str) -> tuple[tuple[str, tuple[AnswerBlock, ...]], ...]:
    """The answers by section; partnership, budget and documents stand elsewhere on the page."""
    sections = ((section["title"], tuple(_blocks(section["fields"], language))) for section in snapshot["sections"])
    return tuple((title, blocks) for title, blocks in sections if blocks)


def _blocks(fields: Sequence[Mapping[str, Any]], language: str) -> Iterator[AnswerBlock]:
    for asked in fields:
        answer, names = asked["answer"], {part["id"]: part["title"] for part in asked["parts"]}
        if asked["kind"] in {"partnership", "budget", "file"} or answer in (None, "", [], {}):
            continue
        if isinstance(answer, list) and answer and isinstance(answer[0], Mapping):
            rows = tuple(tuple(_cell(row.get(name), language) for name in names) for row in answer)
            yield AnswerBlock(asked["title"], heads=tuple(names.values()), rows=rows)
        elif isinstance(answer, Mapping) and names:
            rows = tuple((str(names.get(name, name)), _cell(value, language)) for name, value in answer.items())
            yield AnswerBlock(asked["title"], rows=rows)
        elif isinstance(answer, list):
            yield AnswerBlock(asked["title"], lines=tuple(names.get(each, str(each)) for each in answer))
        elif asked["kind"] == "date":
            day = day_text(date.fromisoformat(str(answer)), locale_of(language))
            yield AnswerBlock(asked["title"], lines=(day,))
        else:
            yield AnswerBlock(asked["title"], lines=(names.get(str(answer), _cell(answer, language)),))


def _cell(value: object, language: str) -> str:
    match value:
        case None:
            return ""
        case bool():
            return translator(language)("yes" if value else "no")
        case {"amount": str(amount), "currency": str(currency)}:
            return money_text(Money.parse(amount, currency), locale_of(language))
        case list():
            return ", ".join(_cell(item, language) for item in value)
        case Mapping():
            return ", ".join(f"{_plain(str(name))}: {_cell(item, language)}" for name, item in value.items())
        case _:
            return str(value)


def _region(code: str) -> str:
    found = reference.region(code) if code else None
    return f"{code} {found.name}" if found else code


def _plain(name: str) -> str:
    return name.replace("_", " ")
