"""What exactly was submitted? One plain document that explains itself without the call.

It is stored as canonical JSON with its SHA-256 and never changed. Titles stand beside ids,
amounts are computed, so that a reader needs neither this code nor the call to understand it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.applications.rules.asked import asked_sections, meant
from app.applications.rules.budget import BudgetTable, PartnerBudget, compute_budget
from app.applications.rules.facts import Answer, ApplicationFacts, AttachmentFacts
from app.calls.rules.eligibility_kinds import RequiredActivities
from app.calls.rules.form_kinds import (
    ActivitiesField,
    ChoiceField,
    FormField,
    IndicatorsField,
    MultiChoiceField,
    TableField,
)
from app.core.money import Money
from app.partnerships.rules.facts import PartnerFacts

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules

FORMAT = "grappe-application-1"


def snapshot_of(
    rules: CallRules, facts: ApplicationFacts, *, reference: str, version: int, received_at: datetime
) -> dict[str, Any]:
    """The application as it is submitted; ``version`` counts submissions from 1.

    Partners that declined, left or were removed are no part of it, nor is an answer that is
    not asked. ``totals`` holds Money; the canonical form turns it into text.
    """
    members = tuple(partner for partner in facts.partners if partner.takes_part)
    table = compute_budget(rules, facts.strand, partners=members, lines=facts.lines, own_funding=facts.own_funding)
    return {
        "format": FORMAT,
        "application": {
            "id": facts.application_id,
            "reference": reference,
            "version": version,
            "received_at": received_at,
            "strand": facts.strand,
            "stage": facts.stage,
            "acronym": meant(rules, facts, "acronym"),
            "title": meant(rules, facts, "title"),
            "duration_months": meant(rules, facts, "duration"),
            "start_date": meant(rules, facts, "start_date"),
        },
        "call": {
            "identifier": rules.identity.identifier,
            "title": str(rules.identity.titles),
            "version": rules.version,
            "sha256": rules.sha256,
        },
        "sections": [
            {
                "id": asked.section.id,
                "title": str(asked.section.title),
                "fields": [_field(rules, facts, field) for field in asked.fields],
            }
            for asked in asked_sections(rules, facts)
        ],
        "partners": [_partner(partner) for partner in members],
        "budget": {
            "categories": [
                {"id": category.id, "code": category.code, "title": str(category.titles)}
                for category in table.categories
            ],
            "rows": [_row(row, facts) for row in table.rows],
            "by_category": dict(table.by_category),
            "support_to_smes": facts.support_to_smes,
        },
        "totals": _totals(table),
        "attachments": [_attachment(document) for document in facts.attachments],
    }


def _field(rules: CallRules, facts: ApplicationFacts, field: FormField) -> dict[str, Any]:
    """``parts`` names columns, options, activities or indicators, in the order of the form."""
    return {
        "id": field.id,
        "title": str(field.title),
        "kind": field.kind,
        "parts": [{"id": name, "title": title} for name, title in _parts(rules, facts.strand, field)],
        "answer": _plain(facts.answers.get(field.id)),
    }


def _parts(rules: CallRules, strand: str, field: FormField) -> Iterator[tuple[str, str]]:
    match field:
        case ChoiceField() | MultiChoiceField():
            yield from ((option.id, str(option.title)) for option in field.options)
        case TableField():
            yield from ((column.id, str(column.title)) for column in field.columns)
        case IndicatorsField():
            yield from ((indicator.id, str(indicator.title)) for indicator in field.indicators)
        case ActivitiesField():
            for rule in rules.rules_of(RequiredActivities, strand):
                yield from ((activity.id, str(activity.title)) for activity in (*rule.mandatory, *rule.optional))
        case _:
            return


def _plain(answer: Answer | None) -> object:
    if isinstance(answer, tuple):
        return [dict(item) if isinstance(item, Mapping) else item for item in answer]
    return dict(answer) if isinstance(answer, Mapping) else answer


def _partner(partner: PartnerFacts) -> dict[str, Any]:
    return {
        "id": partner.partner_id,
        "organisation_id": partner.organisation_id,
        "name": partner.name,
        "role": partner.role,
        "country": partner.country,
        "region": partner.region,
        "region_category": partner.region_category,
        "organisation_type": partner.organisation_type,
        "legal_form": partner.legal_form,
        "sme": partner.sme,
        "registration": partner.registration,
    }


def _row(row: PartnerBudget, facts: ApplicationFacts) -> dict[str, Any]:
    mine = (line for line in facts.lines if line.partner_id == row.partner.partner_id)
    return {
        "partner": row.partner.partner_id,
        "name": row.partner.name,
        "costs": dict(row.cells),
        "units": {line.category_id: line.units for line in mine if line.units is not None},
        "shares": [
            {"group": share.group, "rate": str(share.rate), "eligible": share.eligible, "grant": share.grant}
            for share in row.shares
        ],
        "eligible": row.eligible,
        "maximum": row.maximum,
        "requested": row.requested,
        "own_contribution": row.own_contribution,
    }


def _totals(table: BudgetTable) -> dict[str, Money]:
    return {
        "eligible": table.eligible,
        "maximum": table.maximum,
        "requested": table.requested,
        "own_contribution": table.own_contribution,
    }


def _attachment(document: AttachmentFacts) -> dict[str, Any]:
    return {
        "field": document.field_id,
        "filename": document.filename,
        "pages": document.pages,
        "size": document.size,
        "sha256": document.sha256,
    }
