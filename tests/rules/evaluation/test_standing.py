"""Acts only in their phase; and what forms, drafts and conclusions make of states."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.calls.rules.evaluation_kinds import EvaluationStage
from app.evaluation.rules.consensus import Agreement, panel_findings_of, viewing_findings, writing_findings
from app.evaluation.rules.lifecycle import AssignmentState, ConsensusState, JudgementState, ReportState, RoundState
from app.evaluation.rules.reports import Sheet, editing_findings, sheet_texts
from app.evaluation.rules.scores import read_score
from app.evaluation.rules.standing import act_findings, assignment_findings_of

NEEDED = [JudgementState.INDIVIDUAL, JudgementState.CONSENSUS, JudgementState.CONCLUDED]
STAGE = EvaluationStage.model_validate(
    {
        "stage": "single",
        "maximum": "20",
        "overall_threshold": "10",
        "criteria": tuple({"id": name, "title": name.title(), "maximum": "10"} for name in ("impact", "quality")),
    }
)


@given(st.sampled_from(RoundState), st.sampled_from(JudgementState), st.sampled_from(NEEDED), st.sampled_from("yn"))
def test_an_act_is_open_in_exactly_one_place(
    round_state: RoundState, judgement: JudgementState, needs: JudgementState, part: str
) -> None:
    takes_part = part == "y"
    found = act_findings(round_state, judgement, needs=needs, takes_part=takes_part)
    here = round_state is RoundState.EXPERTS_AT_WORK and judgement is needs and takes_part
    assert (not found) is here
    withdrawn = not takes_part or judgement is JudgementState.WITHDRAWN
    assert ({one.rule for one in found} == {"evaluation.withdrawn"}) is withdrawn


@given(st.sampled_from(AssignmentState))
def test_only_an_open_assignment_is_worked_on(state: AssignmentState) -> None:
    assert (not assignment_findings_of(state)) is (state is AssignmentState.OPEN)


def test_texts_change_only_as_drafts_and_views_only_on_proposals() -> None:
    assert [state for state in ReportState if not editing_findings(state)] == [ReportState.DRAFT]
    assert [state for state in ConsensusState if not writing_findings(state)] == [ConsensusState.DRAFT]
    assert [state for state in ConsensusState if not viewing_findings(state)] == [ConsensusState.PROPOSED]
    assert {one for one in Agreement if panel_findings_of(one)} == {Agreement.UNANIMOUS, Agreement.MAJORITY}


scores = st.one_of(st.none(), st.decimals(0, 10, places=2, allow_nan=False))


@given(st.fixed_dictionaries({"impact": scores, "quality": scores}), st.sampled_from(["", "true", "false"]))
def test_what_a_form_is_given_reads_as_what_is_stored(given_: dict[str, Decimal | None], words: str) -> None:
    capacity = {"": None, "true": True, "false": False}[words]
    texts = sheet_texts(STAGE, Sheet(given_, {"impact": "Why"}, capacity, "Lacking"), "All in all")
    assert {name: read_score(texts[f"scores.{name}"]) for name in given_} == given_
    assert (texts["comments.impact"], texts["comments.quality"]) == ("Why", "")
    assert texts["capacity"] == words
    assert (texts["capacity_comment"], texts["overall_comment"]) == ("Lacking", "All in all")
