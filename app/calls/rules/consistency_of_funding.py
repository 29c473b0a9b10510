"""Do envelopes, categories, rates and ceilings of a call agree? Contradictions in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.calls.rules.funding_kinds import (
    CategoryShareCeiling,
    CostPurpose,
    DurationLimits,
    FlatRateCosts,
    ProjectGrantCeiling,
    Strand,
    ThirdPartyCeiling,
)
from app.core.money import Money
from app.core.rates import BASIS_POINTS
from app.core.violations import Figure, Violation

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules


def funding_findings(rules: CallRules) -> Iterator[Violation]:
    """Contradictions about money and duration."""
    yield from _strands(rules)
    yield from _presence(rules)
    yield from _categories(rules)
    yield from _ceilings(rules)


def _strands(rules: CallRules) -> Iterator[Violation]:
    pays, pools = rules.funding.kind.pays, {pool.id for pool in rules.pools}
    ids = {strand.id for strand in rules.strands}
    for strand in rules.strands:
        place = f"strands.{strand.id}"
        if pays and (strand.envelope is None) == (strand.pool is None):
            words = "A strand has either an envelope of its own or a pool that it draws on."
            yield Violation("document.strand_envelope", words, place)
        if not pays and (strand.envelope or strand.pool):
            words = "This call pays nothing, so its strands have no envelope."
            yield Violation("document.envelope_without_grant", words, place)
        if strand.envelope is not None and strand.id in pools:
            words = "The strand has an envelope of its own and the name of a pool: give one of them another name."
            yield Violation("document.envelope_named_twice", words, place)
        if strand.pool and strand.pool not in pools:
            words = "The strand draws on pool '{pool}', which the call does not have."
            yield Violation("document.unknown_pool", words, f"{place}.pool", {"pool": strand.pool})
        for other in (other for other in strand.transfers_to if other not in ids - {strand.id}):
            words = "Money may be transferred to '{other}', which is no other strand of this call."
            yield Violation("document.unknown_transfer", words, f"{place}.transfers_to", {"other": other})
        if strand.expected_grants and strand.expected_grants.minimum > strand.expected_grants.maximum:
            words = "The expected number of grants ends below its beginning."
            yield Violation("document.expected_grants", words, f"{place}.expected_grants")


def _presence(rules: CallRules) -> Iterator[Violation]:
    funding = rules.funding
    if funding.kind.pays and not (funding.cost_categories and funding.rates):
        words = "A call that pays needs cost categories and at least one rate."
        yield Violation("document.funding_incomplete", words, "funding")
    if not funding.kind.pays and (funding.cost_categories or funding.rates):
        words = "This call pays nothing, so it has no cost categories and no rates."
        yield Violation("document.rates_without_grant", words, "funding")


def _categories(rules: CallRules) -> Iterator[Violation]:
    funding = rules.funding
    groups = {rate.group for rate in funding.rates}
    entered = {category.id for category in funding.cost_categories if not isinstance(category, FlatRateCosts)}
    for category in funding.cost_categories:
        place = f"funding.cost_categories.{category.id}"
        if category.rate_group not in groups:
            words = "The category is reimbursed at rate '{group}', which the call does not have."
            yield Violation("document.unknown_rate", words, f"{place}.rate_group", {"group": category.rate_group})
        if isinstance(category, FlatRateCosts):
            for other in (other for other in category.base if other not in entered):
                words = "The base holds '{other}', which is no category with amounts of its own."
                yield Violation("document.flat_rate_base", words, f"{place}.base", {"other": other})
    for rate in funding.rates:
        if any(one.basis_points > BASIS_POINTS for one in (rate.rate, *(s.rate for s in rate.by_legal_form))):
            words = "A rate of reimbursement is at most 100 %."
            yield Violation("document.rate_above_whole", words, f"funding.rates.{rate.group}")
        if rate.group not in {category.rate_group for category in funding.cost_categories}:
            words = "No cost category uses this rate."
            yield Violation("document.rate_unused", words, f"funding.rates.{rate.group}")


def _ceilings(rules: CallRules) -> Iterator[Violation]:
    place = "funding.ceilings"
    known = {category.id for category in rules.funding.cost_categories}
    for ceiling in rules.funding.ceilings:
        match ceiling:
            case DurationLimits() if ceiling.min_months > ceiling.max_months:
                words = "The shortest duration is {least} months, the longest {most}."
                figures: dict[str, Figure] = {"least": ceiling.min_months, "most": ceiling.max_months}
                yield Violation("document.duration_order", words, f"{place}.duration", figures)
            case CategoryShareCeiling():
                for other in (other for other in ceiling.categories if other not in known):
                    words = "The ceiling names category '{other}', which the call does not have."
                    yield Violation("document.ceiling_category", words, f"{place}.category_share", {"other": other})
            case ProjectGrantCeiling():
                yield from _project_grant(rules, ceiling)
            case ThirdPartyCeiling():
                yield from _third_party(rules, ceiling)


def _project_grant(rules: CallRules, ceiling: ProjectGrantCeiling) -> Iterator[Violation]:
    place = "funding.ceilings.project_grant"
    least, most = ceiling.minimum, ceiling.maximum
    if least is None and most is None:
        yield Violation("document.ceiling_empty", "Give the smallest or the largest grant, or both.", place)
    if least is not None and most is not None and least > most:
        words = "The smallest grant of {least} is above the largest of {most}."
        yield Violation("document.grant_order", words, f"{place}.minimum", {"least": least, "most": most})
    for strand in (strand for strand in rules.strands if ceiling.applies_to(strand.id)):
        available = _available(rules, strand)
        if most is not None and available is not None and most > available:
            words = "The largest grant of {most} is above the envelope of strand '{strand}', {available}."
            figures: dict[str, Figure] = {"most": most, "strand": strand.id, "available": available}
            yield Violation("document.grant_above_envelope", words, f"{place}.maximum", figures)


def _third_party(rules: CallRules, ceiling: ThirdPartyCeiling) -> Iterator[Violation]:
    if not rules.funding.categories_for(CostPurpose.THIRD_PARTIES):
        words = (
            "The call says what one third party may receive at most, but no cost category is for third parties (purpose: "
            "third_parties): nothing could be paid."
        )
        yield Violation("document.third_party_category", words, "funding.ceilings.third_party")
    largest = [project.maximum for project in rules.rules_of(ProjectGrantCeiling) if project.maximum is not None]
    if ceiling.scope == "grant" and largest and ceiling.maximum > max(largest, key=lambda money: money.cents):
        words = "One third party could receive {amount}, more than a whole grant."
        place = "funding.ceilings.third_party.maximum"
        yield Violation("document.third_party_above_grant", words, place, {"amount": ceiling.maximum})


def _available(rules: CallRules, strand: Strand) -> Money | None:
    if strand.envelope is not None:
        return strand.envelope
    return next((pool.envelope for pool in rules.pools if pool.id == strand.pool), None)
