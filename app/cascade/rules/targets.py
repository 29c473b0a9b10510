"""How far are the exchanges that the consortium promised? Figures against the targets of the agreement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.calls.rules.form_kinds import IndicatorCounts
from app.grants.rules.agreement_parts import IndicatorFacts


@dataclass(frozen=True, slots=True)
class Exchanges:
    """Exchanges that count, each once, for the grant that pays the visitor."""

    total: int
    with_smes: int


@dataclass(frozen=True, slots=True)
class Target:
    """An indicator with what is reached; ``target`` is None where none was promised."""

    id: str
    title: str
    unit: str
    reached: int
    target: int | None

    @property
    def met(self) -> bool:
        """Whether at least the target is reached."""
        return self.target is not None and self.reached >= self.target

    @property
    def missing(self) -> int:
        """How many are still to come."""
        return max((self.target or 0) - self.reached, 0)


def targets(
    indicators: Sequence[IndicatorFacts], counts: Mapping[str, IndicatorCounts], made: Exchanges
) -> tuple[Target, ...]:
    """The indicators that exchanges count towards, in the order of the agreement; ``counts`` says what, by id."""
    reached = {IndicatorCounts.EXCHANGES: made.total, IndicatorCounts.EXCHANGES_WITH_SMES: made.with_smes}
    return tuple(
        Target(one.id, one.title, one.unit, reached[counts[one.id]], one.target)
        for one in indicators
        if one.id in counts
    )
