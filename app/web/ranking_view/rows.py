"""Rows of the ranking from its record; of what a person may not see nothing is in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.core.money import Money
from app.core.paging import Page

CONFLICT = "conflict"
SIZE = 100
"""Rows of a page: the funding line and 50 on either side."""


@dataclass(frozen=True, slots=True)
class RankingLine:
    """One application in its place; ``standing`` is ``conflict`` where only the reference may be shown.

    ``decided_by`` names what put it behind the one above where both have the same total, ``below`` the thresholds
    that it misses as (criterion or ``total``, points, needed). ``running`` is None where nothing is funded from here.
    """

    application_id: UUID | None
    reference: str
    standing: str
    envelope: str = ""
    acronym: str = ""
    title: str = ""
    coordinator: str = ""
    countries: tuple[str, ...] = ()
    partners: int = 0
    position: int | None = None
    reserve: int | None = None
    scores: Mapping[str, Decimal] | None = None
    total: Decimal | None = None
    requested: Money | None = None
    running: Money | None = None
    decided_by: str = ""
    order_reason: str = ""
    marks: Mapping[str, str] | None = None
    without_agreement: bool = False
    below: tuple[tuple[str, str, str], ...] = ()
    insufficient: tuple[str, ...] = ()

    def score(self, criterion: str) -> Decimal | None:
        """Points for one criterion; None where they are not shown or not set."""
        return (self.scores or {}).get(criterion)


def money_of(stored: Mapping[str, str]) -> Money:
    """An amount as a record stores it."""
    return Money.parse(stored["amount"], stored["currency"])


def lines_of(record: Mapping[str, Any], envelope: str, *, hidden: Collection[UUID] = frozenset()) -> list[RankingLine]:
    """Every row of one envelope in order; those with which the reader has a conflict last, by reference.

    A reader with a conflict gets no positions and running totals: the gaps would tell what is hidden.
    """
    entries = [entry for entry in record["entries"] if entry["envelope"] == envelope]
    shown = [entry for entry in entries if UUID(entry["application"]) not in hidden]
    closed = sorted(entry["reference"] for entry in entries if UUID(entry["application"]) in hidden)
    whole = not closed
    return [
        *(_line(record, entry, whole=whole) for entry in shown),
        *(RankingLine(None, reference, CONFLICT, envelope) for reference in closed),
    ]


def _line(record: Mapping[str, Any], entry: Mapping[str, Any], *, whole: bool) -> RankingLine:
    scores = {name: Decimal(points) for name, points in entry["scores"].items()}
    ranked = entry["position"] is not None
    return RankingLine(
        application_id=UUID(entry["application"]),
        reference=entry["reference"],
        standing=entry["standing"],
        envelope=entry["envelope"],
        acronym=entry["acronym"],
        title=entry["title"],
        coordinator=entry["coordinator"],
        countries=tuple(entry["countries"]),
        partners=entry["partners"],
        position=entry["position"] if whole else None,
        reserve=entry["reserve"] if whole else None,
        scores=scores,
        total=Decimal(entry["total"]),
        requested=money_of(entry["requested"]),
        running=money_of(entry["running"]) if ranked and whole else None,
        decided_by=entry["decided_by"],
        order_reason=entry["order_reason"],
        marks=entry["marks"],
        without_agreement=entry["without_agreement"],
        below=_below(record, entry, scores),
        insufficient=tuple(one["partner"] for one in entry["capacity"] if one["outcome"] == "insufficient"),
    )


def _below(
    record: Mapping[str, Any], entry: Mapping[str, Any], scores: Mapping[str, Decimal]
) -> tuple[tuple[str, str, str], ...]:
    if entry["standing"] != "below_threshold":
        return ()
    missed = [
        (criterion["title"], entry["scores"].get(criterion["id"], "0"), criterion["threshold"])
        for criterion in record["criteria"]
        if criterion["threshold"] is not None
        and scores.get(criterion["id"], Decimal(0)) < Decimal(criterion["threshold"])
    ]
    if Decimal(entry["total"]) < Decimal(record["overall_threshold"]):
        missed.append(("total", entry["total"], record["overall_threshold"]))
    return tuple(missed)


def narrowed(rows: Sequence[RankingLine], text: str, standing: str) -> list[RankingLine]:
    """Rows with a text in reference, acronym, title or coordinator, and with a standing, where one is chosen."""
    wanted = text.casefold()
    return [
        row
        for row in rows
        if (not standing or row.standing == standing)
        and (
            not wanted
            or any(wanted in part.casefold() for part in (row.reference, row.acronym, row.title, row.coordinator))
        )
    ]


def line_index(rows: Sequence[RankingLine]) -> int | None:
    """How many rows stand above the funding line; None where there is none to draw among these rows."""
    main = [at for at, row in enumerate(rows) if row.standing == "main"]
    return main[-1] + 1 if main else None


def around_line(rows: Sequence[RankingLine], number: int | None) -> tuple[Page[RankingLine], int]:
    """The asked page and the index of its first row; pages are cut so that the line is in the middle of one of them.

    Without a number the page with the line is given.
    """
    line = line_index(rows) or 0
    if len(rows) <= SIZE:
        return Page(rows, len(rows), 1, SIZE), 0
    first = (line - SIZE // 2) % SIZE if line > SIZE // 2 else 0
    starts = [0, *range(first or SIZE, len(rows), SIZE)]
    with_line = max(at for at, start in enumerate(starts) if start <= max(line - 1, 0))
    at = with_line if number is None else min(max(number, 1), len(starts)) - 1
    start = starts[at]
    end = starts[at + 1] if at + 1 < len(starts) else len(rows)
    return Page(rows[start:end], len(rows), at + 1, SIZE), start


def page_count(rows: Sequence[RankingLine]) -> int:
    """How many pages around_line cuts."""
    line = line_index(rows) or 0
    if len(rows) <= SIZE:
        return 1
    first = (line - SIZE // 2) % SIZE if line > SIZE // 2 else 0
    return 1 + len(range(first or SIZE, len(rows), SIZE))
