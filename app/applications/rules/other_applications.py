"""Whether an organisation takes part in more applications to the call than it may."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import UUID

from app.applications.rules.facts import ApplicationFacts
from app.calls.rules.eligibility_kinds import OneApplicationPerOrganisation
from app.core.violations import Violation
from app.partnerships.rules.composition import PLACE
from app.partnerships.rules.facts import PartnerRole, applicants
from app.partnerships.rules.sources import source_of_eligibility

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules


def participation_findings(rules: CallRules, facts: ApplicationFacts) -> Iterator[Violation]:
    """Beneficiaries that take part in too many submitted applications, this one included."""
    for rule in rules.rules_of(OneApplicationPerOrganisation, facts.strand):
        others: defaultdict[UUID, list[str]] = defaultdict(list)
        for other in facts.other_applications:
            if other.as_coordinator or not rule.as_coordinator_only:
                others[other.organisation_id].append(other.reference)
        for member in applicants(facts.partners):
            concerned = member.role is PartnerRole.COORDINATOR or not rule.as_coordinator_only
            references = others[member.organisation_id]
            if concerned and len(references) + 1 > rule.maximum:
                words = "{name} takes part in {count} applications to this call, at most {limit} may be: {others}."
                if rule.as_coordinator_only:
                    words = "{name} coordinates {count} applications to this call, at most {limit} may be: {others}."
                yield Violation(
                    rule.rule_id,
                    words,
                    f"{PLACE}/{member.partner_id}",
                    {
                        "name": member.name,
                        "count": len(references) + 1,
                        "limit": rule.maximum,
                        "others": ", ".join(sorted(references)),
                    },
                    cure="Let {name} withdraw from one of them.",
                    source=source_of_eligibility(rules, rule),
                )
