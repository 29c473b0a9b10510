"""How far is a consortium from the minimum numbers of its call? One count for cards and findings.

Only beneficiaries that have accepted count; affiliated and associated partners never do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.calls.rules.eligibility_kinds import (
    MemberInRegionCategory,
    MinimumCountries,
    MinimumEntities,
    PlatformRegistration,
)
from app.core.violations import Figure, fill
from app.organisations.rules.types import PlatformState
from app.partnerships.rules.country_lists import Lists, countries_accepted
from app.partnerships.rules.facts import PartnerFacts, applicants

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules

Counted = MinimumEntities | MinimumCountries | MemberInRegionCategory | PlatformRegistration


@dataclass(frozen=True, slots=True)
class Meter:
    """What a consortium has of what a call needs.

    ``message`` is a gettext msgid filled from ``figures``. ``names`` are the partners that
    count; ``undecided`` those of whom the reference data cannot say it.
    """

    rule: Counted
    label: str
    message: str
    have: int
    needed: int
    names: tuple[str, ...]
    undecided: tuple[str, ...] = ()
    kinds: str = ""

    @property
    def met(self) -> bool:
        """Whether the call's number is reached beyond doubt."""
        return self.have >= self.needed

    @property
    def may_be_met(self) -> bool:
        """Whether it is reached if every undecided partner counts: then an officer decides."""
        return self.have + len(self.undecided) >= self.needed

    @property
    def figures(self) -> Mapping[str, Figure]:
        """What fills the message."""
        return {"have": self.have, "needed": self.needed, "kinds": self.kinds}

    @property
    def words(self) -> str:
        """The message in plain English: ``3 entities of at least 3``."""
        return fill(self.message, self.figures)


def composition_meters(
    rules: CallRules, strand: str, *, partners: tuple[PartnerFacts, ...], in_lists: Lists
) -> tuple[Meter, ...]:
    """Each number that the call asks of a consortium, in the order of the call."""
    members = applicants(partners)
    return tuple(_meters(rules, strand, members, in_lists))


def _meters(rules: CallRules, strand: str, members: tuple[PartnerFacts, ...], in_lists: Lists) -> Iterator[Meter]:
    for rule in rules.eligibility:
        if not rule.applies_to(strand):
            continue
        match rule:
            case MinimumEntities():
                yield _entities(rule, members)
            case MinimumCountries():
                yield _countries(rule, members, countries_accepted(rules, rule, in_lists))
            case MemberInRegionCategory():
                yield _regions(rule, members)
            case PlatformRegistration():
                yield _registrations(rule, members)
            case _:
                continue


def _entities(rule: MinimumEntities, members: tuple[PartnerFacts, ...]) -> Meter:
    """Entities under common control are one where the call asks for independent ones."""
    distinct: dict[object, str] = {}
    for member in members:
        key = member.group if rule.independent and member.group else member.organisation_id
        distinct.setdefault(key, member.name)
    one = "{have} independent entity of at least {needed}" if rule.independent else "{have} entity of at least {needed}"
    more = (
        "{have} independent entities of at least {needed}"
        if rule.independent
        else "{have} entities of at least {needed}"
    )
    return Meter(
        rule,
        label="Legal entities",
        message=one if len(distinct) == 1 else more,
        have=len(distinct),
        needed=rule.count,
        names=tuple(distinct.values()),
    )


def _countries(rule: MinimumCountries, members: tuple[PartnerFacts, ...], accepted: frozenset[str]) -> Meter:
    found = tuple(dict.fromkeys(member.country for member in members if member.country in accepted))
    one, more = "{have} country of at least {needed}", "{have} countries of at least {needed}"
    return Meter(
        rule,
        label="Countries",
        message=one if len(found) == 1 else more,
        have=len(found),
        needed=rule.count,
        names=found,
    )


def _regions(rule: MemberInRegionCategory, members: tuple[PartnerFacts, ...]) -> Meter:
    """A region without a known category decides nothing: an officer does."""
    found = tuple(member.name for member in members if member.region_category in rule.categories)
    return Meter(
        rule,
        label="Regions",
        message="{have} in a {kinds} region, of at least {needed}",
        have=len(found),
        needed=rule.count,
        names=found,
        undecided=tuple(member.name for member in members if member.region_category is None),
        kinds=" or ".join(category.value.replace("_", " ") for category in rule.categories),
    )


def _registrations(rule: PlatformRegistration, members: tuple[PartnerFacts, ...]) -> Meter:
    found = tuple(member.name for member in members if is_registered(rule, member))
    return Meter(
        rule,
        label="Platform registration",
        message="{have} of {needed} registered on the cluster platform",
        have=len(found),
        needed=len(members),
        names=found,
    )


def is_registered(rule: PlatformRegistration, partner: PartnerFacts) -> bool:
    """Whether a partner has what the call asks for: a profile, or at least a request where that is enough."""
    if partner.registration is PlatformState.REQUESTED:
        return rule.accepts_requested
    return partner.registration is PlatformState.REGISTERED
