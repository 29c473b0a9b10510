from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calls.rules.call_rules import CallRules
from app.calls.rules.changes import changes_between
from app.calls.rules.origins import figures, origin_of
from app.calls.rules.paths import leaves, named_leaves, path_of, place_of
from tests.builders.calls import a_document, escp_4x, rules_with

TARGET = "form.sections.results.fields.indicators.indicators.exchanges.target"


def test_the_corrigendum_of_2019_in_words() -> None:
    guidance, target = changes_between(escp_4x("1.0"), escp_4x("1.1"))
    assert (target.path, target.before, target.after) == (TARGET, "100", "50")
    assert target.title == (
        "Application form > Indicators > Targets of the project > ClusterXchange exchanges organised > target"
    )
    assert "1 000" in str(guidance.before)
    assert "500" in str(guidance.after)


@pytest.mark.parametrize(
    ("path", "value", "before", "after"),
    [
        ("funding.ceilings.project_grant.maximum", "350000.00", "EUR 360,000.00", "EUR 350,000.00"),
        ("funding.rates.standard.rate", "90 %", "75 %", "90 %"),
        ("timetable.stages.single.deadline", "2019-04-11 17:00", "2019-04-04 17:00 Europe/Brussels", "2019-04-11 17:00 Europe/Brussels"),
        ("eligibility.countries.lists", ["eu_member_states"], "eu_member_states, cosme", "eu_member_states"),
        ("eligibility.platform_registration.accepts_requested", False, "yes", "no"),
        ("funding.rounding", "down", "half_up", "down"),
    ],
)  # fmt: skip
def test_one_change_is_told_once_as_a_person_reads_it(path: str, value: Any, before: str, after: str) -> None:
    (change,) = changes_between(escp_4x(), rules_with({path: value}))
    assert (change.path, change.before, change.after) == (path, before, after)


def test_a_new_and_a_dropped_part_are_told_whole() -> None:
    document = a_document()
    document["eligibility"] = [rule for rule in document["eligibility"] if rule["kind"] != "minimum_entities"]
    document["form"]["sections"][0]["fields"].append({"kind": "text", "id": "motto", "title": "Motto", "max_words": 9})
    gone, new = changes_between(escp_4x(), CallRules.from_plain(document))
    assert (gone.path, gone.after) == ("eligibility.minimum_entities", None)
    assert "count 3" in str(gone.before)
    assert (new.path, new.before, new.after) == ("form.sections.general.fields.motto", None, "Motto")
    assert new.title == "Application form > General information > Motto"


def test_another_order_is_a_change() -> None:
    document = a_document()
    document["evaluation"]["stages"][0]["criteria"].reverse()
    (change,) = changes_between(escp_4x(), CallRules.from_plain(document))
    assert change.title.endswith("order")
    assert str(change.before).startswith("relevance")
    assert str(change.after).startswith("budget")


def test_history_and_sources_are_not_told() -> None:
    document = a_document()
    document["provenance"] = {}
    document["changes"][-1]["summary"] = "Other words."
    assert changes_between(escp_4x(), CallRules.from_plain(document)) == ()


WHOLE_NUMBERS = [
    path_of(escp_4x().plain(), place)
    for place, value in leaves(escp_4x().plain())
    if isinstance(value, int) and not isinstance(value, bool) and place[0] in {"form", "eligibility", "grant"}
    and place[-1] != "number"
]  # fmt: skip


@given(st.sampled_from(WHOLE_NUMBERS), st.integers(1, 300))
def test_every_changed_number_is_found_and_nothing_else(path: str, value: int) -> None:
    try:
        after = rules_with({path: value})
    except ValueError:
        return  # outside what the kind allows
    found = changes_between(escp_4x(), after)
    before = dict(leaves(escp_4x().plain()))[place_of(escp_4x().plain(), path) or ()]
    assert [(change.path, change.before, change.after) for change in found] == (
        [] if before == value else [(path, str(before), str(value))]
    )
    back = changes_between(after, escp_4x())
    assert [(change.before, change.after) for change in back] == [(change.after, change.before) for change in found]


def test_every_place_has_a_path_that_leads_back_to_it() -> None:
    plain = escp_4x().plain()
    for place, _ in leaves(plain):
        assert place_of(plain, path_of(plain, place)) == place
    assert list(named_leaves(plain)) == [(path_of(plain, place), value) for place, value in leaves(plain)]


def test_a_path_that_leads_nowhere_is_nowhere() -> None:
    assert place_of(escp_4x().plain(), "funding.ceilings.partner_share") is None


def test_a_figure_has_the_origin_of_the_nearest_part_around_it() -> None:
    rules = escp_4x()
    origin = origin_of(rules, "evaluation.stages.single.criteria.relevance.maximum")
    assert origin is not None
    assert origin.confidence == "assumed"
    assert "funding.ceilings.project_grant.maximum" in set(figures(rules))
    assert not any(path.startswith("identity") for path in figures(rules))
