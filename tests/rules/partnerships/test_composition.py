"""What a call asks of a consortium: who counts, who is named, what would mend it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calls.rules.call_rules import CallRules
from app.core.violations import Severity, Violation, fill
from app.organisations.rules.types import OrganisationType, PlatformState
from app.partnerships.rules.composition import composition_findings
from app.partnerships.rules.country_lists import lists_asked
from app.partnerships.rules.facts import PartnerFacts, PartnerRole, applicants
from app.partnerships.rules.lifecycle import PartnerState
from app.partnerships.rules.meters import Meter, composition_meters
from app.partnerships.rules.sources import source_of, source_of_eligibility
from app.reference.schemas import RegionCategory
from tests.builders.calls import escp_4x
from tests.builders.facts import CONSORTIUM, DUNAV, FILO, NORTE, a_partner, lists_of
from tests.strategies.budgets import partners

RULES = escp_4x()
MAIN = "main"
EU = {"kind": "minimum_countries", "count": 2, "lists": ["eu_member_states"], "on": "2019-04-04"}


def findings_of(consortium: tuple[PartnerFacts, ...], rules: CallRules = RULES) -> tuple[Violation, ...]:
    return composition_findings(rules, MAIN, partners=consortium, in_lists=lists_of(rules))


def meters_of(consortium: tuple[PartnerFacts, ...], rules: CallRules = RULES) -> tuple[Meter, ...]:
    return composition_meters(rules, MAIN, partners=consortium, in_lists=lists_of(rules))


def rules_of(*eligibility: dict[str, Any]) -> CallRules:
    plain = RULES.plain()
    plain["eligibility"], plain["provenance"] = list(eligibility), {}
    return CallRules.from_plain(plain)


def ids(found: tuple[Violation, ...]) -> list[str]:
    return [finding.rule for finding in found]


def cure_of(finding: Violation) -> str:
    return fill(finding.cure, finding.figures)


def test_a_consortium_that_has_everything() -> None:
    assert findings_of(CONSORTIUM) == ()
    assert [meter.words for meter in meters_of(CONSORTIUM)] == [
        "3 of 3 registered on the cluster platform",
        "3 entities of at least 3",
        "3 countries of at least 3",
        "1 in a less developed or transition region, of at least 1",
    ]


def test_a_consortium_of_one_lacks_what_it_says_it_lacks() -> None:
    found = findings_of((NORTE,))
    assert ids(found) == [
        "eligibility.minimum_entities",
        "eligibility.minimum_countries",
        "eligibility.member_in_region_category",
    ]
    assert [finding.text for finding in found] == [
        "1 of at least 3 legal entities take part: Norte Têxtil.",
        "The partners come from 1 of at least 3 eligible countries: PT.",
        "0 of at least 1 partners sit in a less developed or transition region: none.",
    ]
    assert cure_of(found[0]) == "Still missing: 2."
    assert all(finding.source for finding in found)
    assert [meter.words for meter in meters_of((NORTE,))][1:3] == ["1 entity of at least 3", "1 country of at least 3"]


@pytest.mark.parametrize("state", [state for state in PartnerState if state is not PartnerState.ACCEPTED])
def test_only_who_has_accepted_counts(state: PartnerState) -> None:
    found = findings_of((NORTE, FILO, replace(DUNAV, state=state)))
    assert "eligibility.minimum_entities" in ids(found)
    short = next(finding for finding in found if finding.rule == "eligibility.minimum_entities")
    invited = state is PartnerState.INVITED
    waiting = "Still missing: 1. Invited and not yet answered: Dunav Textile."
    assert cure_of(short) == (waiting if invited else "Still missing: 1.")
    assert ("partnership.invitation_open" in ids(found)) is invited


def test_an_open_invitation_is_named_and_only_warns() -> None:
    invited = a_partner("Baltic Loom", "LT", state=PartnerState.INVITED)
    (found,) = findings_of((*CONSORTIUM, invited))
    assert (found.severity, found.place) == (Severity.WARNING, f"partnership/{invited.partner_id}")
    assert "Baltic Loom was invited and has not answered" in found.text
    affiliated = replace(invited, role=PartnerRole.AFFILIATED)
    assert findings_of((*CONSORTIUM, affiliated)) == ()


@pytest.mark.parametrize("role", [PartnerRole.AFFILIATED, PartnerRole.ASSOCIATED])
def test_affiliated_and_associated_partners_neither_count_nor_are_looked_at(role: PartnerRole) -> None:
    other = replace(
        DUNAV,
        role=role,
        country="CH",
        organisation_type=OrganisationType.HIGHER_EDUCATION,
        registration=PlatformState.NONE,
    )
    assert findings_of((*CONSORTIUM, replace(other, partner_id=NORTE.organisation_id))) == ()
    assert ids(findings_of((NORTE, FILO, other)))[0] == "eligibility.minimum_entities"


def test_one_coordinator_exactly() -> None:
    nobody = (replace(NORTE, role=PartnerRole.PARTNER), FILO, DUNAV)
    both = (NORTE, replace(FILO, role=PartnerRole.COORDINATOR), DUNAV)
    for consortium, have in ((nobody, 0), (both, 2)):
        (found,) = findings_of(consortium)
        assert (found.rule, found.figures["have"]) == ("partnership.one_coordinator", have)


def test_an_organisation_of_another_type_is_named_with_the_types_that_are_allowed() -> None:
    university = replace(FILO, organisation_type=OrganisationType.HIGHER_EDUCATION)
    (found,) = findings_of((NORTE, university, DUNAV))
    assert (found.rule, found.place) == ("eligibility.organisation_types", f"partnership/{FILO.partner_id}")
    assert found.text == (
        "Filo Rete is registered as: higher education. "
        "This call is for: cluster organisation, business network organisation."
    )


def test_a_country_outside_the_lists_is_refused_and_does_not_count() -> None:
    swiss = replace(FILO, country="CH")
    found = findings_of((NORTE, swiss, DUNAV))
    assert ids(found) == ["eligibility.countries", "eligibility.minimum_countries"]
    assert found[0].text == (
        "Filo Rete is established in CH, which is not eligible: the call accepts EU member states, COSME."
    )
    assert findings_of((NORTE, replace(FILO, country="RS"), DUNAV)) == ()
    assert "an unknown country" in findings_of((NORTE, replace(FILO, country=""), DUNAV))[0].text


def test_countries_are_those_of_the_day_that_the_call_names() -> None:
    united_kingdom = replace(FILO, country="UK")
    for day, counts in (("2020-01-31", True), ("2020-02-01", False)):
        rules = rules_of(EU | {"on": day})
        assert lists_asked(rules) == (("eu_member_states", date.fromisoformat(day)),)
        assert (findings_of((NORTE, united_kingdom), rules) == ()) is counts


def test_registration_on_the_platform() -> None:
    for registration, accepts, words, cure in (
        (PlatformState.NONE, True, "is not registered", "the request is enough."),
        (PlatformState.NONE, False, "is not registered", "Register Filo Rete on the cluster platform."),
        (PlatformState.REQUESTED, False, "has asked for registration", "Register Filo Rete on the cluster platform."),
    ):
        rules = rules_of({"kind": "platform_registration", "accepts_requested": accepts})
        (found,) = findings_of((NORTE, replace(FILO, registration=registration)), rules)
        assert (found.rule, found.place) == ("eligibility.platform_registration", f"partnership/{FILO.partner_id}")
        assert words in found.text
        assert cure_of(found).endswith(cure)
        assert not meters_of((NORTE, replace(FILO, registration=registration)), rules)[0].met
    rules = rules_of({"kind": "platform_registration", "accepts_requested": True})
    assert findings_of((NORTE, replace(FILO, registration=PlatformState.REQUESTED)), rules) == ()


def test_two_rows_of_one_organisation_are_one_entity() -> None:
    twin = replace(FILO, partner_id=NORTE.organisation_id, country="ES")
    found = findings_of((NORTE, FILO, twin), rules_of({"kind": "minimum_entities", "count": 3}))
    assert found[0].text == "2 of at least 3 legal entities take part: Norte Têxtil, Filo Rete."


def test_entities_under_common_control_are_one_where_the_call_asks_for_independent_ones() -> None:
    sisters = (replace(NORTE, group="Holding"), replace(FILO, group="Holding"), DUNAV)
    dependent = rules_of({"kind": "minimum_entities", "count": 3})
    independent = rules_of({"kind": "minimum_entities", "count": 3, "independent": True})
    assert findings_of(sisters, dependent) == ()
    assert ids(findings_of(sisters, independent)) == ["eligibility.minimum_entities"]
    assert [meter.words for meter in meters_of(sisters, independent)] == ["2 independent entities of at least 3"]
    assert [meter.words for meter in meters_of(sisters[:2], independent)] == ["1 independent entity of at least 3"]


def test_a_region_of_unknown_category_asks_an_officer_and_never_refuses() -> None:
    unknown = replace(DUNAV, region_category=None)
    (found,) = findings_of((NORTE, FILO, unknown))
    assert (found.rule, found.severity) == ("eligibility.region_category_unknown", Severity.WARNING)
    assert "Not known: Dunav Textile. An officer decides." in found.text
    (meter,) = (meter for meter in meters_of((NORTE, FILO, unknown)) if meter.label == "Regions")
    assert (meter.met, meter.may_be_met, meter.undecided) == (False, True, ("Dunav Textile",))


def test_unknown_regions_that_could_not_make_up_the_number_do_not_save_it() -> None:
    rules = rules_of({"kind": "member_in_region_category", "categories": ["transition"], "count": 2})
    (found,) = findings_of((NORTE, FILO, replace(DUNAV, region_category=None)), rules)
    assert (found.rule, found.severity) == ("eligibility.member_in_region_category", Severity.BLOCKING)


def test_a_rule_of_another_strand_is_not_applied() -> None:
    rules = rules_of(
        {"kind": "minimum_entities", "count": 9, "strands": ["second"]},
        {"kind": "organisation_types", "allowed": ["sme"], "strands": ["second"]},
        EU | {"lists": ["h2020"], "strands": ["second"]},
    )
    assert findings_of(CONSORTIUM, rules) == ()
    assert meters_of(CONSORTIUM, rules) == ()


def test_the_source_is_that_of_the_figure_then_of_the_rule_then_of_the_part() -> None:
    plain = RULES.plain()
    plain["eligibility"] = [{"kind": "minimum_entities", "count": 3, "strands": [name]} for name in ("main", "second")]
    said = {"confidence": "official"}
    plain["provenance"] = {
        "eligibility.minimum_entities.count": {"source": "Page 1", **said},
        "eligibility": {"source": "Page 3", **said},
    }
    rules = CallRules.from_plain(plain)
    assert [source_of_eligibility(rules, rule) for rule in rules.eligibility] == ["Page 1", "Page 3"]
    plain["provenance"]["eligibility.minimum_entities_2"] = {"source": "Page 2", **said}
    rules = CallRules.from_plain(plain)
    assert source_of_eligibility(rules, rules.eligibility[1]) == "Page 2"
    assert source_of(rules, "funding") == ""


@given(partners(), st.randoms())
def test_meters_and_findings_agree_and_order_does_not_matter(consortium: tuple[PartnerFacts, ...], random: Any) -> None:
    found, meters = findings_of(consortium), meters_of(consortium)
    shuffled = list(consortium)
    random.shuffle(shuffled)
    assert sorted(ids(findings_of(tuple(shuffled)))) == sorted(ids(found))
    for meter in meters:
        refused = meter.rule.rule_id in ids(found)
        asked = meter.label == "Regions" and "eligibility.region_category_unknown" in ids(found)
        assert meter.met is not (refused or asked)


@given(partners(2))
def test_one_more_accepted_partner_never_lowers_a_number(consortium: tuple[PartnerFacts, ...]) -> None:
    before, after = meters_of(consortium[:-1]), meters_of(consortium)
    for fewer, more in zip(before, after, strict=True):
        assert more.have >= fewer.have
    assert len(applicants(consortium)) >= len(applicants(consortium[:-1]))


def test_categories_are_told_in_words() -> None:
    rules = rules_of(
        {"kind": "member_in_region_category", "categories": [category.value for category in RegionCategory]}
    )
    assert meters_of(CONSORTIUM, rules)[0].words == (
        "3 in a less developed or transition or more developed region, of at least 1"
    )
