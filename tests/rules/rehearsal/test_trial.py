"""What a trial computes that no other rule does: the pre-financing in cents or whole euro."""

from __future__ import annotations

from typing import Any

import pytest

from app.calls.rules.call_rules import CallRules
from app.calls.rules.scenarios import Scenario
from app.core.money import Money
from app.rehearsal.rules.sample import regions_named
from app.rehearsal.rules.trial import Trial, try_scenario
from tests.builders.calls import escp_4x
from tests.builders.facts import NORTE, a_line, an_application
from tests.catalogue.test_scenarios import scenarios_of

NAME = "cos-cluster-2018-03-02"


def trial_of(rules: CallRules, **given: Any) -> Trial:
    scenario = scenarios_of(NAME).scenario("at_the_cap")
    return try_scenario(rules, an_application(rules, **given), scenario)


def rules_of(prefinancing: dict[str, Any] | None) -> CallRules:
    plain = escp_4x().plain()
    plain["grant"].pop("prefinancing")
    if prefinancing:
        plain["grant"]["prefinancing"] = prefinancing
    return CallRules.from_plain(plain)


@pytest.mark.parametrize(
    ("rounding", "whole_euro", "found"),
    [
        ("down", True, "33.00"),
        ("half_up", True, "34.00"),
        ("up", True, "34.00"),
        ("down", False, "33.50"),
        ("half_up", False, "33.51"),
        ("up", False, "33.51"),
    ],
)
def test_prefinancing_is_rounded_as_the_call_says(rounding: str, whole_euro: bool, found: str) -> None:  # noqa: FBT001
    rules = rules_of({"rate": "50 %", "rounding": rounding, "whole_euro": whole_euro})
    trial = trial_of(rules, lines=(a_line(NORTE, "third_parties", "67.01"),))
    line = next(one for one in trial.totals if one.name == "prefinancing")
    assert line.found == Money.parse(found)


def test_a_call_without_prefinancing_has_none() -> None:
    assert next(one for one in trial_of(rules_of(None)).totals if one.name == "prefinancing").found is None


def test_a_call_without_money_is_tried_without_a_budget() -> None:
    plain = escp_4x().plain()
    plain["funding"] = {"kind": "label_only"}
    plain["form"]["sections"] = [one for one in plain["form"]["sections"] if one["id"] != "budget"]
    plain["strands"][0].pop("envelope")
    trial = trial_of(CallRules.from_plain(plain), lines=())
    assert not any(finding.rule.startswith("budget.empty") for finding in trial.found)


def test_fields_of_another_strand_are_not_tried() -> None:
    plain = escp_4x().plain()
    for section in plain["form"]["sections"]:
        for field in section["fields"]:
            if field["kind"] == "activities":
                field["strands"] = ["second"]
    rules = CallRules.from_plain(plain)
    scenario = scenarios_of(NAME).scenario("at_the_cap")
    silent = Scenario.model_validate(scenario.model_dump() | {"activities": (), "duration_months": None}, strict=False)
    rules_found = {one.rule for one in try_scenario(rules, an_application(rules), silent).found}
    assert "eligibility.required_activities" not in rules_found


def test_the_regions_to_look_up_are_those_of_the_file() -> None:
    assert {"DE21", "PT11", "ES61"} <= set(regions_named(scenarios_of(NAME)))
    assert "" not in regions_named(scenarios_of(NAME))
