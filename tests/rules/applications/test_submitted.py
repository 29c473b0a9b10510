"""The rules over a frozen snapshot find what they found about the application itself."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.applications.rules.facts import ApplicationFacts, OwnFunding
from app.applications.rules.snapshot import snapshot_of
from app.applications.rules.submission import check_application
from app.applications.rules.submitted import submitted_facts, submitted_findings
from app.calls.rules.call_rules import CallRules
from app.core.canonical import canonical_json
from app.core.money import Money
from tests.builders.calls import a_document, escp_4x
from tests.builders.facts import CONSORTIUM, DUNAV, FILO, LINES, NORTE, PART_B, a_line, an_application, lists_of

RULES = escp_4x()
RECEIVED = datetime(2019, 3, 1, 12, 0, tzinfo=UTC)


def stored(facts: ApplicationFacts) -> Any:
    made = snapshot_of(RULES, facts, reference="COS-CLUSTER-2018-03-02/0001", version=1, received_at=RECEIVED)
    return json.loads(canonical_json(made))


CASES = {
    "nothing": an_application(RULES),
    "two countries only": an_application(RULES, partners=(NORTE, FILO, replace(DUNAV, country="IT"))),
    "category not known": an_application(RULES, partners=(NORTE, FILO, replace(DUNAV, region_category=None))),
    "nobody said the form": an_application(RULES, partners=(NORTE, FILO, replace(DUNAV, legal_form=None, sme=True))),
    "above the cap": an_application(RULES, lines=(*LINES, a_line(FILO, "other_direct", "300000.00"))),
    "own funding": an_application(RULES, own_funding=(OwnFunding(NORTE.partner_id, Money(100_000)),)),
    "too many pages": an_application(RULES, attachments=(replace(PART_B, pages=60),)),
}


@pytest.mark.parametrize("name", CASES)
def test_the_same_findings_as_at_submission(name: str) -> None:
    facts = CASES[name]
    expected = [(found.rule, found.text) for found in check_application(RULES, facts)]
    found = submitted_findings(RULES, stored(facts), lists_of(RULES))
    assert [(one.rule, one.text) for one in found] == expected


@pytest.mark.parametrize("name", CASES)
def test_partners_costs_and_documents_come_back(name: str) -> None:
    facts = CASES[name]
    read = submitted_facts(RULES, stored(facts), lists_of(RULES))
    assert read.partners == facts.partners
    assert read.attachments == facts.attachments
    assert {line for line in read.lines if line.amount} == {line for line in facts.lines if line.amount}
    assert len(read.own_funding) == len(CONSORTIUM)


def test_a_call_without_money_is_not_asked_about_its_budget() -> None:
    rules = CallRules.from_plain(a_document({"funding.kind": "label_only"}))
    facts = CASES["above the cap"]
    assert any(found.rule.startswith("budget.") for found in submitted_findings(RULES, stored(facts), lists_of(RULES)))
    found = submitted_findings(rules, stored(facts), lists_of(rules))
    assert not [one for one in found if one.rule.startswith("budget.")]
