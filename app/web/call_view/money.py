"""The money of a call in figures and bars: what was set aside, bound, paid, and what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.charts import Datum, Segment, StackedBar, bars, stacked_bar
from app.core.money import Money
from app.infra.templates import locale_of, money_text, translator
from app.ledger.schemas import EnvelopeRow


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """Sums over the envelopes of a call; ``awarded`` is None where nothing can have been awarded yet."""

    appropriated: Money
    requested: Money
    awarded: Money | None
    committed: Money
    paid: Money
    left: Money
    prefinanced: Money
    accepted: Money
    recovered: Money

    def percent_of_appropriation(self, amount: Money) -> int | None:
        """``amount`` in whole percent of what was set aside, rounded down; None where that is nothing."""
        return amount.cents * 100 // self.appropriated.cents if self.appropriated else None


@dataclass(frozen=True, slots=True)
class EnvelopeBar:
    """One envelope as a bar: paid and committed, the rest is left."""

    title: str
    appropriated: Money
    bar: StackedBar


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of the grants of a call, beside the balances of its envelopes."""

    prefinanced: Money
    accepted: Money
    recovered: Money


def key_figures(
    rows: Sequence[EnvelopeRow], settled: Settled, *, requested: Money, awarded: Money | None = None
) -> KeyFigures:
    """The sums over all envelopes."""
    return KeyFigures(
        appropriated=Money.total(row.appropriated for row in rows),
        requested=requested,
        awarded=awarded,
        committed=Money.total(row.committed for row in rows),
        paid=Money.total(row.paid for row in rows),
        left=Money.total(row.available for row in rows),
        prefinanced=settled.prefinanced,
        accepted=settled.accepted,
        recovered=settled.recovered,
    )


def chain_bars(figures: KeyFigures, language: str) -> Sequence[Segment]:
    """From what was set aside to what is left, each figure on the scale of the greatest."""
    say, locale = translator(language), locale_of(language)

    def part(label: str, amount: Money, tone: str) -> Datum:
        return Datum(say(label), max(amount.cents, 0), money_text(amount, locale), tone)  # type: ignore[arg-type]  # one of the tones

    awarded = [part("Awarded", figures.awarded, "brand-2")] if figures.awarded is not None else []
    return bars(
        [
            part("Appropriation", figures.appropriated, "brand"),
            *awarded,
            part("Committed", figures.committed, "brand"),
            part("Pre-financed", figures.prefinanced, "brand-2"),
            part("Accepted", figures.accepted, "gold"),
            part("Paid", figures.paid, "ok"),
            part("Left", figures.left, "neutral"),
            part("Came back", figures.recovered, "bad"),
        ]
    )


def envelope_bars(rows: Sequence[EnvelopeRow], language: str) -> list[EnvelopeBar]:
    """A bar for each envelope, in the order in which they were opened."""
    _, locale = translator(language), locale_of(language)

    def part(label: str, amount: Money, tone: str) -> Datum:
        return Datum(label, amount.cents, money_text(amount, locale), tone)  # type: ignore[arg-type]  # one of the tones

    return [
        EnvelopeBar(
            row.title,
            row.appropriated,
            stacked_bar(
                [part(_("Paid"), row.paid, "ok"), part(_("Committed"), row.committed, "brand")],
                rest=part(_("Left"), row.available, "neutral"),
            ),
        )
        for row in rows
    ]
