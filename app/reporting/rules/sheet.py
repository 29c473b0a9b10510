"""A calculation that explains itself: steps that add up, each with its words, its amount and what is reached so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from app.core.money import Money
from app.core.violations import Figure, fill


@dataclass(frozen=True, slots=True)
class Step:
    """One line: ``amount`` is added to what the lines before it reached; ``running`` is the sum with it."""

    id: str
    text: str
    amount: Money
    running: Money

    @property
    def source(self) -> str:
        """Where its figure comes from, in words; empty for a step that nobody knows."""
        return SOURCES.get(self.id.rstrip("0123456789"), "")


SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "contribution": "costs accepted in this report, at the rates of the call",
        "carried": "reports of earlier periods as they were decided",
        "ceiling": "ceiling and payments made under the agreement",
        "later": "reporting periods of the agreement",
        "period_": "costs accepted in that report, at the rates of the call",
        "maximum": "agreement",
        "no_profit": "receipts and accepted costs of all financial statements",
        "implementation": "decision on the final report",
        "prefinancing": "payments made",
        "interims": "payments made",
        "guarantee": "agreement",
    }
)
"""By the id of a step without its number."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Steps in order; the last running sum is the result."""

    steps: tuple[Step, ...] = ()

    @property
    def total(self) -> Money:
        """What the steps come to."""
        return self.steps[-1].running if self.steps else Money.zero()

    def and_then(self, step_id: str, words: str, amount: Money, figures: Mapping[str, Figure] | None = None) -> Sheet:
        """The sheet with one more step; ``words`` have ``{named}`` places filled from ``figures``."""
        return Sheet((*self.steps, Step(step_id, fill(words, figures or {}), amount, self.total + amount)))

    def plain(self) -> list[dict[str, str]]:
        """As it is stored and hashed; amounts in euro as text."""
        return [
            {"id": step.id, "text": step.text, "amount": step.amount.amount, "running": step.running.amount}
            for step in self.steps
        ]


def sheet_from(plain: Sequence[Mapping[str, str]]) -> Sheet:
    """The sheet as it was stored."""
    return Sheet(
        tuple(
            Step(line["id"], line["text"], Money.parse(line["amount"]), Money.parse(line["running"])) for line in plain
        )
    )


@dataclass(frozen=True, slots=True)
class Paid:
    """What the coordinator was given before, as it counts towards the grant.

    ``prefinancing`` includes what of it was held back as guarantee (``withheld``), which is paid with the balance.
    """

    prefinancing: Money = field(default_factory=Money.zero)
    interims: Money = field(default_factory=Money.zero)
    withheld: Money = field(default_factory=Money.zero)

    @property
    def advanced(self) -> Money:
        """What of the pre-financing reached the coordinator."""
        return self.prefinancing - self.withheld

    @property
    def counted(self) -> Money:
        """Everything that counts towards the ceiling of interim payments."""
        return self.prefinancing + self.interims
