"""Look-ups in the reference data. The files are read once; no database is involved.

Codes are accepted in both spellings (EL and GR, UK and GB) and answered in that of the EU.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TypedDict, TypeVar

from app.core.money import Money
from app.core.periods import DateRange
from app.core.rates import Rate
from app.reference.rules.codes import country_code, region_code
from app.reference.rules.validity import in_force, the_one_in_force
from app.reference.schemas import (
    CategoryRecord,
    Confidence,
    Country,
    DataSet,
    Fact,
    LumpSum,
    Membership,
    NutsVersion,
    ReferenceRate,
    Region,
    RegionCategory,
)

OUTERMOST = "outermost"
AnyFact = TypeVar("AnyFact", bound=Fact)


class _FactFields(TypedDict):
    valid: DateRange
    source: str
    confidence: Confidence
    note: str


def _fact(row: Mapping[str, str]) -> _FactFields:
    last = row["valid_to"]
    return {
        "valid": DateRange(date.fromisoformat(row["valid_from"]), date.fromisoformat(last) if last else None),
        "source": row["source"],
        "confidence": Confidence(row["confidence"]),
        "note": row.get("note", ""),
    }


def _read(name: str) -> list[dict[str, str]]:
    path = files("app.reference") / "data" / f"{name}.csv"
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines(), strict=True))


def _by(rows: Iterable[AnyFact], key: Callable[[AnyFact], str]) -> Mapping[str, tuple[AnyFact, ...]]:
    groups: defaultdict[str, list[AnyFact]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return MappingProxyType({name: tuple(group) for name, group in groups.items()})


@cache
def all_countries() -> tuple[Country, ...]:
    """Every country and territory with an ISO code, and Kosovo*, by English name."""
    rows = (
        Country(
            **_fact(row),
            code=row["code"],
            iso_code=row["iso_code"],
            name_en=row["name_en"],
            name_fr=row["name_fr"],
            name_de=row["name_de"],
        )
        for row in _read("countries")
    )
    return tuple(sorted(rows, key=lambda row: row.name_en))


@cache
def all_memberships() -> tuple[Membership, ...]:
    """Every row of every country list, past ones too."""
    return tuple(
        Membership(**_fact(row), list_id=row["list_id"], country=row["country"]) for row in _read("country_lists")
    )


@cache
def all_regions() -> tuple[Region, ...]:
    """Every NUTS 2 region of the three versions, by code; extra-regio codes are not held."""
    return tuple(
        Region(
            **_fact(row),
            code=row["code"],
            country=row["country"],
            name=row["name"],
            versions=frozenset(NutsVersion(version) for version in row["versions"].split()),
            predecessors=tuple(row["predecessors"].split()),
            outermost=row["outermost"] == "1",
        )
        for row in _read("nuts2")
    )


@cache
def all_categories() -> tuple[CategoryRecord, ...]:
    """The category of every region that has a known one, with its support."""
    return tuple(
        CategoryRecord(**_fact(row), region=row["region"], category=RegionCategory(row["category"]))
        for row in _read("region_categories")
    )


@cache
def all_lump_sums() -> tuple[LumpSum, ...]:
    """Every monthly ceiling, past ones too."""
    return tuple(
        LumpSum(**_fact(row), territory=row["territory"], ceiling=Money(int(row["ceiling_cents"])))
        for row in _read("lump_sums")
    )


@cache
def all_reference_rates() -> tuple[ReferenceRate, ...]:
    """Every rate of the central bank, past ones too, in the order of their days."""
    return tuple(ReferenceRate(**_fact(row), rate=Rate(int(row["basis_points"]))) for row in _read("reference_rates"))


@cache
def _countries() -> Mapping[str, Country]:
    return MappingProxyType({row.code: row for row in all_countries()})


@cache
def _lists() -> Mapping[str, tuple[Membership, ...]]:
    return _by(all_memberships(), lambda row: row.list_id)


@cache
def _regions() -> Mapping[str, Region]:
    return MappingProxyType({row.code: row for row in all_regions()})


@cache
def _categories() -> Mapping[str, tuple[CategoryRecord, ...]]:
    return _by(all_categories(), lambda row: row.region)


@cache
def _lump_sums() -> Mapping[str, tuple[LumpSum, ...]]:
    return _by(all_lump_sums(), lambda row: row.territory)


def country(code: str) -> Country | None:
    """The country of an EU or ISO two-letter code; None for an unknown one."""
    return _countries().get(country_code(code))


def list_ids() -> frozenset[str]:
    """The country lists that a call may name."""
    return frozenset(_lists())


def memberships(list_id: str, on: date) -> tuple[Membership, ...]:
    """The rows of a list that hold on that day, with their support.

    Raise KeyError for an unknown list: an empty answer would make everybody ineligible.
    """
    return in_force(_lists()[list_id], on)


def countries_in(list_id: str, on: date) -> frozenset[str]:
    """EU codes of the countries in a list on that day. Raise KeyError for an unknown list."""
    return frozenset(row.country for row in memberships(list_id, on))


def is_in(list_id: str, code: str, on: date) -> bool:
    """Whether a country, in either spelling, stands in a list on that day.

    Raise KeyError for an unknown list.
    """
    return country_code(code) in countries_in(list_id, on)


def region(code: str) -> Region | None:
    """The NUTS 2 region of a code of any version; None for an unknown one."""
    return _regions().get(region_code(code))


def regions(country: str, version: NutsVersion = NutsVersion.V2016) -> tuple[Region, ...]:
    """NUTS 2 regions of a country in one version, by code; empty where none are defined (BA, UA, XK)."""
    wanted = country_code(country)
    return tuple(row for row in all_regions() if row.country == wanted and version in row.versions)


def category_record(code: str, on: date) -> CategoryRecord | None:
    """The category of a region on that day with source and confidence; None when not known."""
    return the_one_in_force(_categories().get(region_code(code), ()), on)


def latest_category(code: str) -> CategoryRecord | None:
    """The category of a region in the last period for which it is known; None where it never was."""
    records = _categories().get(region_code(code), ())
    return max(records, key=lambda row: row.valid.first, default=None)


def region_category(code: str, on: date) -> RegionCategory | None:
    """The category of a region on that day. None means that an officer decides, never pass or fail."""
    record = category_record(code, on)
    return record.category if record else None


def lump_sum(country: str, on: date, *, in_region: str = "") -> LumpSum | None:
    """Monthly ceiling for a host in ``country`` on that day; None when not known.

    A host in an outermost region (``in_region``, a NUTS 2 code) has the ceiling of these regions.
    """
    host = region(in_region) if in_region else None
    territory = OUTERMOST if host and host.outermost else country_code(country)
    return the_one_in_force(_lump_sums().get(territory, ()), on)


def reference_rate(on: date) -> ReferenceRate | None:
    """The rate of the central bank in force on that day, with source and confidence; None when not known."""
    return the_one_in_force(all_reference_rates(), on)


def sources() -> tuple[DataSet, ...]:
    """What each file holds and rests on, for the page that shows it."""
    return (
        _summary("countries", all_countries()),
        _summary("country_lists", all_memberships()),
        _summary("nuts2", all_regions()),
        _summary("region_categories", all_categories()),
        _summary("lump_sums", all_lump_sums()),
        _summary("reference_rates", all_reference_rates()),
    )


def _summary(name: str, rows: Sequence[Fact]) -> DataSet:
    ends = [row.valid.last for row in rows]
    known = [end for end in ends if end is not None]
    return DataSet(
        name=name,
        rows=len(rows),
        valid=DateRange(min(row.valid.first for row in rows), max(known) if len(known) == len(ends) else None),
        sources=tuple(sorted({row.source for row in rows})),
        by_confidence=MappingProxyType(Counter(row.confidence for row in rows)),
    )
