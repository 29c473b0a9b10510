"""What a call pays: key figures, and which costs are reimbursed at which rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.calls.queries import rules_by_hash
from app.calls.rules.funding_kinds import (
    CategoryShareCeiling,
    Ceiling,
    CostCategory,
    DurationLimits,
    FlatRateCosts,
    LumpSumCosts,
    PartnerShareCeiling,
    ProjectGrantCeiling,
    ThirdPartyCeiling,
    UnitCosts,
)
from app.infra.templates import locale_of, money_text, translator
from app.web.call_view.origins import Mark, mark_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from app.calls.rules.call_rules import CallRules
    from app.calls.schemas import CallRow
    from app.core.money import Money


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One card of the call's head."""

    label: str
    value: str
    note: str = ""
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class FundedCosts:
    """One cost category: how it enters the budget and what of it is paid."""

    code: str
    title: str
    hint: str
    method: str
    rate: str
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class FundingView:
    """What the funding part of the page shows."""

    pays: bool
    figures: tuple[KeyFigure, ...]
    costs: tuple[FundedCosts, ...]
    limits: tuple[KeyFigure, ...]
    strands: tuple[KeyFigure, ...]


KINDS = {
    "grant": "grant",
    "sub_grant": "grant from a project",
    "label_only": "label, no money",
    "expression_of_interest": "expression of interest, no money",
}
"""What a successful applicant gets, in words (msgids)."""


def funding_view(rules: CallRules, language: str) -> FundingView:
    """The call's money in words."""
    return FundingView(
        pays=rules.funding.kind.pays,
        figures=tuple(_figures(rules, language)),
        costs=tuple(_costs(rules, category, language) for category in rules.funding.cost_categories),
        limits=tuple(_limit(rules, ceiling, language) for ceiling in rules.funding.ceilings),
        strands=_strands(rules, language) if len(rules.strands) > 1 else (),
    )


def maximum_grant(rules: CallRules) -> Money | None:
    """The most that one project may ask for, over all strands; None where the call sets no limit."""
    limits = [rule.maximum for rule in rules.rules_of(ProjectGrantCeiling) if rule.maximum is not None]
    return max(limits, key=lambda amount: amount.cents, default=None)


def maximum_grants(session: Session, rows: Sequence[CallRow]) -> dict[object, Money | None]:
    """The same of the calls of a list, by id. No query where their documents were read before."""
    shown = [row for row in rows if row.sha256]
    documents = rules_by_hash(session, [row.sha256 for row in shown])
    return {row.id: maximum_grant(documents[row.sha256]) for row in shown}


def duration_words(rules: CallRules, language: str) -> str:
    """``20 to 24 months``; empty where the call does not limit it."""
    limits = rules.rule_of(DurationLimits)
    if limits is None:
        return ""
    _ = translator(language)
    if limits.min_months == limits.max_months:
        return _("%(most)s months") % {"most": limits.max_months}
    return _("%(least)s to %(most)s months") % {"least": limits.min_months, "most": limits.max_months}


def expected_words(rules: CallRules, language: str) -> str:
    """``10 to 12 grants expected``; empty where the call does not say."""
    expected = [strand.expected_grants for strand in rules.strands if strand.expected_grants is not None]
    if not expected:
        return ""
    least, most = sum(grants.minimum for grants in expected), sum(grants.maximum for grants in expected)
    _ = translator(language)
    if least == most:
        return _("%(most)s grants expected") % {"most": most}
    return _("%(least)s to %(most)s grants expected") % {"least": least, "most": most}


def _figures(rules: CallRules, language: str) -> list[KeyFigure]:
    _, locale = translator(language), locale_of(language)
    found: list[KeyFigure] = []
    if (envelope := rules.envelope) is not None:
        mark = mark_of(rules, f"strands.{rules.strands[0].id}.envelope")
        found.append(KeyFigure(_("Envelope"), money_text(envelope, locale), expected_words(rules, language), mark))
    if (most := maximum_grant(rules)) is not None:
        mark = mark_of(rules, "funding.ceilings.project_grant.maximum")
        found.append(KeyFigure(_("Maximum grant"), money_text(most, locale), _("per project"), mark))
    if rates := rules.funding.rates:
        others = [f"{rate.rate}: {rate.titles.in_language(language)}" for rate in rates[1:]]
        mark = mark_of(rules, f"funding.rates.{rates[0].group}.rate")
        found.append(
            KeyFigure(_("Funding rate"), str(rates[0].rate), " · ".join(others) or _("of eligible costs"), mark)
        )
    if duration := duration_words(rules, language):
        mark = mark_of(rules, "funding.ceilings.duration")
        found.append(KeyFigure(_("Duration"), duration, _("of the project"), mark))
    return found


def _costs(rules: CallRules, category: CostCategory, language: str) -> FundedCosts:
    path = f"funding.cost_categories.{category.id}"
    rate = rules.funding.rate(category.rate_group)
    special = [
        f"{each.rate} ({each.legal_form.replace('_', ' ')})" for each in rate.by_legal_form if each.rate != rate.rate
    ]
    mark = mark_of(rules, f"{path}.rate") if isinstance(category, FlatRateCosts) else None
    return FundedCosts(
        code=category.code,
        title=category.titles.in_language(language),
        hint=category.hint.in_language(language) if category.hint else "",
        method=_method(rules, category, language),
        rate=" · ".join([str(rate.rate), *special]),
        mark=mark or mark_of(rules, f"funding.rates.{rate.group}.rate"),
    )


def _method(rules: CallRules, category: CostCategory, language: str) -> str:
    _, locale = translator(language), locale_of(language)
    match category:
        case FlatRateCosts():
            base = ", ".join(rules.funding.category(name).code for name in category.base)
            return _("flat rate: %(rate)s of %(base)s, computed") % {"rate": str(category.rate), "base": base}
        case UnitCosts():
            unit = category.unit.in_language(language)
            return _("%(amount)s per %(unit)s") % {"amount": money_text(category.amount, locale), "unit": unit}
        case LumpSumCosts():
            amount = category.amount
            return _("lump sum") if amount is None else _("lump sum of %s") % money_text(amount, locale)
        case _:
            return _("actual costs")


def _limit(rules: CallRules, ceiling: Ceiling, language: str) -> KeyFigure:
    _, locale = translator(language), locale_of(language)
    match ceiling:
        case ProjectGrantCeiling():
            least, most = ceiling.minimum, ceiling.maximum
            mark = mark_of(rules, "funding.ceilings.project_grant.maximum")
            words = money_text(most, locale) if most else ""
            if least:
                words = _("from %s") % money_text(least, locale) + (f" {_('to')} {words}" if words else "")
            return KeyFigure(_("Grant of one project"), words, ProjectGrantCeiling.maximum_rule, mark)
        case PartnerShareCeiling():
            mark = mark_of(rules, "funding.ceilings.partner_share.maximum")
            return KeyFigure(_("Share of one partner in the grant"), str(ceiling.maximum), ceiling.rule_id, mark)
        case CategoryShareCeiling():
            codes = ", ".join(rules.funding.category(name).code for name in ceiling.categories)
            mark = mark_of(rules, "funding.ceilings.category_share.maximum")
            return KeyFigure(_("Share of %s in the costs") % codes, str(ceiling.maximum), ceiling.rule_id, mark)
        case ThirdPartyCeiling():
            scope = {"grant": _("in one grant"), "call": _("in one call"), "programme": _("in the programme")}
            mark = mark_of(rules, "funding.ceilings.third_party.maximum")
            label = _("What one third party receives %s") % scope[ceiling.scope]
            return KeyFigure(label, money_text(ceiling.maximum, locale), ceiling.rule_id, mark)
        case DurationLimits():
            mark = mark_of(rules, "funding.ceilings.duration")
            return KeyFigure(_("Duration"), duration_words(rules, language), ceiling.rule_id, mark)


def _strands(rules: CallRules, language: str) -> tuple[KeyFigure, ...]:
    locale = locale_of(language)
    return tuple(
        KeyFigure(
            strand.titles.in_language(language),
            money_text(strand.envelope, locale) if strand.envelope else translator(language)("shared envelope"),
            mark=mark_of(rules, f"strands.{strand.id}.envelope"),
        )
        for strand in rules.strands
    )
