"""Does the consortium meet what the call asks of its composition? Every finding at once, with a cure.

Who was invited and has not answered does not count and is named. Associated partners get no
money and are not looked at; affiliated entities neither, for they apply through a beneficiary.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.calls.rules.eligibility_kinds import (
    Countries,
    MemberInRegionCategory,
    MinimumCountries,
    MinimumEntities,
    OrganisationTypes,
    PlatformRegistration,
)
from app.core.violations import Figure, Severity, Violation
from app.organisations.rules.types import PlatformState
from app.partnerships.rules.country_lists import Lists, countries_accepted
from app.partnerships.rules.facts import PartnerFacts, PartnerRole, applicants, awaited
from app.partnerships.rules.meters import Meter, composition_meters, is_registered
from app.partnerships.rules.sources import source_of_eligibility

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules

PLACE = "partnership"
_ABBREVIATIONS = {"eu", "eea", "efta", "cosme", "h2020"}
_LISTS = {"eu_member_states": "EU member states", "cosme": "COSME", "h2020": "H2020", "eea_efta": "EEA EFTA"}
_SHORT_OF = {
    MinimumEntities: "{have} of at least {needed} legal entities take part: {names}.",
    MinimumCountries: "The partners come from {have} of at least {needed} eligible countries: {names}.",
    MemberInRegionCategory: "{have} of at least {needed} partners sit in a {kinds} region: {names}.",
}


def composition_findings(
    rules: CallRules, strand: str, *, partners: tuple[PartnerFacts, ...], in_lists: Lists
) -> tuple[Violation, ...]:
    """Everything that the call asks of a consortium and this one does not meet.

    Places are ``partnership`` or ``partnership/<partner id>``; nothing stops a consortium whose
    region category is unknown, an officer is asked instead.
    """
    members = applicants(partners)
    return (
        *_coordinator(members),
        *_awaited(partners),
        *_types(rules, strand, members),
        *_countries(rules, strand, members, in_lists),
        *_registrations(rules, strand, members),
        *_minimum_numbers(rules, strand, partners, in_lists),
    )


def _coordinator(members: tuple[PartnerFacts, ...]) -> Iterator[Violation]:
    have = sum(member.role is PartnerRole.COORDINATOR for member in members)
    if have != 1:
        yield Violation(
            "partnership.one_coordinator",
            "The partnership has {have} coordinators; it needs exactly one.",
            PLACE,
            {"have": have},
        )


def _awaited(partners: tuple[PartnerFacts, ...]) -> Iterator[Violation]:
    for partner in awaited(partners):
        yield Violation(
            "partnership.invitation_open",
            "{name} was invited and has not answered: it does not count yet.",
            f"{PLACE}/{partner.partner_id}",
            {"name": partner.name},
            Severity.WARNING,
            cure="Ask {name} to accept, or take the invitation back.",
        )


def _types(rules: CallRules, strand: str, members: tuple[PartnerFacts, ...]) -> Iterator[Violation]:
    for rule in rules.rules_of(OrganisationTypes, strand):
        allowed = ", ".join(_plain(name) for name in rule.allowed)
        for member in members:
            if member.organisation_type not in rule.allowed:
                yield Violation(
                    rule.rule_id,
                    "{name} is registered as: {type}. This call is for: {allowed}.",
                    f"{PLACE}/{member.partner_id}",
                    {"name": member.name, "type": _plain(member.organisation_type), "allowed": allowed},
                    cure="Correct the type in the profile of {name}, or let it take part as an associated partner.",
                    source=source_of_eligibility(rules, rule),
                )


def _countries(
    rules: CallRules, strand: str, members: tuple[PartnerFacts, ...], in_lists: Lists
) -> Iterator[Violation]:
    for rule in rules.rules_of(Countries, strand):
        accepted = countries_accepted(rules, rule, in_lists)
        for member in members:
            if member.country not in accepted:
                yield Violation(
                    rule.rule_id,
                    "{name} is established in {country}, which is not eligible: the call accepts {lists}.",
                    f"{PLACE}/{member.partner_id}",
                    {
                        "name": member.name,
                        "country": member.country or "an unknown country",
                        "lists": ", ".join(_list_name(name) for name in rule.lists),
                    },
                    cure="Let {name} take part as an associated partner, or replace it.",
                    source=source_of_eligibility(rules, rule),
                )


def _registrations(rules: CallRules, strand: str, members: tuple[PartnerFacts, ...]) -> Iterator[Violation]:
    for rule in rules.rules_of(PlatformRegistration, strand):
        for member in (member for member in members if not is_registered(rule, member)):
            asked = member.registration is PlatformState.REQUESTED
            yield Violation(
                rule.rule_id,
                "{name} has asked for registration on the cluster platform; a profile is needed."
                if asked
                else "{name} is not registered on the cluster platform.",
                f"{PLACE}/{member.partner_id}",
                {"name": member.name},
                cure="Request registration for {name}; the request is enough."
                if rule.accepts_requested
                else "Register {name} on the cluster platform.",
                source=source_of_eligibility(rules, rule),
            )


def _minimum_numbers(
    rules: CallRules, strand: str, partners: tuple[PartnerFacts, ...], in_lists: Lists
) -> Iterator[Violation]:
    for meter in composition_meters(rules, strand, partners=partners, in_lists=in_lists):
        if meter.met or isinstance(meter.rule, PlatformRegistration):
            continue
        source = source_of_eligibility(rules, meter.rule)
        if isinstance(meter.rule, MemberInRegionCategory) and meter.may_be_met:
            yield Violation(
                meter.rule.undecided_rule,
                "{have} of at least {needed} partners are known to sit in a {kinds} region. "
                "Not known: {undecided}. An officer decides.",
                PLACE,
                {**meter.figures, "undecided": ", ".join(meter.undecided)},
                Severity.WARNING,
                cure="Check the region in the profile of: {undecided}.",
                source=source,
            )
        else:
            yield _short_of(meter, awaited(partners), source)


def _short_of(meter: Meter, waiting: tuple[PartnerFacts, ...], source: str) -> Violation:
    """A number that is not reached, who counts, and who could still answer."""
    figures: dict[str, Figure] = {
        **meter.figures,
        "names": ", ".join(meter.names) or "none",
        "missing": meter.needed - meter.have,
        "awaited": ", ".join(partner.name for partner in waiting),
    }
    cure = (
        "Still missing: {missing}. Invited and not yet answered: {awaited}." if waiting else "Still missing: {missing}."
    )
    return Violation(meter.rule.rule_id, _SHORT_OF[type(meter.rule)], PLACE, figures, cure=cure, source=source)


def _list_name(list_id: str) -> str:
    """A list of countries as people call it; one that came later as it is written, with abbreviations in capitals."""
    if list_id in _LISTS:
        return _LISTS[list_id]
    return " ".join(word.upper() if word in _ABBREVIATIONS else word for word in list_id.split("_"))


def _plain(name: str) -> str:
    return name.replace("_", " ")
