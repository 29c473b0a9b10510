"""What each kind of evaluator sees in each phase: the call's table, nothing beyond it, and nothing with a conflict."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calls.rules.evaluation_kinds import Phase, Sight
from app.evaluation.rules.lifecycle import AssignmentState, JudgementState, RoundState
from app.evaluation.rules.visibility import (
    Standpoint,
    audiences_of,
    may_read_proposal,
    phase_of,
    sights_of,
)
from tests.builders.calls import escp_4x, evaluation_with, rules_with

if TYPE_CHECKING:
    from app.calls.rules.evaluation_kinds import Evaluation

EVALUATION = escp_4x().evaluation
assert EVALUATION is not None
SEATS = ("moderator", "panel_member", "observer")
standpoints = st.builds(
    Standpoint,
    assignment=st.sampled_from([None, *AssignmentState]),
    rapporteur=st.booleans(),
    seats=st.frozensets(st.sampled_from(SEATS)),
    office=st.booleans(),
)
phases = st.sampled_from(get_args(Phase))


@pytest.mark.parametrize(
    ("round_state", "judgement", "phase"),
    [
        (RoundState.EXPERTS_AT_WORK, JudgementState.INDIVIDUAL, "individual"),
        (RoundState.EXPERTS_AT_WORK, JudgementState.CONSENSUS, "consensus"),
        (RoundState.EXPERTS_AT_WORK, JudgementState.CONCLUDED, "consensus"),
        (RoundState.EXPERTS_AT_WORK, JudgementState.WITHDRAWN, "individual"),
        (RoundState.PANEL, JudgementState.CONCLUDED, "panel"),
        (RoundState.ADOPTED, JudgementState.CONCLUDED, "panel"),
        (RoundState.INFORMED, JudgementState.CONCLUDED, "informed"),
    ],
)
def test_the_phase_of_an_application(round_state: RoundState, judgement: JudgementState, phase: str) -> None:
    assert phase_of(round_state, judgement) == phase


@given(standpoints, phases)
def test_with_a_conflict_nothing_is_seen_whatever_else_one_is(standpoint: Standpoint, phase: Phase) -> None:
    if standpoint.conflicted:
        assert not sights_of(EVALUATION, phase, audiences_of(standpoint))
        assert not may_read_proposal(standpoint)


@given(standpoints, phases)
def test_an_empty_table_shows_nothing_to_anybody(standpoint: Standpoint, phase: Phase) -> None:
    closed = rules_with(evaluation_with(visibility=[])).evaluation
    assert closed is not None
    assert not sights_of(closed, phase, audiences_of(standpoint))


@given(standpoints, phases, st.sampled_from(get_args(Sight)))
def test_one_line_of_the_table_opens_exactly_what_it_says(standpoint: Standpoint, phase: Phase, sight: Sight) -> None:
    opened = _with([{"phase": phase, "audience": "panel_member", "sees": [sight]}])
    seen = sights_of(opened, phase, audiences_of(standpoint))
    sits = "panel_member" in standpoint.seats and not standpoint.conflicted
    assert seen == (frozenset({sight}) if sits else frozenset())


def _with(table: list[dict[str, object]]) -> Evaluation:
    found = rules_with(evaluation_with(visibility=table)).evaluation
    assert found is not None
    return found


def test_an_evaluator_sees_the_own_report_first_and_the_others_later() -> None:
    expert = audiences_of(Standpoint(assignment=AssignmentState.OPEN))
    assert sights_of(EVALUATION, "individual", expert) == {"own_report"}
    assert "other_reports" in sights_of(EVALUATION, "consensus", expert)
    assert not sights_of(EVALUATION, "panel", expert)


@pytest.mark.parametrize("state", [state for state in AssignmentState if state is not AssignmentState.OPEN])
def test_only_an_open_assignment_makes_an_evaluator(state: AssignmentState) -> None:
    standpoint = Standpoint(assignment=state, rapporteur=True)
    assert not audiences_of(standpoint)
    assert not may_read_proposal(standpoint)


def test_the_office_is_the_moderator_and_may_read() -> None:
    assert audiences_of(Standpoint(office=True)) == {"moderator"}
    assert may_read_proposal(Standpoint(office=True))
    assert may_read_proposal(Standpoint(seats=frozenset({"observer"})))
    assert not may_read_proposal(Standpoint())
