"""Entries of the table of who sees what: only what exists by then, and only to whom it can be for."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calls.rules.consistency_of_evaluation import evaluation_findings
from app.calls.rules.evaluation_kinds import Audience, Phase, Sight
from app.calls.rules.visibility import foreign_sights
from app.core.violations import Violation
from tests.builders.calls import escp_4x, evaluation_with, rules_with

PHASES: tuple[Phase, ...] = get_args(Phase)
entries = st.tuples(
    st.sampled_from(PHASES),
    st.sampled_from(get_args(Audience)),
    st.lists(st.sampled_from(get_args(Sight)), unique=True),
)


@given(entries)
def test_what_may_be_shown_in_a_phase_may_be_shown_in_later_ones(entry: tuple[Phase, Audience, list[Sight]]) -> None:
    phase, audience, sees = entry
    for later in PHASES[PHASES.index(phase) :]:
        assert set(foreign_sights(later, audience, sees)) <= set(foreign_sights(phase, audience, sees))


def test_the_public_sees_nothing_and_applicants_see_their_summary_report_once_informed() -> None:
    held = {
        (phase, audience, sight)
        for phase, audience, sight in product(PHASES, ("applicant", "public"), get_args(Sight))
        if not foreign_sights(phase, audience, [sight])
    }
    assert held == {("informed", "applicant", "summary_report")}


@pytest.mark.parametrize(
    ("phase", "audience", "sight"),
    [
        ("individual", "evaluator", "consensus_report"),
        ("consensus", "moderator", "ranking"),
        ("panel", "evaluator", "ranking"),
        ("panel", "panel_member", "own_report"),
        ("informed", "moderator", "summary_report"),
        ("panel", "applicant", "summary_report"),
        ("informed", "public", "summary_report"),
    ],
)
def test_a_call_cannot_promise_what_nobody_can_show(phase: Phase, audience: Audience, sight: Sight) -> None:
    [line] = [one for one in _findings(phase, audience, sight) if one.rule == "document.visibility"]
    assert line.place == "evaluation.visibility.1"
    assert "{" not in line.text


def test_a_ranking_for_the_committee_is_an_entry() -> None:
    assert not _findings("panel", "observer", "ranking")


def test_the_shipped_table_holds_only_what_can_be_shown() -> None:
    found = escp_4x().evaluation
    assert found is not None
    assert not any(foreign_sights(line.phase, line.audience, line.sees) for line in found.visibility)


def _findings(phase: Phase, audience: Audience, sight: Sight) -> list[Violation]:
    table = [{"phase": phase, "audience": audience, "sees": [sight]}]
    return list(evaluation_findings(rules_with(evaluation_with(visibility=table))))
