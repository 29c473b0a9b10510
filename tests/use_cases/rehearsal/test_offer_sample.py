"""A dry run always has something to begin with, and what is offered passes as it stands."""

from __future__ import annotations

from typing import Any

import pytest

from app.calls.rules.call_rules import CallRules
from app.calls.rules.scenarios import read_scenarios
from app.infra.yaml_documents import read_yaml
from app.infra.yaml_writing import write_yaml
from app.rehearsal.rules.computed_sample import ABOVE, WITHIN
from app.rehearsal.use_cases.offer_sample import offer_sample
from app.rehearsal.use_cases.try_call import try_call
from app.web.call_view.written import short
from tests.builders.calls import escp_4x


def changed(change: Any) -> CallRules:
    """The shipped call with its plain document changed."""
    plain = escp_4x().plain()
    change(plain)
    return CallRules.from_plain(plain)


def no_conditions(plain: dict[str, Any]) -> None:
    plain["eligibility"] = []


def no_largest_grant(plain: dict[str, Any]) -> None:
    plain["funding"]["ceilings"] = [one for one in plain["funding"]["ceilings"] if one["kind"] != "project_grant"]


def more_entities_than_usual(plain: dict[str, Any]) -> None:
    for rule in plain["eligibility"]:
        if rule["kind"] == "minimum_entities":
            rule["count"] = 60


@pytest.mark.parametrize("change", [lambda _: None, no_conditions, no_largest_grant, more_entities_than_usual])
def test_the_sample_is_read_back_and_comes_out_as_it_says(change: Any) -> None:
    rules = changed(change)
    text = write_yaml(short(offer_sample(rules).model_dump(mode="json", exclude_defaults=True)))
    document = read_yaml(text.encode())
    file, mistakes = read_scenarios(document.tree, document.lines, {rules.version: rules})
    assert not mistakes
    assert file is not None
    trials = try_call({rules.version: rules}, file)
    assert [trial.scenario.id for trial in trials] == ([WITHIN] if change is no_largest_grant else [WITHIN, ABOVE])
    assert all(trial.passed for trial in trials)


def test_the_first_meets_the_call_and_the_second_is_refused_for_its_amount_alone() -> None:
    within, above = offer_sample(escp_4x()).scenarios
    assert within.findings == ()
    assert len(within.partners) == 3
    assert [finding.rule for finding in above.findings] == ["budget.project_grant_maximum"]
