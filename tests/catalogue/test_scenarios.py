"""Every sample application that ships with a call comes out as its author expects."""

from __future__ import annotations

from importlib.resources import files

import pytest

from app.calls.rules.scenarios import Scenario, ScenarioFile, read_scenarios
from app.infra.yaml_documents import read_yaml
from app.rehearsal.rules.trial import Trial
from app.rehearsal.use_cases.try_call import try_call
from tests.builders.calls import shipped, shipped_bytes

SUFFIX = ".scenarios.yaml"
CALLS = sorted(
    path.name.removesuffix(SUFFIX)
    for path in (files("app.calls") / "catalogue").iterdir()
    if path.name.endswith(SUFFIX)
)


def scenarios_of(name: str) -> ScenarioFile:
    document = read_yaml(shipped_bytes(name, ".scenarios"))
    found, mistakes = read_scenarios(
        document.tree, document.lines, {rules.version: rules for rules in shipped(name).versions}
    )
    assert found is not None, mistakes
    return found


def trials_of(name: str, file: ScenarioFile) -> tuple[Trial, ...]:
    return try_call({rules.version: rules for rules in shipped(name).versions}, file)


def explained(trial: Trial) -> str:
    lines = [f"{trial.scenario.id}, version {trial.version}"]
    lines += [f"expected and not found: {one.rule} ({one.severity})" for one in trial.missing]
    lines += [f"found and not expected: {one} ({one.severity})" for one in trial.unexpected]
    lines += [f"{one.name}: expected {one.expected}, found {one.found}" for one in trial.totals if not one.agrees]
    return "\n".join(lines)


@pytest.mark.parametrize("name", CALLS)
def test_every_scenario_of_a_shipped_call(name: str) -> None:
    trials = trials_of(name, scenarios_of(name))
    failed = [explained(trial) for trial in trials if not trial.passed]
    assert not failed, "\n\n".join(failed)


def altered(scenario: Scenario) -> list[ScenarioFile]:
    """The scenario with one thing wrong in what it expects: each must fail."""
    file = scenarios_of("cos-cluster-2018-03-02")
    plain = scenario.model_dump(mode="json", exclude_none=True)
    finding = {"rule": "budget.duration", "severity": "blocking"}
    wrong = [
        plain | {"findings": [*plain["findings"], finding]},
        plain | {"totals": {"requested_grant": "1.00"}},
        plain | {"totals": {"prefinancing": "1.00"}},
        plain | {"duration_months": 60},
        plain | {"activities": []},
        plain | {"indicators": plain["indicators"] | {"exchanges": 1}},
    ]
    return [file.model_copy(update={"scenarios": (Scenario.model_validate(one, strict=False),)}) for one in wrong]


def test_a_scenario_that_expects_something_else_fails() -> None:
    name = "cos-cluster-2018-03-02"
    scenario = scenarios_of(name).scenario("at_the_cap")
    assert trials_of(name, scenarios_of(name))[0].passed
    for file in altered(scenario):
        (trial,) = trials_of(name, file)
        assert not trial.passed, file.scenarios[0]


def test_a_trial_is_the_same_each_time() -> None:
    name = "cos-cluster-2018-03-02"
    assert trials_of(name, scenarios_of(name)) == trials_of(name, scenarios_of(name))
