"""The ranking: a total order that needs nothing hidden, and a line that the money draws."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calls.rules.call_rules import CallRules
from app.core.money import Money
from app.evaluation.rules.ranking import BY_REFERENCE, Candidate, Standing, envelopes_of, rank
from tests.builders.calls import a_document, escp_4x, evaluation_with, rules_with
from tests.strategies.rankings import candidates, ranking_rules

FUNDED = (Standing.MAIN, Standing.RESERVE)


def a_candidate(number: int, total: int = 80, requested: str = "300000.00", **given: object) -> Candidate:
    values: dict[str, object] = {
        "application_id": UUID(int=number),
        "reference": f"CALL/{number:04d}",
        "strand": "main",
        "scores": {"relevance": Decimal(24), "quality": Decimal(24), "impact": Decimal(16), "budget": Decimal(16)},
        "total": Decimal(total),
        "passes": True,
        "requested": Money.parse(requested),
        "countries": 3,
    }
    return Candidate(**(values | given))  # type: ignore[arg-type]  # one value per field


def order(ranked: object) -> list[int]:
    return [entry.candidate.application_id.int for entry in ranked.entries]  # type: ignore[attr-defined]


@given(ranking_rules(), candidates(), st.randoms(use_true_random=False))
def test_the_order_in_which_they_come_changes_nothing(
    rules: CallRules, given_: tuple[Candidate, ...], chance: Random
) -> None:
    shuffled = list(given_)
    chance.shuffle(shuffled)
    assert rank(rules, shuffled) == rank(rules, given_)


@given(ranking_rules(), candidates())
def test_it_is_a_total_order_of_all(rules: CallRules, given_: tuple[Candidate, ...]) -> None:
    ranked = rank(rules, given_)
    assert sorted(order(ranked)) == sorted(one.application_id.int for one in given_)
    placed = [entry for entry in ranked.entries if entry.standing in FUNDED]
    assert [entry.position for entry in placed] == list(range(1, len(placed) + 1))
    for above, below in pairwise(placed):
        assert above.candidate.total >= below.candidate.total
        assert below.decided_by == "total" or above.candidate.total == below.candidate.total


@given(ranking_rules(), candidates())
def test_the_main_list_fits_its_envelope_to_the_cent(rules: CallRules, given_: tuple[Candidate, ...]) -> None:
    ranked = rank(rules, given_)
    [line] = ranked.lines
    main = [entry.candidate.requested for entry in ranked.entries if entry.standing is Standing.MAIN]
    assert Money.total(main) == line.funded
    assert line.funded + line.left == line.available
    assert line.left >= Money(0)


@given(ranking_rules(), candidates())
def test_nobody_below_the_line_is_funded_above_somebody_who_is_not(
    rules: CallRules, given_: tuple[Candidate, ...]
) -> None:
    standings = [entry.standing for entry in rank(rules, given_).entries if entry.standing in FUNDED]
    if rules.evaluation is not None and rules.evaluation.line != "skips":
        assert standings == sorted(standings, key=FUNDED.index)


@given(ranking_rules(), candidates())
def test_where_later_ones_may_follow_whoever_waits_does_not_fit(
    rules: CallRules, given_: tuple[Candidate, ...]
) -> None:
    """The exception that a call may state: who is passed over asks for more than was left at its turn."""
    ranked, funded = rank(rules, given_), Money(0)
    [line] = ranked.lines
    for entry in (one for one in ranked.entries if one.standing in FUNDED):
        fits = funded + entry.candidate.requested <= line.available
        if entry.standing is Standing.MAIN:
            assert fits
            funded += entry.candidate.requested
        elif rules.evaluation is not None and rules.evaluation.line == "skips":
            assert not fits


@given(ranking_rules(), candidates())
def test_no_rank_depends_on_what_the_record_does_not_print(rules: CallRules, given_: tuple[Candidate, ...]) -> None:
    """Another key of the same application changes no place: references decide where all else is equal."""
    renamed = [replace(one, application_id=UUID(int=10**6 - one.application_id.int)) for one in given_]
    names = [entry.candidate.reference for entry in rank(rules, given_).entries]
    assert [entry.candidate.reference for entry in rank(rules, renamed).entries] == names


@given(ranking_rules(), candidates())
def test_below_a_threshold_or_without_means_nothing_is_funded(rules: CallRules, given_: tuple[Candidate, ...]) -> None:
    for entry in rank(rules, given_).entries:
        one = entry.candidate
        assert (entry.standing in FUNDED) == (one.passes and one.selected)
        assert (entry.position is None) == (entry.standing not in FUNDED)


@given(ranking_rules(), candidates(), st.integers(0, 24), st.integers(0, 5))
def test_a_better_total_never_costs_a_place(
    rules: CallRules, given_: tuple[Candidate, ...], which: int, more: int
) -> None:
    if not given_:
        return
    chosen = given_[which % len(given_)]
    if not (chosen.passes and chosen.selected):
        return
    better = [replace(one, total=one.total + more) if one is chosen else one for one in given_]
    before, after = rank(rules, given_), rank(rules, better)
    places = [
        next(e.position for e in ranked.entries if e.candidate.application_id == chosen.application_id)
        for ranked in (before, after)
    ]
    assert places[1] <= places[0]  # type: ignore[operator]  # both are placed


@given(ranking_rules(), candidates())
def test_a_tie_is_told_exactly_where_only_references_decide(rules: CallRules, given_: tuple[Candidate, ...]) -> None:
    ranked = rank(rules, given_)
    told = {application for group in ranked.ties for application in group}
    decided = [entry for entry in ranked.entries if entry.standing in FUNDED and entry.decided_by == BY_REFERENCE]
    leaves_to_panel = rules.evaluation is not None and any(
        comparator.kind == "panel_decision" for comparator in rules.evaluation.tie_breaks
    )
    if not leaves_to_panel:
        assert not told
    else:
        assert {entry.candidate.application_id for entry in decided} <= told
        assert all(len(group) > 1 for group in ranked.ties)


def test_W_07_ten_at_the_cap_leave_nothing() -> None:  # noqa: N802  # the oracle's name
    ranked = rank(escp_4x(), [a_candidate(number, 90 - number, "360000.00") for number in range(1, 13)])
    [line] = ranked.lines
    assert [entry.standing for entry in ranked.entries] == [Standing.MAIN] * 10 + [Standing.RESERVE] * 2
    assert (line.funded, line.left, line.after) == (Money.parse("3600000.00"), Money(0), 10)
    assert line.next_needs == Money.parse("360000.00")
    twelve = rank(escp_4x(), [a_candidate(number, 90 - number, "300000.00") for number in range(1, 13)])
    assert {entry.standing for entry in twelve.entries} == {Standing.MAIN}
    assert twelve.lines[0].left == Money(0)


def test_the_first_that_no_longer_fits_closes_the_list_unless_the_call_says_otherwise() -> None:
    asked = [
        a_candidate(1, 90, "600000.00"),
        a_candidate(2, 80, "500000.00"),
        a_candidate(3, 70, "400000.00"),
    ]
    stops = rank(rules_with({"strands.main.envelope": "1000000.00"}), asked)
    skips = rank(rules_with({"strands.main.envelope": "1000000.00"} | evaluation_with(line="skips")), asked)
    assert [entry.standing for entry in stops.entries] == [Standing.MAIN, Standing.RESERVE, Standing.RESERVE]
    assert [entry.standing for entry in skips.entries] == [Standing.MAIN, Standing.RESERVE, Standing.MAIN]
    assert stops.lines[0].left == Money.parse("400000.00")
    assert skips.lines[0].left == Money(0)
    assert [entry.reserve for entry in stops.entries] == [None, 1, 2]


@pytest.mark.parametrize(
    ("better", "decided"),
    [
        ({"scores": {"relevance": Decimal(25), "quality": Decimal(23)}}, "criterion_score:relevance"),
        ({"countries": 4}, "number_of_countries"),
        ({"panel_order": 1}, "panel_decision"),
        ({}, BY_REFERENCE),
    ],
)
def test_the_comparators_of_the_call_decide_in_their_order(better: dict[str, object], decided: str) -> None:
    first, second = a_candidate(1), a_candidate(2, **better)
    ranked = rank(escp_4x(), [first, second])
    assert ranked.entries[1].decided_by == decided
    assert order(ranked) == ([1, 2] if decided == BY_REFERENCE else [2, 1])
    assert bool(ranked.ties) == (decided == BY_REFERENCE)


def test_strands_have_lists_of_their_own_and_pools_are_shared() -> None:
    two = [
        {"id": "a", "titles": "A", "pool": "both"},
        {"id": "b", "titles": "B", "pool": "both"},
        {"id": "c", "titles": "C", "envelope": "100000.00"},
    ]
    plain = a_document() | {"strands": two, "pools": [{"id": "both", "titles": "Both", "envelope": "500000.00"}]}
    rules = CallRules.from_plain(plain)
    assert [code for code, _ in envelopes_of(rules)] == ["c", "both"]
    given_ = [
        a_candidate(1, 90, strand="a"),
        a_candidate(2, 80, strand="b"),
        a_candidate(3, 70, "90000.00", strand="c"),
    ]
    ranked = rank(rules, given_)
    assert {entry.candidate.application_id.int: (entry.envelope, entry.standing) for entry in ranked.entries} == {
        1: ("both", Standing.MAIN),
        2: ("both", Standing.RESERVE),
        3: ("c", Standing.MAIN),
    }
    assert ranked.standing_of(UUID(int=2)) is Standing.RESERVE
    with pytest.raises(KeyError):
        ranked.standing_of(UUID(int=9))
