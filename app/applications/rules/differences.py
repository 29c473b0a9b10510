"""What changed between two submissions? Rows for pages and letters, computed from the snapshots."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.applications.rules.budget_meters import PLACE as BUDGET
from app.core.canonical import canonical_json
from app.core.money import Money
from app.partnerships.rules.composition import PLACE as PARTNERSHIP

_TOTALS = {
    "eligible": "Total eligible costs",
    "maximum": "Largest grant by the rates",
    "requested": "Grant requested",
    "own_contribution": "Own contribution",
}
_LABELS = {"sme": "SME"}
_NOT_TOLD = {"id", "organisation_id"}
Plain = Mapping[str, Any]
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs; ``before`` None where it is new, ``after`` None where it is gone."""

    place: str
    title: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class _Fact:
    """One thing that a snapshot says."""

    title: str
    value: str


def differences(before: Plain, after: Plain) -> tuple[Difference, ...]:
    """Every difference in content between two snapshots, place by place in the order of the later one.

    Number and instant of the submissions always differ and are left out; a partner that came
    or went is one row, with what it asks for.
    """
    old, new = (json.loads(canonical_json(dict(one))) for one in (before, after))
    staying = _partners(old) & _partners(new)
    olds, news = (dict(_facts(one, staying)) for one in (old, new))
    every = news | {key: fact for key, fact in olds.items() if key not in news}
    order = {place: number for number, place in enumerate(dict.fromkeys(place for place, _ in every))}
    rows = (
        Difference(key[0], fact.title, _value(olds.get(key)), _value(news.get(key)))
        for key, fact in sorted(every.items(), key=lambda item: order[item[0][0]])
    )
    return tuple(row for row in rows if row.before != row.after)


def _value(fact: _Fact | None) -> str | None:
    return fact.value if fact else None


def _partners(snapshot: Plain) -> frozenset[str]:
    return frozenset(partner["id"] for partner in snapshot["partners"])


def _facts(snapshot: Plain, staying: frozenset[str]) -> Iterator[tuple[Key, _Fact]]:
    """Every single fact of a snapshot under its place and name."""
    yield ("", "call"), _Fact("Version of the call", str(snapshot["call"]["version"]))
    for section in snapshot["sections"]:
        for field in section["fields"]:
            place = f"section/{section['id']}/{field['id']}"
            for name, value in _answer(field):
                yield (place, name), _Fact(f"{field['title']}{name}", value)
    for partner in snapshot["partners"]:
        yield from _partner(partner, staying)
    yield from _budget(snapshot["budget"], staying)
    for name, title in _TOTALS.items():
        yield (BUDGET, name), _Fact(title, _shown(snapshot["totals"][name]))
    for document in snapshot["attachments"]:
        words = f"{document['filename']}, {document['pages']} pages, SHA-256 {document['sha256']}"
        yield (f"attachments/{document['field']}", ""), _Fact("Document", words)


def _answer(field: Plain) -> Iterator[tuple[str, str]]:
    """An answer as one fact, or as one for each row or part."""
    titles = {part["id"]: part["title"] for part in field["parts"]}
    answer = field["answer"]
    match answer:
        case None:
            return
        case dict() if not _is_amount(answer):
            for name in (name for name in titles if name in answer):
                yield f", {titles[name]}", _shown(answer[name])
        case list() if field["kind"] == "table":
            for number, row in enumerate(answer, start=1):
                cells = (f"{titles[name]}: {_shown(row[name])}" for name in titles if name in row)
                yield f", row {number}", "; ".join(cells)
        case list():
            yield "", ", ".join(str(titles.get(name, name)) for name in answer)
        case str() if answer in titles:
            yield "", titles[answer]
        case _:
            yield "", _shown(answer)


def _partner(partner: Plain, staying: frozenset[str]) -> Iterator[tuple[Key, _Fact]]:
    place, name = f"{PARTNERSHIP}/{partner['id']}", partner["name"]
    if partner["id"] not in staying:
        yield (place, ""), _Fact(name, f"{partner['role']}, {partner['country']}")
        return
    for key, value in partner.items():
        if key not in _NOT_TOLD and value is not None:
            yield (
                (place, key),
                _Fact(f"{name}, {_LABELS.get(key, key.replace('_', ' '))}", _shown(value).replace("_", " ")),
            )


def _budget(budget: Plain, staying: frozenset[str]) -> Iterator[tuple[Key, _Fact]]:
    titles = {category["id"]: category["title"] for category in budget["categories"]}
    for row in budget["rows"]:
        place, name = f"{BUDGET}/{row['partner']}", row["name"]
        if row["partner"] not in staying:
            yield (place, ""), _Fact(f"{name}, {_TOTALS['requested']}", _shown(row["requested"]))
            continue
        for category, title in titles.items():
            yield (place, category), _Fact(f"{name}, {title}", _shown(row["costs"][category]))
        for total, title in _TOTALS.items():
            yield (place, f"total {total}"), _Fact(f"{name}, {title}", _shown(row[total]))
    support = _shown(budget["support_to_smes"])
    yield (BUDGET, "support_to_smes"), _Fact("Support to SMEs outside the consortium", support)


def _is_amount(value: Plain) -> bool:
    return value.keys() == {"amount", "currency"}


def _shown(value: object) -> str:
    match value:
        case {"amount": str(amount), "currency": str(currency)}:
            return str(Money.parse(amount, currency))
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)
