"""What if: a larger envelope takes nobody's money, a smaller one gives nobody any; nothing else is touched."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Money
from app.evaluation.rules.ranking import AS_THE_CALL_SAYS, Candidate, Supposition, envelopes_of, rank
from app.evaluation.rules.what_if import Moves, moves
from tests.builders.calls import escp_4x

RULES = escp_4x()
[(CODE, _)] = envelopes_of(RULES)
REQUESTS = st.lists(st.integers(1, 200_000_000), min_size=1, max_size=25)


def some(requests: list[int]) -> list[Candidate]:
    return [
        Candidate(
            UUID(int=at), f"C/{at:04d}", RULES.strands[0].id, {}, Decimal(99 - at), passes=True, requested=Money(cents)
        )
        for at, cents in enumerate(requests)
    ]


@given(REQUESTS, st.integers(0, 10**9))
def test_more_money_lets_nobody_fall_out_where_the_line_stops(requests: list[int], more: int) -> None:
    candidates = some(requests)
    before = rank(RULES, candidates)
    after = rank(RULES, candidates, Supposition({CODE: before.lines[0].available + Money(more)}))
    assert moves(before, after).leave == ()
    assert moves(after, before).enter == ()


@given(REQUESTS)
def test_without_another_supposition_nothing_moves(requests: list[int]) -> None:
    candidates = some(requests)
    assert moves(rank(RULES, candidates), rank(RULES, candidates, AS_THE_CALL_SAYS)) == Moves((), ())


@given(REQUESTS)
def test_passing_over_only_lets_applications_in(requests: list[int]) -> None:
    candidates = some(requests)
    assert moves(rank(RULES, candidates), rank(RULES, candidates, Supposition(skips=True))).leave == ()
