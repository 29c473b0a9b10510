"""Individual reports: what can be kept as a draft, what stops a submission, what is late."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.evaluation.rules.reports import Sheet, is_late, judges_capacity, report_findings, storable_findings
from tests.builders.calls import escp_4x, rules_with

RULES = escp_4x()
assert RULES.evaluation is not None
STAGE = RULES.evaluation.stages[0]
WHY = "Clear aims and a credible plan."
FULL = Sheet(
    scores={one.id: one.maximum for one in STAGE.criteria},
    comments={one.id: WHY for one in STAGE.criteria},
    capacity=True,
)
DUE = datetime(2019, 5, 1, 15, 0, tzinfo=UTC)


def rules_found(sheet: Sheet) -> list[str]:
    return [one.rule for one in report_findings(RULES, STAGE, sheet)]


def test_a_full_report_can_be_submitted() -> None:
    assert rules_found(FULL) == []


def test_an_empty_one_is_a_draft_and_tells_everything_that_is_missing() -> None:
    assert storable_findings(STAGE, Sheet()) == ()
    found = report_findings(RULES, STAGE, Sheet())
    assert [one.rule for one in found].count("evaluation.score_missing") == len(STAGE.criteria)
    assert [one.rule for one in found].count("evaluation.comment_missing") == len(STAGE.criteria)
    assert found[-1].rule == "evaluation.capacity_missing"


@given(st.sampled_from([one.id for one in STAGE.criteria]), st.text(max_size=30))
def test_every_criterion_needs_its_comment(criterion: str, words: str) -> None:
    sheet = replace(FULL, comments={**FULL.comments, criterion: words})
    assert bool(rules_found(sheet)) == (len(words.strip()) < 20)


@pytest.mark.parametrize(
    ("sheet", "rule", "place"),
    [
        (replace(FULL, scores={**FULL.scores, "impact": Decimal(21)}), "evaluation.score_off_scale", "scores.impact"),
        (
            replace(FULL, scores={**FULL.scores, "impact": Decimal("7.5")}),
            "evaluation.score_between_steps",
            "scores.impact",
        ),
        (replace(FULL, scores={**FULL.scores, "beauty": Decimal(1)}), "evaluation.unknown_criterion", "scores.beauty"),
    ],
)
def test_what_cannot_be_stored_even_as_a_draft(sheet: Sheet, rule: str, place: str) -> None:
    [found] = storable_findings(STAGE, sheet)
    assert (found.rule, found.place) == (rule, place)


def test_lacking_means_are_explained() -> None:
    assert rules_found(replace(FULL, capacity=False)) == ["evaluation.capacity_reason"]
    assert rules_found(replace(FULL, capacity=False, capacity_comment="Partner 2 has no staff for training.")) == []


def test_experts_judge_capacity_only_where_the_call_says_so() -> None:
    plain = RULES.plain()
    selection = [one for one in plain["selection"] if one["kind"] != "operational_capacity"]
    assert judges_capacity(RULES)
    assert not judges_capacity(type(RULES).from_plain(plain | {"selection": selection}))
    assert rules_with() == RULES


def test_one_microsecond_after_is_late() -> None:
    assert not is_late(DUE, DUE)
    assert is_late(DUE + timedelta(microseconds=1), DUE)
