"""Which grants of a portfolio are wanted, in which order, and what they come to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from app.core.money import Money
from app.grants.rules.grant_lifecycle import GrantState
from app.grants.rules.standing import Acts
from app.reporting.rules.lateness import NextAct
from app.reporting.rules.progress import Progress, Standing, percent_of


@dataclass(frozen=True, slots=True)
class PortfolioRow:
    """A grant of the portfolio: what is next and by when, its money, and how far it is.

    ``committed`` is still to be paid; ``paid`` is what was not paid back; ``accepted`` the contribution to accepted costs.
    """

    id: UUID
    call_id: UUID
    call: str
    reference: str
    acronym: str
    title: str
    coordinator: str
    country: str
    state: GrantState
    acts: Acts
    start_on: date | None
    end_on: date | None
    act: NextAct
    days_late: int
    maximum_grant: Money
    committed: Money
    prefinanced: Money
    accepted: Money
    paid: Money
    recovered: Money
    on_the_way: Money
    third_parties: Money
    progress: Progress

    @property
    def late(self) -> bool:
        """Whether the most urgent act is late."""
        return self.days_late > 0

    @property
    def spent(self) -> int:
        """The share of the grant that is accepted, in whole percent."""
        return percent_of(self.accepted, self.maximum_grant)

    def figure(self, name: Figure) -> Money:
        """One of its figures by name."""
        return {
            Figure.COMMITTED: self.committed,
            Figure.PREFINANCED: self.prefinanced,
            Figure.ACCEPTED: self.accepted,
            Figure.PAID: self.paid,
            Figure.RECOVERED: self.recovered,
        }[name]


class Spending(StrEnum):
    """How much of a grant is accepted; the last three contain each other."""

    NOTHING = "nothing"
    SOME = "some"
    HALF = "half"
    MOST = "most"


class Figure(StrEnum):
    """A figure of which a grant has something or nothing."""

    COMMITTED = "committed"
    PREFINANCED = "prefinanced"
    ACCEPTED = "accepted"
    PAID = "paid"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True)
class PortfolioFilter:
    """Which grants are wanted; empty fields do not narrow. ``late`` is ``yes`` or a step that is late."""

    text: str = ""
    state: str = ""
    country: str = ""
    late: str = ""
    spent: str = ""
    target: str = ""
    money: str = ""

    def chosen(self) -> dict[str, str]:
        """What was chosen, by the names of the fields."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True, slots=True)
class PortfolioFigures:
    """What some grants come to: counts and sums; ``spent`` is the accepted share of all grants in whole percent."""

    total: int
    running: int
    late: int
    on_target: int
    behind: int
    with_costs: int
    granted: Money
    committed: Money
    prefinanced: Money
    accepted: Money
    paid: Money
    recovered: Money
    third_parties: Money

    @property
    def spent(self) -> int:
        """The accepted share of all grants, in whole percent."""
        return percent_of(self.accepted, self.granted)

    def plain(self) -> dict[str, object]:
        """Every figure by its name, as its document holds them."""
        return {name: getattr(self, name) for name in self.__slots__} | {"spent": self.spent}


def figures_of(rows: Sequence[PortfolioRow]) -> PortfolioFigures:
    """The counts and sums; grants that ended without an agreement count for nothing but what was paid of them."""
    live = [row for row in rows if row.state is not GrantState.ABANDONED]
    return PortfolioFigures(
        total=len(rows),
        running=sum(row.state is GrantState.RUNNING for row in rows),
        late=sum(row.late for row in rows),
        on_target=sum(row.progress.standing is Standing.ON_TARGET for row in rows),
        behind=sum(row.progress.standing is Standing.BEHIND for row in rows),
        with_costs=sum(bool(row.accepted) for row in rows),
        granted=Money.total(row.maximum_grant for row in live),
        committed=Money.total(row.committed for row in rows),
        prefinanced=Money.total(row.prefinanced for row in rows),
        accepted=Money.total(row.accepted for row in rows),
        paid=Money.total(row.paid for row in rows),
        recovered=Money.total(row.recovered for row in rows),
        third_parties=Money.total(row.third_parties for row in rows),
    )


def portfolio_record(row: PortfolioRow) -> dict[str, object]:
    """A grant as the report of the portfolio freezes it: everything of its row, with the indicators that lack something."""
    kept = [name for name in row.__slots__ if name not in {"id", "call_id", "acts", "act", "progress"}]
    return {name: getattr(row, name) for name in kept} | {
        "grant": row.id,
        "step": row.act.step,
        "number": row.act.number,
        "by": row.act.by,
        "who": row.act.actor,
        "spent": row.spent,
        "standing": row.progress.standing,
        "behind": [
            {"title": one.title, "target": one.target, "expected": one.expected, "reached": one.value}
            for one in row.progress.behind
        ],
    }


def narrowed(rows: Iterable[PortfolioRow], wanted: PortfolioFilter) -> list[PortfolioRow]:
    """Those that fit every field of the filter, in their order."""
    return [row for row in rows if _fits(row, wanted)]


def ordered(rows: Iterable[PortfolioRow], key: str, *, descending: bool = False) -> list[PortfolioRow]:
    """By a column; rows without a day come last. An unknown key orders by acronym."""
    if key in _DAYS:
        known: list[PortfolioRow] = []
        unknown: list[PortfolioRow] = []
        for row in rows:
            (known if _DAYS[key](row) is not None else unknown).append(row)
        return sorted(known, key=lambda row: _DAYS[key](row) or date.max, reverse=descending) + unknown
    figure = _FIGURES.get(key)
    if figure is not None:
        return sorted(rows, key=figure, reverse=descending)
    return sorted(rows, key=lambda row: (row.acronym.casefold(), row.reference), reverse=descending)


_DAYS: Mapping[str, Callable[[PortfolioRow], date | None]] = {
    "end": lambda row: row.end_on,
    "by": lambda row: row.act.by,
}
_FIGURES: Mapping[str, Callable[[PortfolioRow], int]] = {
    "late": lambda row: row.days_late,
    "granted": lambda row: row.maximum_grant.cents,
    "prefinanced": lambda row: row.prefinanced.cents,
    "accepted": lambda row: row.accepted.cents,
    "paid": lambda row: row.paid.cents,
    "spent": lambda row: row.spent,
}
_LEAST = {Spending.SOME.value: 0, Spending.HALF.value: 50, Spending.MOST.value: 90}


def _fits(row: PortfolioRow, wanted: PortfolioFilter) -> bool:
    text = wanted.text.casefold()
    return (
        (
            not text
            or any(text in words.casefold() for words in (row.acronym, row.title, row.reference, row.coordinator))
        )
        and wanted.state in {"", row.state.value}
        and wanted.country in {"", row.country}
        and (not wanted.late or (row.late and wanted.late in {"yes", row.act.step.value}))
        and _spent_fits(row, wanted.spent)
        and wanted.target in {"", row.progress.standing.value}
        and (not wanted.money or bool(row.figure(Figure(wanted.money))))
    )


def _spent_fits(row: PortfolioRow, wanted: str) -> bool:
    if not wanted:
        return True
    if wanted == Spending.NOTHING.value:
        return not row.accepted
    return bool(row.accepted) and row.spent >= _LEAST[wanted]
