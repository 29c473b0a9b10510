"""A sample application made from the rules of a call alone: what a dry run begins with where a call ships with none.

The consortium is the smallest that the conditions allow, each member in another country; it asks
for about half of the largest grant, plans what is mandatory and promises what is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.calls.rules.eligibility_kinds import (
    MemberInRegionCategory,
    MinimumCountries,
    MinimumEntities,
    OrganisationTypes,
    RequiredActivities,
)
from app.calls.rules.funding_kinds import DurationLimits, FlatRateCosts, ProjectGrantCeiling
from app.calls.rules.scenarios import SampleOrganisation, SamplePartner, Scenario, ScenarioFile
from app.core.money import Money
from app.organisations.rules.types import OrganisationType
from app.reference.schemas import RegionCategory

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules
    from app.calls.rules.form_kinds import Indicator

WITHIN, ABOVE = "within_the_limits", "above_the_largest_grant"
THOUSAND = 100_000
"""Cents: costs of a sample are whole thousands of euro."""
USUAL = Money(20 * THOUSAND)
"""What a partner plans where the call sets no largest grant."""
FREE_TARGET = 10


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a member could sit: a country, and a region of it with its category where they are known."""

    country: str
    region: str | None = None
    category: RegionCategory | None = None


def computed_sample(rules: CallRules, seats: Sequence[Seat]) -> ScenarioFile:
    """Sample applications without expectations: one within the limits and, where a grant has one, one above its largest.

    ``seats`` are those that the call accepts, at least one; where they are fewer than the members
    that it wants, several members sit in one.
    """
    strand = rules.strands[0].id
    organisations = _organisations(rules, _chosen(rules, seats, strand), strand)
    ceiling = rules.rule_of(ProjectGrantCeiling, strand)
    most = ceiling.maximum if ceiling is not None else None
    scenarios = [_scenario(rules, strand, organisations, name=WITHIN, most=most)]
    if most is not None and _entered(rules):
        scenarios.append(_scenario(rules, strand, organisations, name=ABOVE, most=most))
    return ScenarioFile(call=rules.identity.identifier, organisations=organisations, scenarios=tuple(scenarios))


def _chosen(rules: CallRules, seats: Sequence[Seat], strand: str) -> tuple[Seat, ...]:
    """First the members that a region category asks for, then one in every other country."""
    entities, countries = rules.rule_of(MinimumEntities, strand), rules.rule_of(MinimumCountries, strand)
    number = max(entities.count if entities else 1, countries.count if countries else 1)
    wanted = rules.rule_of(MemberInRegionCategory, strand)
    chosen: list[Seat] = []
    if wanted is not None:
        fitting = _one_for_each_country([seat for seat in seats if seat.category in wanted.categories])
        chosen = fitting[: wanted.count]
    taken = {seat.country for seat in chosen}
    chosen += _one_for_each_country([seat for seat in seats if seat.country not in taken])
    number = max(number, wanted.count if wanted else 0)
    return tuple(chosen[at % len(chosen)] for at in range(number))


def _one_for_each_country(seats: Sequence[Seat]) -> list[Seat]:
    return list({seat.country: seat for seat in reversed(seats)}.values())[::-1]


def _organisations(rules: CallRules, seats: Sequence[Seat], strand: str) -> tuple[SampleOrganisation, ...]:
    types = rules.rule_of(OrganisationTypes, strand)
    return tuple(
        SampleOrganisation(
            id=f"member_{number}",
            name=f"Sample member {number}",
            country=seat.country,
            region=seat.region,
            type=types.allowed[0] if types else OrganisationType.CLUSTER_ORGANISATION,
        )
        for number, seat in enumerate(seats, start=1)
    )


def _scenario(
    rules: CallRules, strand: str, organisations: Sequence[SampleOrganisation], *, name: str, most: Money | None
) -> Scenario:
    limits, required = rules.rule_of(DurationLimits, strand), rules.rule_of(RequiredActivities, strand)
    costs = _costs(rules, len(organisations), above=name == ABOVE, most=most)
    titles = {
        WITHIN: "The smallest consortium, within the limits of the call",
        ABOVE: "The same consortium asks for more than the largest grant",
    }
    return Scenario(
        id=name,
        title=titles[name],  # type: ignore[arg-type]  # the model reads a text as English words
        strand=strand if len(rules.strands) > 1 else None,
        duration_months=limits.min_months if limits else None,
        partners=tuple(
            SamplePartner(organisation=one.id, role="partner" if at else "coordinator", costs=costs)
            for at, one in enumerate(organisations)
        ),
        activities=tuple(activity.id for activity in required.mandatory) if required else (),
        indicators=_targets(rules.form.indicators()),
    )


def _costs(rules: CallRules, partners: int, *, above: bool, most: Money | None) -> dict[str, Money]:
    """All costs of a partner in the first category that is entered: half of the largest grant, or twice as much."""
    entered = _entered(rules)
    if not entered:
        return {}
    amount = USUAL
    if most is not None:
        cents = most.cents * (2 if above else 1) // (partners * (1 if above else 2))
        amount = Money(max(cents // THOUSAND, 1) * THOUSAND)
    return {entered[0]: amount}


def _entered(rules: CallRules) -> list[str]:
    if not rules.funding.kind.pays:
        return []
    return [one.id for one in rules.funding.cost_categories if not isinstance(one, FlatRateCosts)]


def _targets(indicators: Sequence[Indicator]) -> dict[str, int]:
    """The least that is asked; a part of another indicator is promised in full."""
    found: dict[str, int] = {one.id: max(one.target or FREE_TARGET, one.baseline or 0) for one in indicators}
    for one in indicators:
        if one.share_of is not None and one.minimum_share is not None and one.share_of in found:
            found[one.id] = max(found[one.id], found[one.share_of]) if one.target else found[one.share_of]
    return found
