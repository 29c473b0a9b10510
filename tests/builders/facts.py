"""Applications as the rules see them, for tests: one that has everything, and parts to change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from app.applications.rules.answer_values import read_answers
from app.applications.rules.facts import ApplicationFacts, AttachmentFacts, BudgetLine
from app.calls.rules.call_rules import CallRules
from app.core.money import Money
from app.organisations.rules.types import LegalForm, OrganisationType, PlatformState
from app.partnerships.rules.country_lists import lists_asked
from app.partnerships.rules.facts import PartnerFacts, PartnerRole
from app.partnerships.rules.lifecycle import PartnerState
from app.reference.queries import countries_in
from app.reference.schemas import RegionCategory


def an_id(name: str) -> UUID:
    """The same id for the same name."""
    return uuid5(NAMESPACE_OID, name)


def a_partner(name: str = "Norte Têxtil", country: str = "PT", **given: Any) -> PartnerFacts:
    """A registered cluster organisation in a more developed region that has accepted."""
    values: dict[str, Any] = {
        "partner_id": an_id(f"partner/{name}"),
        "organisation_id": an_id(f"organisation/{name}"),
        "name": name,
        "role": PartnerRole.PARTNER,
        "country": country,
        "region": f"{country}11",
        "region_category": RegionCategory.MORE_DEVELOPED,
        "organisation_type": OrganisationType.CLUSTER_ORGANISATION,
        "legal_form": LegalForm.NON_PROFIT,
        "registration": PlatformState.REGISTERED,
        "state": PartnerState.ACCEPTED,
    }
    return PartnerFacts(**(values | given))


NORTE = a_partner("Norte Têxtil", "PT", role=PartnerRole.COORDINATOR)
FILO = a_partner("Filo Rete", "IT")
DUNAV = a_partner("Dunav Textile", "BG", region_category=RegionCategory.LESS_DEVELOPED)
CONSORTIUM = (NORTE, FILO, DUNAV)


def a_line(partner: PartnerFacts, category: str, amount: str) -> BudgetLine:
    """A line with an amount as typed."""
    return BudgetLine(partner.partner_id, category, Money.parse(amount))


LINES = (
    a_line(NORTE, "personnel", "90 000.00"),
    a_line(NORTE, "third_parties", "39 000.00"),
    a_line(FILO, "personnel", "80 000.00"),
    a_line(DUNAV, "personnel", "70 000.00"),
)

ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "general": {
        "acronym": "CIRCTEX-2",
        "project_title": "Circular textiles across clusters",
        "abstract": "Clusters learn from each other.",
        "keywords": "textile, circular economy",
        "sectors": ["textile"],
        "duration_months": 24,
        "start_date": "2019-10-01",
    },
    "partnership": {"partnership_rationale": "They complement each other.", "earlier_partnership": "no"},
    "activities": {
        "planned_activities": {"management_skills": "Train.", "cluster_xchange": "Visit.", "outreach": "Tell."},
        "work_packages": [
            {"name": name, "leader": "Norte Têxtil", "first_month": 1, "last_month": 24, "content": "Work."}
            for name in ("Coordination", "Visits")
        ],
        "deliverables": [{"name": "Plan", "work_package": "Coordination", "month": 3}],
    },
    "results": {
        "indicators": {
            "exchanges": 50,
            "exchanges_with_smes": 25,
            "managers_trained": 40,
            "smes_reached": 300,
            "quality_labels": 3,
        },
        "lasting_effect": "A network.",
    },
    "budget": {"third_party_support": "By country.", "value_for_money": "Needed."},
    "declarations": {"honour": True, "no_double_funding": True, "mandate": True},
}

PART_B = AttachmentFacts("part_b", "part-b.pdf", pages=40, size=900_000, sha256="ab" * 32)


def lists_of(rules: CallRules) -> dict[tuple[str, date], frozenset[str]]:
    """The country lists that a call asks about."""
    return {(name, day): countries_in(name, day) for name, day in lists_asked(rules)}


def an_application(
    rules: CallRules, answers: Mapping[str, Mapping[str, Any]] | None = None, **given: Any
) -> ApplicationFacts:
    """An application to COS-CLUSTER-2018-03-02 that nothing stops; ``answers`` replace those of the same field."""
    stored = {section: {**fields, **(answers or {}).get(section, {})} for section, fields in ANSWERS.items()}
    read = read_answers(rules.form, stored)
    values: dict[str, Any] = {
        "application_id": an_id("application"),
        "strand": rules.strands[0].id,
        "stage": rules.timetable.stages[0].id,
        "answers": read.answers,
        "unreadable": read.findings,
        "partners": CONSORTIUM,
        "lines": LINES,
        "attachments": (PART_B,),
        "in_lists": lists_of(rules),
    }
    return ApplicationFacts(**(values | given))
