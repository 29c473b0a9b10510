"""Scores: on the scale and its steps, added up exactly, against each threshold."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.evaluation.rules.scores import (
    ScoreError,
    median,
    nearest_step,
    read_score,
    rounded_mean,
    score_findings,
    score_text,
    total_of,
)
from tests.builders.calls import escp_4x, rules_with

STAGE = escp_4x().evaluation.stages[0]  # type: ignore[union-attr]  # the shipped call has one
RELEVANCE = STAGE.criterion("relevance")
points = st.decimals(0, 9999, places=2)


@given(points)
def test_what_is_printed_is_read_back(score: Decimal) -> None:
    assert read_score(score_text(score)) == score
    assert read_score(score_text(score).replace(".", ",")) == score


@pytest.mark.parametrize("typed", ["x", "-1", "1e3", "7.555", "NaN", "12345", "1 2", "٣"])
def test_what_is_no_number_of_points_is_refused(typed: str) -> None:
    with pytest.raises(ScoreError):
        read_score(typed)


def test_nothing_typed_is_no_score_yet() -> None:
    assert read_score("  ") is None


@given(points)
def test_a_score_is_kept_exactly_when_it_is_on_the_scale_and_on_a_step(score: Decimal) -> None:
    fine = score <= RELEVANCE.maximum and score == score.to_integral_value()
    assert (not list(score_findings(RELEVANCE, score, "scores.relevance"))) == fine


def test_the_words_name_the_scale_and_the_step() -> None:
    [high] = score_findings(RELEVANCE, Decimal("30.5"), "scores.relevance")
    [between] = score_findings(RELEVANCE, Decimal("7.5"), "scores.relevance")
    assert (high.rule, high.place) == ("evaluation.score_off_scale", "scores.relevance")
    assert "0 to 30" in high.text
    assert between.rule == "evaluation.score_between_steps"
    assert "go up by 1" in between.text
    assert not list(score_findings(RELEVANCE, None, "scores.relevance"))


def test_half_points_where_the_call_allows_them() -> None:
    rules = rules_with({"evaluation.stages.single.criteria.relevance.step": "0.5"})
    half = rules.evaluation.stages[0].criterion("relevance")  # type: ignore[union-attr]  # as above
    assert not list(score_findings(half, Decimal("7.5"), ""))


sheets = st.fixed_dictionaries(
    {}, optional={one.id: st.integers(0, int(one.maximum)).map(Decimal) for one in STAGE.criteria}
)


@given(sheets)
def test_a_total_is_the_sum_and_passes_only_when_every_threshold_is_reached(scores: dict[str, Decimal]) -> None:
    total = total_of(STAGE, scores)
    assert total.points == sum(scores.values(), Decimal(0))
    assert set(total.missing) == {one.id for one in STAGE.criteria} - set(scores)
    assert total.passes == (
        total.complete and total.points >= 70 and all(scores[one.id] >= (one.threshold or 0) for one in STAGE.criteria)
    )


def test_at_the_threshold_is_through_and_a_step_below_is_not() -> None:
    exactly = {"relevance": Decimal(15), "quality": Decimal(30), "impact": Decimal(15), "budget": Decimal(10)}
    assert total_of(STAGE, exactly).passes
    below = exactly | {"relevance": Decimal(14), "impact": Decimal(20)}
    assert total_of(STAGE, below).points == 74
    assert total_of(STAGE, below).below == ("relevance",)
    assert not total_of(STAGE, below).passes
    assert not total_of(STAGE, exactly | {"impact": Decimal(14)}).passes


def test_weights_count_in_the_total_and_not_in_the_threshold_of_a_criterion() -> None:
    changes = {
        "evaluation.stages.single.criteria.impact.weight": "1.5",
        "evaluation.stages.single.maximum": "110",
    }
    stage = rules_with(changes).evaluation.stages[0]  # type: ignore[union-attr]  # as above
    total = total_of(
        stage, {"relevance": Decimal(20), "quality": Decimal(20), "impact": Decimal(9), "budget": Decimal(20)}
    )
    assert total.points == Decimal("73.5")
    assert total.below == ("impact",)


@given(st.lists(points, min_size=1, max_size=9))
def test_mean_and_median_lie_between_the_extremes(values: list[Decimal]) -> None:
    for middle in (rounded_mean(tuple(values)), median(tuple(values))):
        assert min(values) <= middle <= max(values)


@given(st.lists(points, min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_no_order_changes_them(values: list[Decimal], chance: object) -> None:
    shuffled = list(values)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # a Random
    assert median(tuple(shuffled)) == median(tuple(values))
    assert rounded_mean(tuple(shuffled)) == rounded_mean(tuple(values))


@given(st.decimals(0, 30, places=2))
def test_the_nearest_step_is_on_the_scale_and_nearest(score: Decimal) -> None:
    found = nearest_step(RELEVANCE, score)
    assert not list(score_findings(RELEVANCE, found, ""))
    assert abs(found - score) <= RELEVANCE.step / 2


def test_nothing_has_no_middle() -> None:
    with pytest.raises(ValueError, match="nothing"):
        rounded_mean(())
    with pytest.raises(ValueError, match="nothing"):
        median(())
    assert rounded_mean((Decimal(1), Decimal(1), Decimal(2))) == Decimal("1.33")
    assert rounded_mean((Decimal("0.01"), Decimal("0.02"))) == Decimal("0.02")
