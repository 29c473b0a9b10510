"""What the officer makes of each claimed cost: accepted, reduced or rejected, with a reason where not accepted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from app.core.money import Money
from app.core.violations import Figure, Violation

MIN_REASON = 10
"""Characters of the reason for accepting less than was claimed."""


class Verdict(StrEnum):
    """The decision on one claimed cost."""

    ACCEPTED = "accepted"
    REDUCED = "reduced"
    REJECTED = "rejected"


class Assessed(Protocol):
    """A claimed cost and the decision on it, None while it is open."""

    @property
    def amount(self) -> Money:
        """As claimed."""

    @property
    def verdict(self) -> Verdict | None:
        """The decision."""

    @property
    def accepted(self) -> Money | None:
        """What counts; None while it is open."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A decision as given; ``amount`` only where it reduces."""

    verdict: Verdict
    amount: Money | None
    reason: str

    def accepts(self, claimed: Money) -> Money:
        """What of ``claimed`` counts after it."""
        match self.verdict:
            case Verdict.ACCEPTED:
                return claimed
            case Verdict.REDUCED:
                return self.amount or Money.zero()
            case Verdict.REJECTED:
                return Money.zero()


def judgement_findings(
    judgement: Judgement, claimed: Money, *, price: Money | None = None, place: str = ""
) -> tuple[Violation, ...]:
    """Why a decision cannot stand; ``price`` is that of one unit where the call fixes it."""
    found = []
    if judgement.verdict is not Verdict.ACCEPTED and len(judgement.reason.strip()) < MIN_REASON:
        words = "Say in at least {minimum} characters why not all of it is accepted."
        found.append(Violation("assessment.reason", words, f"{place}reason", {"minimum": MIN_REASON}))
    if judgement.verdict is Verdict.REDUCED:
        found += _reduced(judgement.amount, claimed, price, place)
    return tuple(found)


def _reduced(amount: Money | None, claimed: Money, price: Money | None, place: str) -> list[Violation]:
    figures: dict[str, Figure] = {"claimed": claimed}
    if amount is None or not Money.zero() < amount < claimed:
        words = "A reduced amount is above zero and below the {claimed} that are claimed."
        return [Violation("assessment.amount", words, f"{place}amount", figures)]
    if price and amount.cents % price.cents:
        words = "The call pays {price} for each unit: the amount must be whole units."
        return [Violation("assessment.whole_units", words, f"{place}amount", {"price": price})]
    return []


def open_lines(lines: Iterable[Assessed]) -> int:
    """How many lines have no decision yet."""
    return sum(1 for line in lines if line.verdict is None)


def acceptance_findings(lines: Iterable[Assessed]) -> tuple[Violation, ...]:
    """Why a report cannot be accepted yet."""
    if not (left := open_lines(lines)):
        return ()
    words = "{left} claimed costs have no decision yet."
    return (Violation("assessment.open_lines", words, "costs", {"left": left}),)
