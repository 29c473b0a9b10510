"""The committee: who counts, how many are needed, and what stands in the way."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.evaluation.rules.committee import (
    Tally,
    adoption_findings,
    panel_findings,
    proposal_findings,
    reason_findings,
    tally,
)
from tests.builders.calls import escp_4x, evaluation_with, rules_with

EVALUATION = escp_4x().evaluation
assert EVALUATION is not None
people = st.sets(st.integers(1, 20).map(lambda number: UUID(int=number)), max_size=9)


@given(people, st.dictionaries(st.integers(1, 30).map(lambda number: UUID(int=number)), st.booleans(), max_size=12))
def test_only_members_count_and_more_than_half_must_approve(members: set[UUID], votes: dict[UUID, bool]) -> None:
    found = tally(EVALUATION, members, votes)
    approving = sum(votes.get(member) is True for member in members)
    assert (found.members, found.approvals) == (len(members), approving)
    assert found.carried == (bool(members) and 2 * approving > len(members))
    assert found.approvals + found.against <= len(members)


@given(people, st.integers(1, 5))
def test_a_quorum_of_the_call_takes_its_place(members: set[UUID], quorum: int) -> None:
    evaluation = rules_with(evaluation_with(quorum=quorum)).evaluation
    assert evaluation is not None
    found = tally(evaluation, members, dict.fromkeys(members, True))
    assert found.needed == quorum
    assert found.carried == (len(members) >= quorum)


def test_without_quorum_or_after_a_change_nothing_is_adopted() -> None:
    carried, short = Tally(3, 2, 2, 1), Tally(3, 2, 1, 0)
    assert not adoption_findings(carried, changed=False)
    assert [one.rule for one in adoption_findings(carried, changed=True)] == ["panel.changed_since"]
    [found] = adoption_findings(short, changed=False)
    assert found.text == "1 of 3 members approve this ranking, 2 are needed."


def test_the_panel_begins_when_all_have_concluded() -> None:
    assert not panel_findings(unconcluded=0, applications=3)
    assert [one.rule for one in panel_findings(unconcluded=1, applications=3)] == ["panel.not_concluded"]
    assert [one.rule for one in panel_findings(unconcluded=0, applications=0)] == ["panel.nothing_to_rank"]


@given(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3))
def test_a_proposal_waits_for_every_open_point(unresolved: int, ties: int, unchecked: int) -> None:
    found = proposal_findings(unresolved=unresolved, ties=ties, unchecked=unchecked)
    assert len(found) == sum(bool(number) for number in (unresolved, ties, unchecked))


def test_a_reason_is_more_than_a_word() -> None:
    assert not reason_findings("The experts overlooked annex 2.")
    assert [one.place for one in reason_findings("Better." + " " * 30, "words")] == ["words"]
