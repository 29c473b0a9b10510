"""A sample application of a scenario file as the facts that the rules see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import NAMESPACE_OID, UUID, uuid5

from app.applications.rules.facts import ApplicationFacts, BudgetLine, OwnFunding
from app.partnerships.rules.country_lists import Lists
from app.partnerships.rules.facts import PartnerFacts, PartnerRole
from app.reference.schemas import RegionCategory

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules
    from app.calls.rules.scenarios import SampleOrganisation, SamplePartner, Scenario, ScenarioFile

Categories = Mapping[str, RegionCategory]


def regions_named(file: ScenarioFile) -> tuple[str, ...]:
    """NUTS 2 codes of every organisation of the file: the caller looks their categories up."""
    return tuple(dict.fromkeys(one.region for one in file.organisations if one.region))


def sample_facts(
    rules: CallRules, file: ScenarioFile, scenario: Scenario, *, in_lists: Lists, categories: Categories
) -> ApplicationFacts:
    """The scenario as an application; its ids follow from its names, so that it is the same each time.

    ``categories`` lacks the regions whose category is not known.
    """
    partners = tuple(
        _partner(scenario, one, file.organisation(one.organisation), categories) for one in scenario.partners
    )
    return ApplicationFacts(
        application_id=_id(scenario.id),
        strand=scenario.strand or rules.strands[0].id,
        stage=rules.timetable.stages[0].id,
        partners=partners,
        lines=tuple(
            BudgetLine(facts.partner_id, category, amount)
            for one, facts in zip(scenario.partners, partners, strict=True)
            for category, amount in one.costs.items()
        ),
        own_funding=tuple(
            OwnFunding(facts.partner_id, one.own_funding)
            for one, facts in zip(scenario.partners, partners, strict=True)
            if one.own_funding is not None
        ),
        in_lists=in_lists,
    )


def _partner(
    scenario: Scenario, sample: SamplePartner, organisation: SampleOrganisation, categories: Categories
) -> PartnerFacts:
    region = organisation.region or ""
    return PartnerFacts(
        partner_id=_id(scenario.id, sample.organisation),
        organisation_id=_id(sample.organisation),
        name=organisation.name,
        role=PartnerRole(sample.role),
        country=organisation.country,
        region=region,
        region_category=categories.get(region),
        organisation_type=organisation.type,
        legal_form=organisation.legal_form,
        sme=organisation.sme,
        registration=organisation.registration,
    )


def _id(*names: str) -> UUID:
    return uuid5(NAMESPACE_OID, "/".join(("grappe", "scenario", *names)))
