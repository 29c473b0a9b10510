from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calls.rules.call_rules import CallRules
from app.calls.rules.corrections import correction_findings
from app.calls.rules.document import read_document
from app.calls.rules.publication import publication_findings, unconfirmed
from app.calls.rules.scenarios import ScenarioFile
from app.core.violations import Severity
from app.infra.yaml_documents import read_yaml
from tests.builders.calls import a_document, escp_4x, rules_with, shipped_bytes
from tests.conftest import NOW

DEADLINE = escp_4x().timetable.closes_at


def test_the_corrigendum_of_2019_may_follow() -> None:
    assert correction_findings(escp_4x("1.0"), escp_4x("1.1"), NOW) == ()


def test_the_reverse_may_not() -> None:
    found = {finding.rule for finding in correction_findings(escp_4x("1.1"), escp_4x("1.0"), NOW)}
    assert found == {"call.history_rewritten"}


def test_a_corrigendum_keeps_the_identifier_in_any_spelling() -> None:
    respelt = rules_with({"identity.identifier": "cos-cluster-2018-3-2"})
    other = rules_with({"identity.identifier": "COS-CLUSTER-2018-03-03"})
    found = [{f.rule for f in correction_findings(escp_4x("1.0"), after, NOW)} for after in (respelt, other)]
    assert found == [set(), {"call.identifier_changed"}]


@given(st.timedeltas(timedelta(days=-80), timedelta(days=80)))
def test_no_corrigendum_after_the_deadline(offset: timedelta) -> None:
    now = DEADLINE + offset
    found = {finding.rule for finding in correction_findings(escp_4x("1.0"), escp_4x("1.1"), now)}
    assert ("call.correction_after_deadline" in found) == (offset > timedelta(0))


def test_a_call_without_assumed_figures_needs_no_confirmation() -> None:
    document = a_document()
    for origin in document["provenance"].values():
        origin["confidence"] = "official"
    sure = CallRules.from_plain(document)
    assert unconfirmed(sure, confirmed=False) == publication_findings(sure, NOW, confirmed=False) == ()
    assert len(unconfirmed(escp_4x(), confirmed=False)) == 1


def test_a_warning_does_not_prevent_publication() -> None:
    document = a_document()
    document["provenance"].pop("grant")
    rules = CallRules.from_plain(document)
    assert publication_findings(rules, NOW, confirmed=True) == ()
    assert {f.severity for f in read_document(document, {}).findings} == {Severity.WARNING}


@pytest.mark.parametrize(
    ("corrigenda", "words"),
    [
        ({"version": "1.1"}, "Corrigenda are a list"),
        ([{"version": "1.1", "date": "2019-01-31", "summary": "Nothing.", "set": {}}], "At least 1 must stand here"),
        (["1.1"], "Names with values are expected here"),
    ],
)
def test_a_corrigendum_that_cannot_be_read_is_explained(corrigenda: Any, words: str) -> None:
    reading = read_document(a_document(version="1.0") | {"corrigenda": corrigenda}, {})
    assert reading.versions == ()
    assert [finding for finding in reading.findings if words in finding.text]


def test_corrigenda_follow_each_other() -> None:
    steps = [("1.1", "2019-01-31", 20), ("1.2", "2019-02-15", 22)]
    corrigenda = [
        {"version": v, "date": day, "summary": "Shorter.", "set": {"funding.ceilings.duration.min_months": months}}
        for v, day, months in steps
    ]
    reading = read_document(a_document(version="1.0") | {"corrigenda": corrigenda}, {})
    assert reading.findings == ()
    assert [rules.version for rules in reading.versions] == ["1.0", "1.1", "1.2"]
    assert [len(rules.changes) for rules in reading.versions] == [1, 2, 3]


def test_the_latest_version_is_the_one_an_officer_edits() -> None:
    reading = read_document(a_document(), {})
    assert reading.latest == escp_4x()


def test_evaluation_and_publication_are_closed_unless_opened() -> None:
    rules = escp_4x()
    assert rules.evaluation is not None
    assert rules.evaluation.sights("individual", "evaluator") == {"own_report"}
    assert rules.evaluation.sights("individual", "applicant") == frozenset()
    assert rules.evaluation.stage("single").criterion("impact").maximum == 20
    with pytest.raises(KeyError):
        rules.evaluation.stage("second")
    with pytest.raises(KeyError):
        rules.evaluation.stage("single").criterion("excellence")
    assert (rules.publication.when("abstract"), rules.publication.when("keywords")) == ("signature", "never")


def test_names_of_a_scenario_file_are_looked_up() -> None:
    found = ScenarioFile.model_validate_json(json.dumps(read_yaml(shipped_bytes(kind=".scenarios")).tree))
    assert found.organisation("porto").region == "PT11"
    assert found.scenario("at_the_cap").oracle == "W-04"
    for look_up in (found.organisation, found.scenario):
        with pytest.raises(KeyError):
            look_up("nothing")
