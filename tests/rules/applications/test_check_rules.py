"""What the three checks find, and what stops a proposal or a decision: properties first."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.applications.rules.admissibility import admissibility_findings
from app.applications.rules.check_decisions import (
    SHORTEST_REASON,
    AskedQuestion,
    CheckFacts,
    decision_violations,
    evidence_violations,
    is_clean,
    proposal_violations,
    reopening_violations,
    return_violations,
)
from app.applications.rules.check_lifecycle import (
    CheckOutcome,
    CheckResult,
    CheckState,
    CheckStep,
    ClarificationKind,
    ClarificationState,
)
from app.applications.rules.eligibility import eligibility_findings
from app.applications.rules.exclusion import (
    declaring_violations,
    exclusion_findings,
    recording_violations,
    who_declares,
)
from app.applications.rules.lifecycle import ApplicationState
from app.applications.rules.snapshot import snapshot_of
from app.applications.rules.submitted import submitted_findings
from app.calls.rules.call_rules import CallRules
from app.calls.rules.lifecycle import CallState
from app.core.canonical import canonical_json
from app.core.violations import Severity, Violation, blocking
from app.partnerships.rules.facts import PartnerRole
from tests.builders.calls import a_document, escp_4x
from tests.builders.facts import (
    CONSORTIUM,
    DUNAV,
    FILO,
    LINES,
    NORTE,
    PART_B,
    a_line,
    a_partner,
    an_application,
    lists_of,
)

RULES = escp_4x()
DEADLINE = RULES.timetable.deadline.instant
NOW = datetime(2019, 4, 8, 9, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
FIRST, SECOND = UUID(int=1), UUID(int=2)
STRAND = RULES.strands[0].id


def stored(facts: Any) -> Any:
    made = snapshot_of(RULES, facts, reference="C/0001", version=1, received_at=DEADLINE)
    return json.loads(canonical_json(made))


def rules_in(found: tuple[Violation, ...]) -> set[str]:
    return {one.rule for one in found}


questions = st.builds(
    AskedQuestion,
    kind=st.sampled_from(ClarificationKind),
    state=st.sampled_from(ClarificationState),
    due_at=st.sampled_from([NOW - TICK, NOW, NOW + TICK]),
)
findings = st.lists(
    st.builds(Violation, st.just("some.rule"), st.just("Words."), severity=st.sampled_from(Severity)), max_size=3
).map(tuple)
any_facts = st.builds(
    CheckFacts,
    step=st.sampled_from(CheckStep),
    call_state=st.sampled_from(CallState),
    application_state=st.sampled_from(ApplicationState),
    award_decided_at=st.sampled_from([None, NOW]),
    states=st.dictionaries(st.sampled_from(CheckStep), st.sampled_from(CheckState)),
    findings=findings,
    questions=st.lists(questions, max_size=3).map(tuple),
    proposed_by=st.sampled_from([None, FIRST]),
)
"""Any facts at all, most of them impossible: a rule must hold whatever it is told."""
good_facts = st.builds(
    CheckFacts,
    step=st.sampled_from(CheckStep),
    call_state=st.just(CallState.CLOSED),
    application_state=st.just(ApplicationState.SUBMITTED),
    states=st.just(dict.fromkeys(CheckStep, CheckState.PASSED)),
    findings=findings,
    questions=st.lists(questions, max_size=3).map(tuple),
    proposed_by=st.just(FIRST),
)
outcomes, reasons = st.sampled_from(CheckOutcome), st.text(max_size=40)


@given(facts=any_facts | good_facts, outcome=outcomes, reason=reasons)
def test_what_may_be_proposed(facts: CheckFacts, outcome: CheckOutcome, reason: str) -> None:
    if proposal_violations(facts, outcome, reason, NOW):
        return
    assert (facts.call_state, facts.application_state) == (CallState.CLOSED, ApplicationState.SUBMITTED)
    assert facts.award_decided_at is None
    assert all(facts.states[step] is CheckState.PASSED for step in facts.step.before)
    if outcome is CheckOutcome.FAIL or blocking(facts.findings):
        assert len(reason.strip()) >= SHORTEST_REASON
    if outcome is CheckOutcome.FAIL and facts.step is CheckStep.EXCLUSION:
        assert any(one.kind is ClarificationKind.HEARING for one in facts.questions)


@given(facts=any_facts | good_facts, outcome=outcomes)
def test_who_proposed_never_decides(facts: CheckFacts, outcome: CheckOutcome) -> None:
    mine = replace(facts, proposed_by=FIRST)
    assert "checks.four_eyes" in rules_in(decision_violations(mine, outcome, {FIRST}, NOW))
    assert "checks.four_eyes" in rules_in(return_violations(mine, {FIRST}, "x" * SHORTEST_REASON))
    assert "checks.four_eyes" not in rules_in(decision_violations(mine, outcome, {SECOND}, NOW))


@given(facts=good_facts, outcome=outcomes)
def test_nothing_is_decided_while_a_question_can_still_be_answered(facts: CheckFacts, outcome: CheckOutcome) -> None:
    waits = any(one.state is ClarificationState.OPEN and one.due_at >= NOW for one in facts.questions)
    found = rules_in(decision_violations(facts, outcome, {SECOND}, NOW))
    assert ("checks.clarification_open" in found) == waits


@given(facts=good_facts)
def test_an_exclusion_needs_a_hearing_that_was_answered_or_is_over(facts: CheckFacts) -> None:
    heard = any(
        one.kind is ClarificationKind.HEARING
        and one.state is not ClarificationState.WITHDRAWN
        and (one.state is not ClarificationState.OPEN or one.due_at < NOW)
        for one in facts.questions
    )
    excluded = replace(facts, step=CheckStep.EXCLUSION)
    found = rules_in(decision_violations(excluded, CheckOutcome.FAIL, {SECOND}, NOW))
    assert ("checks.hearing" in found) == (not heard)
    assert "checks.hearing" not in rules_in(decision_violations(excluded, CheckOutcome.PASS, {SECOND}, NOW))


@given(facts=any_facts | good_facts)
def test_what_is_clean_can_be_proposed_and_has_no_finding(facts: CheckFacts) -> None:
    if is_clean(facts, NOW):
        assert not facts.findings
        assert not proposal_violations(facts, CheckOutcome.PASS, "", NOW)
        assert facts.states.get(facts.step, CheckState.OPEN) is CheckState.OPEN


@given(facts=any_facts, reason=reasons)
def test_only_the_last_step_is_reopened_and_with_a_reason(facts: CheckFacts, reason: str) -> None:
    if not reopening_violations(facts, reason):
        assert all(facts.states.get(step, CheckState.OPEN) is CheckState.OPEN for step in facts.step.after)
        assert len(reason.strip()) >= SHORTEST_REASON


@given(facts=good_facts, state=st.sampled_from(CheckState))
def test_evidence_is_added_until_the_step_is_decided(facts: CheckFacts, state: CheckState) -> None:
    now = replace(facts, states={facts.step: state})
    assert bool(evidence_violations(now)) == state.decided


CASES = {
    "nothing": an_application(RULES),
    "two countries only": an_application(RULES, partners=(NORTE, FILO, replace(DUNAV, country="IT"))),
    "category not known": an_application(RULES, partners=(NORTE, FILO, replace(DUNAV, region_category=None))),
    "above the cap": an_application(RULES, lines=(*LINES, a_line(FILO, "other_direct", "300000.00"))),
    "too many pages": an_application(RULES, attachments=(replace(PART_B, pages=60),)),
    "no page": an_application(RULES, attachments=(replace(PART_B, pages=0),)),
    "no document": an_application(RULES, attachments=()),
}


def judged(name: str, *, received_at: datetime = DEADLINE) -> tuple[tuple[Violation, ...], tuple[Violation, ...]]:
    """Findings of admissibility and eligibility."""
    content = stored(CASES[name])
    found = submitted_findings(RULES, content, lists_of(RULES))
    return admissibility_findings(RULES, content, found, received_at=received_at), eligibility_findings(found)


@pytest.mark.parametrize("name", CASES)
def test_each_submitted_finding_belongs_to_exactly_one_step(name: str) -> None:
    found = submitted_findings(RULES, stored(CASES[name]), lists_of(RULES))
    admissible, eligible = judged(name)
    assert all((one in admissible) != (one in eligible) for one in found)
    assert all(one in found for one in eligible)


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("nothing", set(), set()),
        ("two countries only", set(), {"eligibility.minimum_countries"}),
        ("category not known", set(), {"eligibility.region_category_unknown"}),
        ("above the cap", set(), {"budget.project_grant_maximum"}),
        ("too many pages", {"form.page_limit"}, set()),
        ("no page", {"admissibility.unreadable"}, set()),
        ("no document", {"form.required"}, set()),
    ],
)
def test_what_each_step_finds(name: str, first: set[str], second: set[str]) -> None:
    admissible, eligible = judged(name)
    assert rules_in(admissible) == first
    assert rules_in(eligible) == second


def test_pages_beyond_the_limit_and_unknown_regions_do_not_refuse() -> None:
    assert not blocking(judged("too many pages")[0])
    assert not blocking(judged("category not known")[1])


def test_one_microsecond_late_is_not_admissible() -> None:
    assert not judged("nothing")[0]
    assert rules_in(judged("nothing", received_at=DEADLINE + TICK)[0]) == {"application.late"}


members = st.sets(st.sampled_from([one.partner_id for one in CONSORTIUM]))


@given(declared=members, clear=members, concern=members)
def test_exclusion_finds_what_is_missing_and_what_worries(
    declared: set[UUID], clear: set[UUID], concern: set[UUID]
) -> None:
    recorded = {(one, "edes"): CheckResult.CLEAR for one in clear}
    recorded |= {(one, "edes"): CheckResult.CONCERN for one in concern}
    found = exclusion_findings(RULES, STRAND, CONSORTIUM, declared=frozenset(declared), recorded=recorded)
    everybody = {one.partner_id for one in CONSORTIUM}

    def about(rule: str) -> set[str]:
        return {one.place for one in found if one.rule == rule}

    assert about("exclusion.declaration_of_honour") == {f"exclusion/{one}" for one in everybody - declared}
    assert about("exclusion.recorded_check") == {f"exclusion/{one}" for one in everybody - clear - concern}
    assert about("exclusion.concern") == {f"exclusion/{one}" for one in concern}


def test_only_the_coordinator_declares_where_the_call_says_so() -> None:
    rules = CallRules.from_plain(a_document({"exclusion.declaration_of_honour.of": "coordinator"}))
    assert who_declares(rules, STRAND, CONSORTIUM) == (NORTE,)
    associated = a_partner("Friends", role=PartnerRole.ASSOCIATED)
    assert who_declares(RULES, STRAND, (*CONSORTIUM, associated)) == CONSORTIUM


def test_what_may_be_recorded_and_declared() -> None:
    friend = a_partner("Friends", role=PartnerRole.ASSOCIATED)
    everybody = (*CONSORTIUM, friend)
    assert not recording_violations(RULES, STRAND, everybody, partner_id=FILO.partner_id, check="edes")
    assert recording_violations(RULES, STRAND, everybody, partner_id=friend.partner_id, check="edes")
    assert recording_violations(RULES, STRAND, everybody, partner_id=FILO.partner_id, check="horoscope")
    late = declaring_violations(
        RULES,
        STRAND,
        everybody,
        partner_id=friend.partner_id,
        declared=frozenset({friend.partner_id}),
        state=ApplicationState.WITHDRAWN,
        exclusion=CheckState.FAILED,
    )
    assert rules_in(late) == {
        "declarations.not_submitted",
        "declarations.decided",
        "declarations.not_asked",
        "declarations.made",
    }
