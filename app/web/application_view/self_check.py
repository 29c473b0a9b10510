"""Would this organisation be accepted as an applicant? Each condition of the call about a single member, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.calls.rules.eligibility_kinds import (
    Countries,
    MemberInRegionCategory,
    OrganisationTypes,
    PlatformRegistration,
)
from app.core.violations import fill
from app.infra.templates import translator
from app.partnerships.rules.composition import composition_findings
from app.web.application_view.partners import category_words
from app.web.findings import figures_in

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules
    from app.core.violations import Violation
    from app.partnerships.rules.country_lists import Lists
    from app.partnerships.rules.facts import PartnerFacts

_KEPT = {
    OrganisationTypes: "Its type of organisation can apply.",
    Countries: "Its country can apply.",
    PlatformRegistration: "It is registered on the cluster platform, or has asked to be.",
}


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One condition: ``look`` is ok, bad, or info where it helps but is not needed of every member."""

    look: str
    words: str
    cure: str
    rule: str


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """What the conditions say of one organisation."""

    name: str
    lines: Sequence[CheckLine]

    @property
    def passes(self) -> bool:
        """Whether nothing speaks against it."""
        return all(line.look != "bad" for line in self.lines)


def self_check(rules: CallRules, strand: str, member: PartnerFacts, in_lists: Lists, *, language: str) -> SelfCheck:
    """The conditions that look at one member; minimum numbers are for the whole consortium and left out."""
    words = translator(language)
    findings = composition_findings(rules, strand, partners=(member,), in_lists=in_lists)
    lines = []
    for rule in rules.eligibility:
        if not rule.applies_to(strand):
            continue
        if isinstance(rule, MemberInRegionCategory):
            lines.append(_region(rule, member, language))
        elif type(rule) in _KEPT:
            found = next((one for one in findings if one.rule == rule.rule_id), None)
            kept = CheckLine("ok", words(_KEPT[type(rule)]), "", rule.rule_id)
            lines.append(_told(found, language) if found else kept)
    return SelfCheck(member.name, lines)


def _region(rule: MemberInRegionCategory, member: PartnerFacts, language: str) -> CheckLine:
    words = translator(language)
    if member.region_category in rule.categories:
        text = words("It sits in a %(kind)s: the consortium has the member it needs there.")
        return CheckLine("ok", text % {"kind": words(category_words(member))}, "", rule.rule_id)
    text = words("Another partner must sit in a %(kinds)s region: at least %(count)s of the consortium.")
    kinds = words(" or ").join(words(kind.value.replace("_", " ")) for kind in rule.categories)
    return CheckLine("info", text % {"kinds": kinds, "count": rule.count}, "", rule.rule_id)


def _told(found: Violation, language: str) -> CheckLine:
    words, figures = translator(language), figures_in(found.figures, language)
    cure = fill(words(found.cure), figures) if found.cure else ""
    return CheckLine("bad", fill(words(found.message), figures), cure, found.rule)
