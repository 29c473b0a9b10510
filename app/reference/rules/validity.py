"""Rows that hold on a day, and rows about one thing that contradict each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from datetime import date
from itertools import combinations
from typing import Protocol, TypeVar

from app.core.periods import DateRange


class Dated(Protocol):
    """Anything that holds for a period."""

    @property
    def valid(self) -> DateRange:
        """Days on which it holds, both ends included."""


Row = TypeVar("Row", bound=Dated)


def in_force(rows: Iterable[Row], on: date) -> tuple[Row, ...]:
    """The rows that hold on that day, in their order."""
    return tuple(row for row in rows if on in row.valid)


def the_one_in_force(rows: Iterable[Row], on: date) -> Row | None:
    """The row that holds on that day; None without one.

    Raise ValueError when several do: contradicting reference data decide nothing.
    """
    found = in_force(rows, on)
    if len(found) > 1:
        raise ValueError(f"{len(found)} rows hold on {on.isoformat()}: {found}")
    return found[0] if found else None


def clashes(rows: Iterable[Row], key: Callable[[Row], Hashable]) -> tuple[tuple[Row, Row], ...]:
    """Pairs of rows about the same thing (``key``) whose periods share a day."""
    groups: defaultdict[Hashable, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return tuple(
        (one, other)
        for group in groups.values()
        for one, other in combinations(group, 2)
        if one.valid.overlaps(other.valid)
    )
