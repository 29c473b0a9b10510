"""What was found about a submitted application: the same rules, over its frozen snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.applications.rules.attachments import document_findings
from app.applications.rules.budget import compute_budget
from app.applications.rules.budget_findings import budget_findings
from app.applications.rules.facts import ApplicationFacts, AttachmentFacts, BudgetLine, OwnFunding
from app.applications.rules.places import place_of
from app.calls.rules.form_kinds import FileField
from app.calls.rules.funding_kinds import FlatRateCosts
from app.core.money import Money
from app.core.violations import Violation
from app.organisations.rules.types import LegalForm, OrganisationType, PlatformState
from app.partnerships.rules.composition import composition_findings
from app.partnerships.rules.facts import PartnerFacts, PartnerRole
from app.reference.schemas import RegionCategory

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules

Lists = Mapping[tuple[str, date], frozenset[str]]


def submitted_findings(rules: CallRules, snapshot: Mapping[str, Any], in_lists: Lists) -> tuple[Violation, ...]:
    """Findings about partnership, budget and documents as of the submission; ``rules`` are those it was judged by.

    ``in_lists`` as in ApplicationFacts. Answers are not looked at again: blocking ones stopped the submission.
    """
    facts = submitted_facts(rules, snapshot, in_lists)
    found = composition_findings(rules, facts.strand, partners=facts.partners, in_lists=in_lists)
    if rules.funding.kind.pays:
        table = compute_budget(
            rules, facts.strand, partners=facts.partners, lines=facts.lines, own_funding=facts.own_funding
        )
        found += budget_findings(rules, facts, table)
    for section, field in rules.form.fields():
        document = facts.attachment(field.id)
        if isinstance(field, FileField) and document is not None:
            found += tuple(document_findings(field, document, place_of(section.id, field)))
    return found


def submitted_facts(rules: CallRules, snapshot: Mapping[str, Any], in_lists: Lists) -> ApplicationFacts:
    """Partners, costs and documents of a snapshot as the rules see them."""
    application, rows = snapshot["application"], snapshot["budget"]["rows"]
    computed = {each.id for each in rules.funding.cost_categories if isinstance(each, FlatRateCosts)}
    return ApplicationFacts(
        application_id=UUID(application["id"]),
        strand=application["strand"],
        stage=application["stage"],
        partners=submitted_partners(snapshot["partners"]),
        lines=tuple(
            BudgetLine(UUID(row["partner"]), category, _money(amount), row["units"].get(category))
            for row in rows
            for category, amount in row["costs"].items()
            if category not in computed
        ),
        own_funding=tuple(
            OwnFunding(UUID(row["partner"]), _money(row["maximum"]) - _money(row["requested"])) for row in rows
        ),
        attachments=tuple(
            AttachmentFacts(each["field"], each["filename"], each["pages"], each["size"], each["sha256"])
            for each in snapshot["attachments"]
        ),
        support_to_smes=_money(snapshot["budget"]["support_to_smes"]),
        in_lists=in_lists,
    )


def submitted_partners(stored: Iterable[Mapping[str, Any]]) -> tuple[PartnerFacts, ...]:
    """The partners of a snapshot as the rules see them."""
    return tuple(_partner(partner) for partner in stored)


def _partner(stored: Mapping[str, Any]) -> PartnerFacts:
    category, legal_form = stored["region_category"], stored["legal_form"]
    return PartnerFacts(
        partner_id=UUID(stored["id"]),
        organisation_id=UUID(stored["organisation_id"]),
        name=stored["name"],
        role=PartnerRole(stored["role"]),
        country=stored["country"],
        region=stored["region"],
        region_category=RegionCategory(category) if category else None,
        organisation_type=OrganisationType(stored["organisation_type"]),
        legal_form=LegalForm(legal_form) if legal_form else None,
        sme=stored["sme"],
        registration=PlatformState(stored["registration"]),
    )


def _money(stored: Mapping[str, str]) -> Money:
    return Money.parse(stored["amount"], stored["currency"])
