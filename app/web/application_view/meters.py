"""Limits as cards: what is used, what is left, what would cure it, which rule says so. Those that bind stand first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.calls.rules.funding_kinds import ProjectGrantCeiling
from app.core.charts import CapBar, Datum, StackedBar, cap_bar, stacked_bar
from app.core.money import Money
from app.core.violations import fill
from app.infra.templates import locale_of, money_text, translator
from app.web.findings import figures_in

if TYPE_CHECKING:
    from app.applications.rules.budget import BudgetTable
    from app.applications.rules.budget_meters import BudgetMeter
    from app.core.charts import Tone
    from app.core.violations import Violation
    from app.partnerships.rules.meters import Meter

MOST_PER_PARTNER = 2
_TONES: tuple[Tone, ...] = ("brand", "brand-2", "gold", "ok", "neutral")


@dataclass(frozen=True, slots=True)
class BudgetCard:
    """One limit of the budget."""

    label: str
    name: str
    bar: CapBar
    used: str
    limit: str
    difference: str
    met: bool
    at_least: bool
    cure: str
    rule: str
    source: str


@dataclass(frozen=True, slots=True)
class CompositionCard:
    """One number that the call asks of the consortium."""

    label: str
    words: str
    names: Sequence[str]
    undecided: Sequence[str]
    met: bool
    may_be_met: bool
    cure: str
    rule: str


def budget_cards(meters: Sequence[BudgetMeter], findings: Sequence[Violation], language: str) -> list[BudgetCard]:
    """Limits that do not hold first; of the limits per partner only these and the closest ones."""
    shown = [meter for meter in meters if meter.partner_id is None or not meter.met]
    close = sorted((m for m in meters if m.partner_id and m.met), key=lambda meter: -(meter.percent or 0))
    shown += close[:MOST_PER_PARTNER]
    return sorted((_budget_card(meter, findings, language) for meter in shown), key=lambda card: card.met)


def _budget_card(meter: BudgetMeter, findings: Sequence[Violation], language: str) -> BudgetCard:
    words, locale = translator(language), locale_of(language)
    found = next((one for one in findings if one.rule == meter.rule_id and one.place == meter.place), None)
    figures = figures_in(found.figures, language) if found else {}
    bar = cap_bar(meter.used.cents, meter.limit.cents)
    if meter.at_least:
        bar = cap_bar(min(meter.used.cents, meter.limit.cents), meter.limit.cents)
    difference = meter.left if meter.at_least or meter.met else meter.over
    return BudgetCard(
        label=words(meter.label),
        name=meter.name,
        bar=bar,
        used=money_text(meter.used, locale),
        limit=money_text(meter.limit, locale, with_currency=False),
        difference=money_text(difference, locale, with_currency=False),
        met=meter.met,
        at_least=meter.at_least,
        cure=fill(words(found.cure), figures) if found and found.cure else "",
        rule=meter.rule_id,
        source=found.source if found else "",
    )


def composition_cards(meters: Sequence[Meter], findings: Sequence[Violation], language: str) -> list[CompositionCard]:
    """What the consortium has of what the call needs, in the order of the call."""
    words = translator(language)

    def cure(meter: Meter) -> str:
        found = next((one for one in findings if one.rule == meter.rule.rule_id), None)
        figures = figures_in(found.figures, language) if found else {}
        return fill(words(found.cure), figures) if found and found.cure and not meter.met else ""

    return [
        CompositionCard(
            label=words(meter.label),
            words=fill(words(meter.message), figures_in(meter.figures, language)),
            names=meter.names,
            undecided=meter.undecided,
            met=meter.met,
            may_be_met=meter.may_be_met,
            cure=cure(meter),
            rule=meter.rule.rule_id,
        )
        for meter in meters
    ]


def grant_by_partner(table: BudgetTable, limit: Money | None, language: str) -> StackedBar | None:
    """Who asks for how much of the grant, against what one project may get; None without costs."""
    words, locale = translator(language), locale_of(language)
    asking = [row for row in table.rows if row.requested]
    if not asking:
        return None
    data = [
        Datum(row.partner.name, row.requested.cents, money_text(row.requested, locale), _TONES[at % len(_TONES)])
        for at, row in enumerate(asking)
    ]
    left = limit - table.requested if limit is not None else None
    rest = Datum(words("Left"), left.cents, money_text(left, locale)) if left is not None and left.cents > 0 else None
    return stacked_bar(data, rest=rest)


def project_limit(meters: Sequence[BudgetMeter]) -> Money | None:
    """The most that this project may ask for."""
    limits = (meter for meter in meters if isinstance(meter.rule, ProjectGrantCeiling) and not meter.at_least)
    return next((meter.limit for meter in limits), None)
