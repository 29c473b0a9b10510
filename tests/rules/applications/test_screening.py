"""Outcome of the three checks, who acts next and by when; when a question may be asked and answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.applications.rules.check_lifecycle import CHECK, CLARIFICATION, CheckState, CheckStep, ClarificationState
from app.applications.rules.clarifications import (
    LONGEST,
    MOST_TEXT,
    SHORTEST,
    answer_violations,
    asking_violations,
    standing_of,
    upload_violations,
)
from app.applications.rules.lifecycle import ApplicationState
from app.applications.rules.screening import NextActor, Screening, next_step, outcome_of, who_is_next
from tests.builders.calls import escp_4x

RULES = escp_4x()
NOW = datetime(2019, 4, 8, 9, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
SUBMITTED = ApplicationState.SUBMITTED

states = st.dictionaries(st.sampled_from(CheckStep), st.sampled_from(CheckState))
instants = st.integers(-(10**13), 10**13).map(lambda ticks: NOW + timedelta(microseconds=ticks))
questions = st.lists(st.tuples(st.sampled_from(ClarificationState), instants), max_size=4)


@given(given_states=states)
def test_three_passes_admit_and_one_failure_refuses(given_states: dict[CheckStep, CheckState]) -> None:
    outcome, step = outcome_of(SUBMITTED, given_states)
    every = [given_states.get(one, CheckState.OPEN) for one in CheckStep]
    assert (outcome is Screening.ADMITTED) == (every == [CheckState.PASSED] * 3)
    assert (outcome is Screening.REFUSED) == (CheckState.FAILED in every)
    assert (step is not None) == (outcome is Screening.REFUSED)
    assert outcome_of(ApplicationState.WITHDRAWN, given_states) == (Screening.WITHDRAWN, None)


@given(given_states=states, asked=questions)
def test_somebody_acts_next_until_the_checks_are_decided(
    given_states: dict[CheckStep, CheckState], asked: list[tuple[ClarificationState, datetime]]
) -> None:
    coming = who_is_next(SUBMITTED, given_states, asked, NOW)
    outcome, _ = outcome_of(SUBMITTED, given_states)
    assert (coming.actor is NextActor.NOBODY) == (outcome is not Screening.IN_PROGRESS)
    if coming.actor is NextActor.CONSORTIUM:
        assert coming.by is not None
        assert coming.by >= NOW
    else:
        assert coming.by is None
    if coming.actor in {NextActor.OFFICER, NextActor.SECOND_OFFICER}:
        assert coming.step == next_step(given_states)
        proposed = given_states.get(coming.step, CheckState.OPEN) is CheckState.PROPOSED if coming.step else False
        assert proposed == (coming.actor is NextActor.SECOND_OFFICER)


@given(state=st.sampled_from(ClarificationState), due_at=instants)
def test_an_open_question_lapses_one_microsecond_after_it_is_due(state: ClarificationState, due_at: datetime) -> None:
    assert standing_of(state, due_at, due_at) is state
    late = standing_of(state, due_at, due_at + TICK)
    assert late is (ClarificationState.LAPSED if state is ClarificationState.OPEN else state)


@given(due_at=instants)
def test_an_answer_is_due_between_an_hour_and_thirty_days_ahead(due_at: datetime) -> None:
    found = asking_violations(RULES, field=None, due_at=due_at, over=False, now=NOW)
    assert (not found) == (NOW + SHORTEST <= due_at <= NOW + LONGEST)


@given(length=st.integers(0, MOST_TEXT + 2), due_at=instants)
def test_what_an_answer_may_hold_and_when(length: int, due_at: datetime) -> None:
    found = answer_violations(RULES, text="x" * length, field=None, size=None, due_at=due_at, now=NOW)
    assert ("clarifications.late" in {one.rule for one in found}) == (due_at < NOW)
    assert ("clarifications.answer_length" in {one.rule for one in found}) == (not 1 <= length <= MOST_TEXT)


def test_only_documents_of_the_form_can_be_named() -> None:
    due_at = NOW + SHORTEST
    assert not asking_violations(RULES, field="part_b", due_at=due_at, over=False, now=NOW)
    for field in ("acronym", "costs", "nothing"):
        [found] = asking_violations(RULES, field=field, due_at=due_at, over=False, now=NOW)
        assert found.rule == "clarifications.unknown_field"
    assert upload_violations(RULES, "part_b", 10_000_001)
    assert not upload_violations(RULES, None, 10_000_000)


def test_a_check_and_a_question_have_one_beginning_and_known_ends() -> None:
    assert CHECK.events_from(CheckState.OPEN) == ("proposed",)
    ends = {state for state in CLARIFICATION.states if not CLARIFICATION.events_from(state)}
    assert ends == {
        ClarificationState.ACCEPTED,
        ClarificationState.REFUSED,
        ClarificationState.WITHDRAWN,
        ClarificationState.LAPSED,
    }
