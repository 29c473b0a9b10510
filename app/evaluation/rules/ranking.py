"""Ranking: in which order, and how far does the money reach.

Those who pass every threshold are ordered by their total, then by the call's comparators. Each envelope has a
list of its own: the main list is funded from the top, and the first application that no longer fits closes it
unless the call says that later ones which fit are funded. The order is total and needs nothing but what is
printed: references decide where everything else is equal, and such a tie is told so that the panel decides it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING
from uuid import UUID

from app.calls.rules.evaluation_kinds import (
    CriterionScore,
    GenderBalance,
    LowerRequest,
    NumberOfCountries,
    PanelDecision,
    SmeBudgetShare,
    TieBreak,
)
from app.core.money import Money

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules

BY_TOTAL = "total"
BY_REFERENCE = "reference"
_UNKNOWN = -1
_LAST = 10**9


class Standing(StrEnum):
    """Where an application stands in the ranking."""

    MAIN = "main"
    RESERVE = "reserve"
    BELOW = "below_threshold"
    NOT_SELECTED = "not_selected"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An application with everything that its rank may depend on.

    ``sme_share`` in basis points of the budget, ``gender_balance`` the share of the rarer gender in basis points,
    both None where not known; ``panel_order`` as the panel decided a tie, lowest first.
    """

    application_id: UUID
    reference: str
    strand: str
    scores: Mapping[str, Decimal]
    total: Decimal
    passes: bool
    requested: Money
    selected: bool = True
    countries: int = 0
    sme_share: int | None = None
    gender_balance: int | None = None
    panel_order: int | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate in its place.

    ``position`` counts from 1 in its list, None below the thresholds; ``running`` is the sum asked for down to
    here by those who can be funded; ``decided_by`` names what put it behind the one above it.
    """

    candidate: Candidate
    envelope: str
    standing: Standing
    position: int | None
    reserve: int | None
    running: Money
    decided_by: str


@dataclass(frozen=True, slots=True)
class Line:
    """The funding line of one envelope; ``next_needs`` is what the first of the reserve list asks for."""

    envelope: str
    available: Money
    funded: Money
    left: Money
    next_needs: Money | None
    after: int
    """Position of the last funded application that stands above the line; 0 where none does."""


@dataclass(frozen=True, slots=True)
class RankedList:
    """Every candidate in order, envelope by envelope, and what the panel must still decide.

    ``tied`` are all groups whose order the call leaves to the panel, ``ties`` what of them is still undecided.
    """

    entries: tuple[Ranked, ...]
    lines: tuple[Line, ...]
    ties: tuple[tuple[UUID, ...], ...] = field(default=())
    tied: tuple[tuple[UUID, ...], ...] = field(default=())

    def standing_of(self, application_id: UUID) -> Standing:
        """Where an application stands; raise KeyError for one that is not ranked."""
        for entry in self.entries:
            if entry.candidate.application_id == application_id:
                return entry.standing
        raise KeyError(application_id)


@dataclass(frozen=True, slots=True)
class Supposition:
    """Other amounts by envelope, or another line, than the call says: to look at, never to adopt.

    ``skips`` None leaves the line as the call draws it.
    """

    envelopes: Mapping[str, Money] = field(default_factory=dict)
    skips: bool | None = None


AS_THE_CALL_SAYS = Supposition()


def rank(rules: CallRules, candidates: Iterable[Candidate], supposed: Supposition = AS_THE_CALL_SAYS) -> RankedList:
    """The ranking of all candidates by the rules of the call; the order in which they come changes nothing."""
    comparators = rules.evaluation.tie_breaks if rules.evaluation is not None else ()
    skips = line_skips(rules) if supposed.skips is None else supposed.skips
    entries: list[Ranked] = []
    lines: list[Line] = []
    ties: list[tuple[UUID, ...]] = []
    tied: list[tuple[UUID, ...]] = []
    by_call = tuple(one for one in comparators if not isinstance(one, PanelDecision))
    every = tuple(candidates)
    for code, amount in envelopes_of(rules):
        available = supposed.envelopes.get(code, amount)
        mine = [one for one in every if envelope_code(rules, one.strand) == code]
        ordered = sorted((one for one in mine if one.passes and one.selected), key=_key(comparators))
        placed, line = _funded(code, available, ordered, comparators, skips=skips)
        lines.append(line)
        entries += placed
        entries += _outside(code, mine, comparators, line.funded)
        if len(by_call) < len(comparators):
            ties += _groups(ordered, comparators)
            tied += _groups(ordered, by_call)
    return RankedList(tuple(entries), tuple(lines), tuple(ties), tuple(tied))


def line_skips(rules: CallRules) -> bool:
    """Whether the call funds later applications that still fit, after one that does not."""
    return rules.evaluation is not None and rules.evaluation.line == "skips"


def envelopes_of(rules: CallRules) -> tuple[tuple[str, Money], ...]:
    """Code and amount of every envelope: strands with their own in the order of the call, then pools."""
    own = [(strand.id, strand.envelope) for strand in rules.strands if strand.envelope is not None]
    return (*own, *((pool.id, pool.envelope) for pool in rules.pools))


def envelope_code(rules: CallRules, strand_id: str) -> str:
    """The envelope that pays a strand: its own or the pool it draws on; the strand itself where nothing is paid."""
    strand = rules.strand(strand_id)
    return strand.pool if strand.envelope is None and strand.pool is not None else strand.id


def _key(comparators: Sequence[TieBreak]) -> Callable[[Candidate], tuple[object, ...]]:
    def key(one: Candidate) -> tuple[object, ...]:
        return (-one.total, *(_place(comparator, one) for comparator in comparators), one.reference)

    return key


def _place(comparator: TieBreak, one: Candidate) -> Decimal | int:
    """Smaller comes first; what is not known comes after everything that is."""
    match comparator:
        case CriterionScore():
            return -one.scores.get(comparator.criterion, Decimal(_UNKNOWN))
        case SmeBudgetShare():
            return -(one.sme_share if one.sme_share is not None else _UNKNOWN)
        case GenderBalance():
            return -(one.gender_balance if one.gender_balance is not None else _UNKNOWN)
        case NumberOfCountries():
            return -one.countries
        case LowerRequest():
            return one.requested.cents
        case PanelDecision():
            return one.panel_order if one.panel_order is not None else _LAST


def comparator_name(comparator: TieBreak) -> str:
    """How the ranking names what decided: the kind, with the criterion where it compares one."""
    return f"{comparator.kind}:{comparator.criterion}" if isinstance(comparator, CriterionScore) else comparator.kind


def _decided(above: Candidate | None, one: Candidate, comparators: Sequence[TieBreak]) -> str:
    if above is None or above.total != one.total:
        return BY_TOTAL
    for comparator in comparators:
        if _place(comparator, above) != _place(comparator, one):
            return comparator_name(comparator)
    return BY_REFERENCE


def _funded(
    code: str, available: Money, ordered: Sequence[Candidate], comparators: Sequence[TieBreak], *, skips: bool
) -> tuple[list[Ranked], Line]:
    """Main and reserve list in order, and where the line falls."""
    placed: list[Ranked] = []
    running = funded = Money.zero(available.currency)
    closed, reserve, after, next_needs = False, 0, 0, None
    above: Candidate | None = None
    for position, one in enumerate(ordered, start=1):
        running += one.requested
        fits = funded + one.requested <= available
        if fits and (skips or not closed):
            standing, number = Standing.MAIN, None
            funded += one.requested
            after = after if closed else position
        else:
            reserve += 1
            standing, number, closed = Standing.RESERVE, reserve, True
            next_needs = one.requested if next_needs is None else next_needs
        placed.append(Ranked(one, code, standing, position, number, running, _decided(above, one, comparators)))
        above = one
    return placed, Line(code, available, funded, available - funded, next_needs, after)


def _outside(code: str, mine: Sequence[Candidate], comparators: Sequence[TieBreak], funded: Money) -> Iterable[Ranked]:
    """Those who pass but were not selected, then those below a threshold, each by total."""
    zero = Money.zero(funded.currency)
    out = [one for one in mine if one.passes and not one.selected], [one for one in mine if not one.passes]
    for standing, group in zip((Standing.NOT_SELECTED, Standing.BELOW), out, strict=True):
        above: Candidate | None = None
        for one in sorted(group, key=_key(comparators)):
            yield Ranked(one, code, standing, None, None, zero, _decided(above, one, comparators))
            above = one


def _groups(ordered: Sequence[Candidate], comparators: Sequence[TieBreak]) -> list[tuple[UUID, ...]]:
    """Groups of neighbours whose order only the reference decides."""
    groups: list[list[UUID]] = []
    joined = False
    for above, one in pairwise(ordered):
        if _decided(above, one, comparators) != BY_REFERENCE:
            joined = False
            continue
        if joined:
            groups[-1].append(one.application_id)
        else:
            groups.append([above.application_id, one.application_id])
        joined = True
    return [tuple(group) for group in groups]
