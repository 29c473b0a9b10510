"""The shapes of reference data. All frozen: they are read from files and never change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.core.money import Money
from app.core.periods import DateRange
from app.core.rates import Rate


class Confidence(StrEnum):
    """How far a row is trusted."""

    OFFICIAL = "official"
    MIRROR = "mirror"
    DECK = "deck"
    ASSUMED = "assumed"


class NutsVersion(StrEnum):
    """Editions of the NUTS classification held here."""

    V2013 = "2013"
    V2016 = "2016"
    V2021 = "2021"


class RegionCategory(StrEnum):
    """Cohesion policy category of a NUTS 2 region, 2014-2020 (Decision 2014/99/EU)."""

    LESS_DEVELOPED = "less_developed"
    TRANSITION = "transition"
    MORE_DEVELOPED = "more_developed"


@dataclass(frozen=True, slots=True)
class Fact:
    """What every row carries. ``note`` is empty where there is nothing to add."""

    valid: DateRange
    source: str
    confidence: Confidence
    note: str


@dataclass(frozen=True, slots=True)
class Country(Fact):
    """``code`` is the EU spelling (EL, UK), ``iso_code`` that of ISO 3166-1 (GR, GB)."""

    code: str
    iso_code: str
    name_en: str
    name_fr: str
    name_de: str

    def name(self, language: str = "en") -> str:
        """Name in English, French or German; English for any other language."""
        return {"fr": self.name_fr, "de": self.name_de}.get(language[:2].lower(), self.name_en)


@dataclass(frozen=True, slots=True)
class Membership(Fact):
    """A country stands in a list of countries."""

    list_id: str
    country: str


@dataclass(frozen=True, slots=True)
class Region(Fact):
    """A NUTS 2 region. ``predecessors`` are the codes it was renamed from or made of."""

    code: str
    country: str
    name: str
    versions: frozenset[NutsVersion]
    predecessors: tuple[str, ...]
    outermost: bool


@dataclass(frozen=True, slots=True)
class CategoryRecord(Fact):
    """The category of one region, with what supports it."""

    region: str
    category: RegionCategory


@dataclass(frozen=True, slots=True)
class LumpSum(Fact):
    """Monthly ceiling of a ClusterXchange stay. ``territory`` is a host country or ``outermost``."""

    territory: str
    ceiling: Money


@dataclass(frozen=True, slots=True)
class ReferenceRate(Fact):
    """The rate of the European Central Bank for its main refinancing operations."""

    rate: Rate


@dataclass(frozen=True, slots=True)
class DataSet:
    """One file of reference data, summed up for the page that shows where facts come from.

    ``valid`` runs from the first to the last day that any row speaks for.
    """

    name: str
    rows: int
    valid: DateRange
    sources: tuple[str, ...]
    by_confidence: Mapping[Confidence, int]
