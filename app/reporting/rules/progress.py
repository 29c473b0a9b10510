"""How far a project is: which share of its grant is accepted, and whether its indicators are on target.

An indicator is measured against the part of its target that the elapsed part of the project promises, rounded down, on
the last day of the period whose report says what was reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.core.money import Money
from app.reporting.rules.technical import IndicatorTarget


class Standing(StrEnum):
    """Whether the indicators of a project are on target."""

    ON_TARGET = "on_target"
    BEHIND = "behind"
    UNREPORTED = "unreported"
    UNMEASURED = "unmeasured"


STANDING_WORDS = {
    Standing.ON_TARGET: "on target",
    Standing.BEHIND: "behind",
    Standing.UNREPORTED: "not reported yet",
    Standing.UNMEASURED: "no targets",
}
"""The same in words (msgids)."""


@dataclass(frozen=True, slots=True)
class IndicatorProgress:
    """An indicator: promised in all, expected by now, reached (None where nothing was said)."""

    title: str
    unit: str
    target: int
    expected: int
    value: int | None

    @property
    def missing(self) -> int:
        """How much is lacking of what is expected by now."""
        return max(self.expected - (self.value or 0), 0)


@dataclass(frozen=True, slots=True)
class Progress:
    """The indicators of a project that have a target, as of its latest report."""

    standing: Standing
    indicators: tuple[IndicatorProgress, ...] = ()

    @property
    def behind(self) -> tuple[IndicatorProgress, ...]:
        """Those that lack something, the one that lacks the greatest part of what is expected first."""
        lacking = [one for one in self.indicators if one.missing]
        return tuple(sorted(lacking, key=lambda one: (-one.missing * 1_000_000 // one.expected, one.title)))


def expected_by(target: int, starts_on: date, ends_on: date, day: date) -> int:
    """The part of ``target`` that is promised by the end of ``day``: by days of the project, rounded down."""
    total = (ends_on - starts_on).days + 1
    elapsed = min(max((day - starts_on).days + 1, 0), total)
    return target * elapsed // total


def progress_of(
    targets: Iterable[IndicatorTarget],
    values: Mapping[str, int | None] | None,
    project: tuple[date, date],
    reported_until: date | None,
) -> Progress:
    """How the indicators stand; ``values`` is None before a first report. Indicators without a target do not count."""
    measured = [one for one in targets if one.target]
    if not measured:
        return Progress(Standing.UNMEASURED)
    if values is None or reported_until is None:
        return Progress(Standing.UNREPORTED)
    found = tuple(
        IndicatorProgress(
            one.title,
            one.unit,
            one.target or 0,
            expected_by(one.target or 0, *project, reported_until),
            values.get(one.id),
        )
        for one in measured
    )
    behind = any(one.missing for one in found)
    return Progress(Standing.BEHIND if behind else Standing.ON_TARGET, found)


def percent_of(part: Money, whole: Money) -> int:
    """``part`` in whole percent of ``whole``, rounded down; 0 of nothing."""
    return part.cents * 100 // whole.cents if whole.cents > 0 else 0
