from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.calls.rules.call_rules import CallRules
from app.calls.rules.consistency import inconsistencies
from app.core.violations import Severity
from tests.builders.calls import a_document, escp_4x

Document = dict[str, Any]
Change = Callable[[Document], None]
FIELDS = "form.sections.general.fields"
EXCHANGES = "form.sections.results.fields.indicators.indicators"
STAGE = "evaluation.stages.single"


def put(path: str, value: Any) -> Change:
    """Set a place, made where it is missing; numbers are positions in lists."""

    def change(document: Document) -> None:
        *parents, last = path.split("/")
        node: Any = document
        for step in parents:
            node = node[int(step)] if step.isdigit() else node.setdefault(step, {})
        node[int(last) if isinstance(node, list) else last] = value

    return change


def add(path: str, *values: Any) -> Change:
    """Append to a list."""

    def change(document: Document) -> None:
        node: Any = document
        for step in path.split("/"):
            node = node[int(step)] if step.isdigit() else node.setdefault(step, [])
        node.extend(values)

    return change


def drop(path: str, **having: Any) -> Change:
    """Remove the elements of a list that have these values."""

    def change(document: Document) -> None:
        node: Any = document
        for step in path.split("/"):
            node = node[int(step)] if step.isdigit() else node[step]
        node[:] = [item for item in node if any(item.get(key) != value for key, value in having.items())]

    return change


def both(*changes: Change) -> Change:
    def change(document: Document) -> None:
        for one in changes:
            one(document)

    return change


def no_money(document: Document) -> None:
    document["funding"] |= {"kind": "label_only", "ceilings": [document["funding"]["ceilings"][2]]}


CHOICE = {
    "kind": "choice",
    "id": "size",
    "title": "Size",
    "options": [{"id": "a", "title": "A"}, {"id": "b", "title": "B"}],
}
TEXT = {"kind": "text", "id": "extra", "title": "Extra", "max_words": 5}
OTHER_STRAND = {"id": "other", "titles": "Other", "envelope": "1000000.00"}

CONTRADICTIONS: list[tuple[str, str, Change]] = [
    ("document.opening_before_publication", "timetable.opening", put("timetable/opening", "2019-01-07")),
    ("document.deadline_order", "timetable.stages.single.deadline", put("timetable/stages/0/deadline", "2019-01-08 00:00")),
    ("document.cut_off_order", "timetable.stages.single.cut_offs", put("timetable/stages/0/cut_offs", ["2019-05-01 18:00"])),
    ("document.questions_after_deadline", "timetable.questions_until", put("timetable/questions_until", "2019-04-05")),
    ("document.information_before_deadline", "timetable.planned_information", put("timetable/planned_information", "2019-04-04")),
    ("document.signature_before_information", "timetable.planned_signature", put("timetable/planned_signature", "2019-10-03")),
    ("document.info_day_after_deadline", "timetable.info_days.1", put("timetable/info_days/0/day", "2019-04-05")),
    ("document.history_end", "changes", put("version", "1.2")),
    ("document.history_order", "changes.1.1", put("changes/0/date", "2019-02-01")),
    ("document.name_twice", "funding.cost_categories", put("funding/cost_categories/1/code", "A")),
    ("document.unknown_strand", "eligibility", put("eligibility/0/strands", ["second"])),
    ("document.kind_twice", "eligibility.minimum_entities", add("eligibility", {"kind": "minimum_entities", "count": 4})),
    ("document.unknown_indicator", "grant.indicators", put("grant/indicators", ["jobs"])),
    ("document.reporting_periods", "grant.reporting_periods", put("grant/reporting_periods/1/first_month", 12)),
    ("document.prefinancing_above_ceiling", "grant.prefinancing.rate", put("grant/prefinancing/rate", "81 %")),
    ("document.guarantee_above_prefinancing", "grant.guarantee_share", put("grant/guarantee_share", "41 %")),
    ("document.provenance_path", "provenance.funding.bonus", put("provenance/funding.bonus", {"source": "None", "confidence": "mirror"})),
    ("document.figure_without_source", "funding.ceilings.partner_share.maximum", add("funding/ceilings", {"kind": "partner_share", "maximum": "50 %"})),
    ("document.strand_envelope", "strands.main", put("strands/0/pool", "shared")),
    ("document.envelope_without_grant", "strands.main", no_money),
    ("document.envelope_named_twice", "strands.main", put("pools", [{"id": "main", "titles": "Main", "envelope": "1.00"}])),
    ("document.unknown_pool", "strands.main.pool", put("strands/0", {"id": "main", "titles": "Main", "pool": "shared"})),
    ("document.unknown_transfer", "strands.main.transfers_to", put("strands/0/transfers_to", ["main"])),
    ("document.expected_grants", "strands.main.expected_grants", put("strands/0/expected_grants", {"minimum": 12, "maximum": 10})),
    ("document.funding_incomplete", "funding", put("funding/rates", [])),
    ("document.rates_without_grant", "funding", no_money),
    ("document.unknown_rate", "funding.cost_categories.personnel.rate_group", put("funding/cost_categories/0/rate_group", "full")),
    ("document.flat_rate_base", "funding.cost_categories.indirect.base", put("funding/cost_categories/4/base", ["personnel", "indirect"])),
    ("document.rate_above_whole", "funding.rates.standard", put("funding/rates/0/rate", "100.01 %")),
    ("document.rate_unused", "funding.rates.third_parties", put("funding/cost_categories/2/rate_group", "standard")),
    ("document.duration_order", "funding.ceilings.duration", put("funding/ceilings/2/min_months", 25)),
    ("document.ceiling_category", "funding.ceilings.category_share", add("funding/ceilings", {"kind": "category_share", "categories": ["travel"], "maximum": "10 %"})),
    ("document.ceiling_empty", "funding.ceilings.project_grant", put("funding/ceilings/0", {"kind": "project_grant"})),
    ("document.grant_order", "funding.ceilings.project_grant.minimum", put("funding/ceilings/0/minimum", "360000.01")),
    ("document.grant_above_envelope", "funding.ceilings.project_grant.maximum", put("funding/ceilings/0/maximum", "3600000.01")),
    ("document.third_party_above_grant", "funding.ceilings.third_party.maximum", put("funding/ceilings/1/maximum", "360000.01")),
    ("document.third_party_category", "funding.ceilings.third_party", put("funding/cost_categories/2/purpose", None)),
    ("document.unknown_stage", "form.sections.general.stages", put("form/sections/0/stages", ["second"])),
    ("document.condition_field", f"{FIELDS}.other_sector.condition", put("form/sections/0/fields/5/condition/field", "costs")),
    ("document.condition_value", f"{FIELDS}.other_sector.condition", put("form/sections/0/fields/5/condition/value", "other")),
    ("document.condition_option", f"{FIELDS}.other_sector.condition", put("form/sections/0/fields/5/condition/value", ["mining"])),
    ("document.field_limits", "form.sections.activities.fields.work_packages", put("form/sections/2/fields/1/max_rows", 1)),
    ("document.option_twice", f"{FIELDS}.size.options", both(add("form/sections/0/fields", CHOICE | {"options": [CHOICE["options"][0]] * 2}))),
    ("document.budget_field", "form.sections", drop("form/sections/4/fields", id="costs")),
    ("document.partnership_field", "form.sections", drop("form/sections/1/fields", id="partners")),
    ("document.activities_field", "form.sections", drop("eligibility", kind="required_activities")),
    ("document.field_kind_twice", "form.sections", add("form/sections/0/fields", {"kind": "budget", "id": "more_costs", "title": "More"})),
    ("document.meaning_missing", "form.sections", put("form/sections/0/fields/0/meaning", "keywords")),
    ("document.meaning_twice", f"{FIELDS}.extra", add("form/sections/0/fields", TEXT | {"meaning": "title"})),
    ("document.meaning_kind", f"{FIELDS}.start_date", put("form/sections/0/fields/7/meaning", "abstract")),
    ("document.duration_not_asked", "form.sections", drop("form/sections/0/fields", id="duration_months")),
    ("document.duration_twice", "funding.ceilings.duration", put("form/sections/0/fields/6/maximum", 24)),
    ("document.indicator_part", f"{EXCHANGES}.exchanges_with_smes.share_of", put("form/sections/3/fields/0/indicators/1/share_of", "visits")),
    ("document.indicator_share", f"{EXCHANGES}.managers_trained", put("form/sections/3/fields/0/indicators/2/minimum_share", "50 %")),
    ("document.no_evaluation", "evaluation", lambda document: document.update(evaluation=None)),
    ("document.evaluation_stages", "evaluation.stages", put("evaluation/stages/0/stage", "full")),
    ("document.criterion_twice", f"{STAGE}.criteria", put("evaluation/stages/0/criteria/1/id", "relevance")),
    ("document.points_total", f"{STAGE}.maximum", put("evaluation/stages/0/criteria/0/weight", "1.5")),
    ("document.overall_threshold", f"{STAGE}.overall_threshold", put("evaluation/stages/0/overall_threshold", "100.5")),
    ("document.criterion_step", f"{STAGE}.criteria.relevance", put("evaluation/stages/0/criteria/0/step", "0.7")),
    ("document.criterion_threshold", f"{STAGE}.criteria.relevance.threshold", put("evaluation/stages/0/criteria/0/threshold", "31")),
    ("document.tie_break_criterion", "evaluation.tie_breaks", put("evaluation/tie_breaks/0/criterion", "excellence")),
    ("document.tie_break_order", "evaluation.tie_breaks", add("evaluation/tie_breaks", {"kind": "gender_balance"})),
    ("document.visibility", "evaluation.visibility.1", put("evaluation/visibility/0/audience", "applicant")),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "place", "change"), CONTRADICTIONS, ids=[rule for rule, _, _ in CONTRADICTIONS])
def test_each_contradiction_is_found_at_its_place(rule: str, place: str, change: Change) -> None:
    document = a_document()
    change(document)
    found = inconsistencies(CallRules.from_plain(document))
    assert (rule, place) in {(finding.rule, finding.place) for finding in found}
    assert all(finding.text and "{" not in finding.text for finding in found)


def test_every_rule_of_consistency_is_tried() -> None:
    folder = Path(__file__).resolve().parents[3] / "app/calls/rules"
    written = {
        rule for path in folder.glob("consistency*.py") for rule in re.findall(r'"(document\.\w+)"', path.read_text())
    }
    assert written == {rule for rule, _, _ in CONTRADICTIONS}


def test_the_shipped_call_has_no_contradiction() -> None:
    assert inconsistencies(escp_4x("1.0")) == inconsistencies(escp_4x("1.1")) == ()


def test_all_contradictions_are_told_at_once() -> None:
    document = a_document()
    for rule, _, change in CONTRADICTIONS:
        if rule in {"document.deadline_order", "document.history_end", "document.grant_order", "document.visibility"}:
            change(document)
    found = {finding.rule for finding in inconsistencies(CallRules.from_plain(document))}
    assert found >= {"document.deadline_order", "document.history_end", "document.grant_order", "document.visibility"}


def test_a_missing_source_is_a_warning_only() -> None:
    document = a_document()
    document["provenance"].pop("evaluation")
    found = inconsistencies(CallRules.from_plain(document))
    assert {finding.rule for finding in found} == {"document.figure_without_source"}
    assert {finding.severity for finding in found} == {Severity.WARNING}
    assert all(finding.place.startswith("evaluation.") for finding in found)


def test_strands_may_draw_on_a_pool_and_pass_money_on() -> None:
    document = a_document()
    document["pools"] = [{"id": "shared", "titles": "Shared", "envelope": "3600000.00"}]
    document["strands"] = [
        {"id": "main", "titles": "Main", "pool": "shared", "transfers_to": ["other"]},
        OTHER_STRAND,
    ]
    document["provenance"].pop("strands.main.envelope")
    document["provenance"].pop("strands.main.expected_grants")
    rules = CallRules.from_plain(document)
    assert {finding.rule for finding in inconsistencies(rules)} == {"document.figure_without_source"}
    assert str(rules.envelope) == "EUR 4,600,000.00"
