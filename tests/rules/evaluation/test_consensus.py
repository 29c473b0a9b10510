"""Consensus: distances between experts, views that are given, and silence that is no consent."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.evaluation.rules.consensus import (
    Agreement,
    View,
    agreement_of,
    conclusion_findings,
    opening_findings,
    spread_of,
    view_findings,
)
from tests.builders.calls import escp_4x, evaluation_with, rules_with

EVALUATION = escp_4x().evaluation
assert EVALUATION is not None
RELEVANCE = EVALUATION.stages[0].criterion("relevance")
evaluators = st.lists(st.integers(1, 12).map(lambda number: UUID(int=number)), min_size=1, max_size=7, unique=True)


@given(st.lists(st.integers(0, 30).map(Decimal), min_size=1, max_size=7))
def test_the_suggestion_lies_between_the_experts_and_on_the_scale(scores: list[Decimal]) -> None:
    found = spread_of(EVALUATION, RELEVANCE, [{"relevance": score} for score in scores])
    assert found.values == tuple(sorted(scores))
    assert found.spread == max(scores) - min(scores)
    assert found.suggestion is not None
    assert min(scores) <= found.suggestion <= max(scores)
    assert not found.suggestion % RELEVANCE.step


@pytest.mark.parametrize(
    ("scores", "discuss"),
    [((20, 27), False), ((20, 28), True), ((14, 16), True), ((15, 16), False), ((15,), False)],
)
def test_they_talk_when_far_apart_or_on_two_sides_of_the_threshold(scores: tuple[int, ...], discuss: bool) -> None:  # noqa: FBT001  # a parameter of the table
    assert spread_of(EVALUATION, RELEVANCE, [{"relevance": Decimal(one)} for one in scores]).discuss is discuss


def test_without_scores_there_is_nothing_to_suggest() -> None:
    found = spread_of(EVALUATION, RELEVANCE, [{}, {"relevance": None}])
    assert (found.values, found.suggestion, found.discuss) == ((), None, False)


def test_the_mean_where_the_call_wants_it() -> None:
    policy = {"method": "mean", "spread_alert": "8", "extra_expert_on_disagreement": False}
    mean = rules_with(evaluation_with(consensus=policy)).evaluation
    assert mean is not None
    scores = [{"relevance": Decimal(one)} for one in (10, 10, 16)]
    assert spread_of(mean, RELEVANCE, scores).suggestion == Decimal(12)
    assert spread_of(EVALUATION, RELEVANCE, scores).suggestion == Decimal(10)
    assert not conclusion_findings(mean, Agreement.NONE)


@given(evaluators, st.data())
def test_silence_is_no_consent_and_half_is_no_majority(group: list[UUID], data: st.DataObject) -> None:
    answers = {one: data.draw(st.sampled_from([True, False, None])) for one in group}
    views = {one: View(one, agrees, "why") for one, agrees in answers.items() if agrees is not None}
    found = agreement_of(group, views)
    agreeing = sum(agrees is True for agrees in answers.values())
    if None in answers.values():
        assert found is Agreement.WAITING
    elif agreeing == len(group):
        assert found is Agreement.UNANIMOUS
    else:
        assert (found is Agreement.MAJORITY) == (agreeing > len(group) - agreeing)


def test_views_of_others_count_for_nothing() -> None:
    mine, other = UUID(int=1), UUID(int=2)
    assert agreement_of([mine], {other: View(other, agrees=True)}) is Agreement.WAITING
    assert agreement_of([], {}) is Agreement.WAITING


def test_a_dissent_gives_its_reasons() -> None:
    assert not view_findings(agrees=True, words="")
    assert [one.rule for one in view_findings(agrees=False, words="No." + " " * 40)] == ["evaluation.dissent_reason"]
    assert not view_findings(agrees=False, words="The budget of partner three is inflated.")


def test_it_opens_with_enough_reports_and_nobody_still_writing() -> None:
    assert not opening_findings(EVALUATION, submitted=3, unfinished=0)
    both = opening_findings(EVALUATION, submitted=2, unfinished=1)
    assert [one.rule for one in both] == ["evaluation.reports_missing", "evaluation.reports_unfinished"]
    assert "2 of 3" in both[0].text


def test_it_closes_when_all_have_spoken_and_a_majority_agrees() -> None:
    assert [one.rule for one in conclusion_findings(EVALUATION, Agreement.WAITING)] == ["evaluation.views_missing"]
    assert [one.rule for one in conclusion_findings(EVALUATION, Agreement.NONE)] == ["evaluation.extra_expert"]
    assert not conclusion_findings(EVALUATION, Agreement.MAJORITY)
    assert not conclusion_findings(EVALUATION, Agreement.UNANIMOUS)
