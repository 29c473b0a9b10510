"""Who works on an application and what comes next: properties over every mix of shares."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.evaluation.rules.lifecycle import AssignmentState, JudgementState, ReportState, RoundState
from app.evaluation.rules.staffing import (
    LATE_ASSIGNMENT,
    REMIND_EVERY,
    Share,
    Staffing,
    Step,
    applicant_findings,
    due_of,
    figures_of,
    judgement_findings,
    leaving_findings,
    may_remind,
    phase_findings,
    rapporteur_findings,
    reason_needed,
    staffing_of,
)
from tests.builders.calls import rules_with
from tests.conftest import NOW

EVALUATION = rules_with().evaluation
assert EVALUATION is not None
SHARES = st.lists(
    st.builds(
        Share,
        state=st.sampled_from(AssignmentState),
        rapporteur=st.booleans(),
        due_at=st.integers(-20, 20).map(lambda days: NOW + timedelta(days=days)),
        report=st.sampled_from([None, *ReportState]),
    ),
    max_size=6,
)
JUDGEMENTS = st.sampled_from(JudgementState)


def staffed(judgement: JudgementState, shares: list[Share], *, withdrawn: bool = False) -> Staffing:
    assert EVALUATION is not None
    return staffing_of(EVALUATION, judgement, shares, withdrawn=withdrawn, now=NOW)


@given(JUDGEMENTS, SHARES)
def test_counts_agree_with_each_other(judgement: JudgementState, shares: list[Share]) -> None:
    found = staffed(judgement, shares)
    assert found.submitted <= found.answered <= found.active <= found.needed
    assert found.active + found.lacking == found.needed
    assert found.late <= found.active - found.submitted


@given(JUDGEMENTS, SHARES)
def test_who_is_over_counts_for_nothing(judgement: JudgementState, shares: list[Share]) -> None:
    active = [share for share in shares if share.state.is_active]
    assert staffed(judgement, shares) == staffed(judgement, active)


@given(JUDGEMENTS, SHARES)
def test_a_withdrawn_application_asks_for_nothing(judgement: JudgementState, shares: list[Share]) -> None:
    found = staffed(judgement, shares, withdrawn=True)
    assert (found.step, found.needed, found.lacking, found.late, found.by) == (Step.WITHDRAWN, 0, 0, 0, None)


@given(SHARES)
def test_the_next_step_is_one_that_can_be_taken(shares: list[Share]) -> None:
    found = staffed(JudgementState.INDIVIDUAL, shares)
    assert (found.step is Step.DECIDE_CONFLICT) == (found.to_decide > 0)
    assert found.step is not Step.ASSIGN or found.lacking
    assert found.step not in {Step.OPEN_CONSENSUS, Step.NAME_RAPPORTEUR} or found.submitted == found.needed
    assert found.step is not Step.OPEN_CONSENSUS or found.has_rapporteur
    assert (found.by is not None) == (found.step in {Step.DECLARE, Step.REPORT})


@given(st.lists(st.tuples(JUDGEMENTS, SHARES, st.booleans()), max_size=5))
def test_figures_of_a_round_add_up(applications: list[tuple[JudgementState, list[Share], bool]]) -> None:
    each = [staffed(judgement, shares, withdrawn=withdrawn) for judgement, shares, withdrawn in applications]
    figures = figures_of(each)
    assert figures.applications + figures.withdrawn == len(each)
    assert figures.reports == figures.active + figures.lacking
    assert figures.submitted + figures.late <= figures.active
    assert figures.concluded + figures.in_consensus <= figures.applications


@given(st.integers(-30, 30))
def test_a_report_is_never_due_before_it_is_asked_for(days: int) -> None:
    common = NOW + timedelta(days=days)
    due = due_of(common, NOW)
    assert due >= NOW
    assert due == (common if days >= 0 else NOW + LATE_ASSIGNMENT)


def test_one_microsecond_after_the_date_is_late() -> None:
    share = Share(AssignmentState.OPEN, rapporteur=False, due_at=NOW)
    assert not share.late(NOW)
    assert share.late(NOW + timedelta(microseconds=1))


def test_what_stands_in_the_way_is_named_and_nothing_else() -> None:
    assert EVALUATION is not None
    assert [bool(phase_findings(state)) for state in RoundState] == [False, True, True, True]
    assert not judgement_findings(EVALUATION, JudgementState.CONSENSUS, "C/1", active=3), "the call allows an extra one"
    strict = EVALUATION.model_copy(
        update={"consensus": EVALUATION.consensus.model_copy(update={"extra_expert_on_disagreement": False})}
    )
    assert judgement_findings(strict, JudgementState.CONSENSUS, "C/1", active=3)
    assert not judgement_findings(strict, JudgementState.CONSENSUS, "C/1", active=2), "one who left is replaced"
    assert judgement_findings(strict, JudgementState.CONCLUDED, "C/1", active=0)
    assert rapporteur_findings("Ada", wanted=True)
    assert not rapporteur_findings("Ada", wanted=False)
    assert not rapporteur_findings("", wanted=True)
    assert reason_needed(" \n", "words")
    assert not reason_needed("x", "words")
    assert "A, B" in applicant_findings(["A", "B"])[0].text
    assert "C/1, C/2" in leaving_findings(["C/2", "C/1"])[0].text
    assert not applicant_findings([])
    assert not leaving_findings([])


def test_by_hand_one_is_reminded_once_a_day() -> None:
    assert may_remind(None, NOW)
    assert may_remind(NOW - REMIND_EVERY, NOW)
    assert not may_remind(NOW - REMIND_EVERY + timedelta(microseconds=1), NOW)
