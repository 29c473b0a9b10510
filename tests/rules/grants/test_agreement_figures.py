"""Pre-financing, reporting periods and budget lines: every figure of an agreement follows from its call to the cent."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.calls.rules.funding_kinds import Funding, Rounding
from app.calls.rules.grant_kinds import GrantTerms, Prefinancing, ReportingPeriod
from app.core.money import Money
from app.core.rates import Rate
from app.grants.rules.budget_lines import budget_lines
from app.grants.rules.periods import end_of, reporting_periods
from app.grants.rules.prefinancing import advance, due_on, prefinancing_of

amounts = st.integers(0, 10**11).map(Money)
roundings = st.sampled_from(list(Rounding))


@given(amounts, st.integers(0, 10_000), roundings, st.booleans())
def test_a_rate_is_rounded_once_and_in_the_way_of_the_call(
    maximum: Money,
    points: int,
    rounding: Rounding,
    whole: bool,  # noqa: FBT001
) -> None:
    unit = 100 if whole else 1
    exact = Fraction(maximum.cents * points, 10_000)
    found = advance(Prefinancing(rate=Rate(points), rounding=rounding, whole_euro=whole), maximum).cents
    assert found <= maximum.cents
    if found < maximum.cents:
        assert found % unit == 0
        distance = found - exact
        match rounding:
            case Rounding.UP:
                assert 0 <= distance < unit
            case Rounding.DOWN:
                assert -unit < distance <= 0
            case Rounding.HALF_UP:
                assert -Fraction(unit, 2) < distance <= Fraction(unit, 2)


@given(amounts, st.integers(0, 10_000), roundings)
def test_to_the_cent_it_is_the_share_that_budgets_use(maximum: Money, points: int, rounding: Rounding) -> None:
    found = advance(Prefinancing(rate=Rate(points), rounding=rounding), maximum)
    assert found == rounding.share(maximum, Rate(points))


@given(amounts, st.integers(1, 20), roundings, st.integers(0, 2_000))
def test_what_is_held_back_and_what_is_paid_make_the_prefinancing(
    maximum: Money, periods: int, rounding: Rounding, share: int
) -> None:
    terms = GrantTerms(prefinancing=Prefinancing(periods=periods, rounding=rounding), guarantee_share=Rate(share))
    found = prefinancing_of(terms, maximum)
    assert found is not None
    assert found.cash + found.guarantee == found.amount <= maximum
    assert Money(0) <= found.guarantee <= maximum.share_half_up(Rate(share))


def test_no_prefinancing_where_the_call_has_none() -> None:
    assert prefinancing_of(GrantTerms(), Money(100)) is None


@pytest.mark.parametrize("given_both", [{}, {"rate": Rate(1), "periods": 2}])
def test_a_call_gives_either_a_rate_or_periods(given_both: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="either a rate or a number of periods"):
        Prefinancing(**given_both)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("in_force", "start", "due"),
    [
        (date(2019, 10, 14), date(2019, 11, 1), date(2019, 11, 21)),
        (date(2019, 10, 30), date(2019, 11, 1), date(2019, 11, 29)),
    ],
)
def test_the_term_runs_from_the_later_of_two_days(in_force: date, start: date, due: date) -> None:
    assert due_on(Prefinancing(rate=Rate(4000), days=30), in_force, start) == due


@given(st.dates(date(2018, 1, 1), date(2030, 1, 1)), st.integers(1, 60), st.lists(st.integers(1, 22), max_size=5))
def test_periods_cover_the_project_without_a_gap(start: date, months: int, lengths: list[int]) -> None:
    first, wanted = 1, []
    for number, length in enumerate(lengths, start=1):
        wanted.append(ReportingPeriod(number=number, first_month=first, last_month=first + length, payment="interim"))
        first += length + 1
    wanted.append(ReportingPeriod(number=len(lengths) + 1, first_month=first, payment="balance"))
    found = reporting_periods(GrantTerms(reporting_periods=tuple(wanted)), start, months)
    assert found[0].starts_on == start
    assert found[-1].ends_on == end_of(start, months)
    assert [one.payment for one in found].count("balance") == 1
    assert found[-1].payment == "balance"
    for before, after in pairwise(found):
        assert after.starts_on == before.ends_on + timedelta(days=1)


FUNDING = Funding.model_validate_json(
    """{"kind": "grant", "rates": [{"group": "standard", "titles": "All", "rate": "75 %"},
    {"group": "full", "titles": "Support", "rate": "100 %"}], "cost_categories": [
    {"id": "people", "code": "A", "titles": "People", "method": "real", "rate_group": "standard"},
    {"id": "support", "code": "C", "titles": "Support", "method": "real", "rate_group": "full"}]}"""
)


def row(people: int, support: int, requested: int) -> dict[str, object]:
    return {
        "partner": str(uuid4()),
        "costs": {"people": Money(people).as_json(), "support": Money(support).as_json()},
        "shares": [{"group": "standard", "rate": "75 %"}, {"group": "full", "rate": "100 %"}],
        "requested": Money(requested).as_json(),
    }


@given(st.lists(st.tuples(*[st.integers(0, 10**9)] * 2), min_size=1, max_size=6), st.integers(1, 10**9))
def test_lines_add_up_to_the_maximum_grant_and_partners_get_what_they_asked(
    costs: list[tuple[int, int]], less: int
) -> None:
    rows = [row(people, support, people * 3 // 4 + support) for people, support in costs]
    requested = Money.total(Money(people * 3 // 4 + support) for people, support in costs)
    lines = budget_lines(FUNDING, rows, requested)
    assert Money.total(line.grant for line in lines) == requested
    for one, (people, support) in zip(rows, costs, strict=True):
        mine = [line for line in lines if str(line.partner_id) == one["partner"]]
        assert Money.total(line.grant for line in mine) == Money(people * 3 // 4 + support)
        assert Money.total(line.cost for line in mine) == Money(people + support)
    assert all(line.grant <= line.cost for line in lines)
    if requested:
        part = Money(min(less, requested.cents))
        assert Money.total(line.grant for line in budget_lines(FUNDING, rows, part)) == part


SMALL = Funding.model_validate_json(
    """{"kind": "grant", "rates": [{"group": "full", "titles": "Support", "rate": "100 %"},
    {"group": "small", "titles": "Rest", "rate": "20 %"}], "cost_categories": [
    {"id": "support", "code": "A", "titles": "Support", "method": "real", "rate_group": "full"},
    {"id": "rest", "code": "B", "titles": "Rest", "method": "real", "rate_group": "small"},
    {"id": "more", "code": "C", "titles": "More", "method": "real", "rate_group": "small"},
    {"id": "other", "code": "D", "titles": "Other", "method": "real", "rate_group": "small"}]}"""
)


@given(st.integers(1, 5000), st.lists(st.integers(0, 3), min_size=3, max_size=3))
def test_a_cent_that_was_rounded_up_goes_to_a_line_that_costs_it(support: int, rest: list[int]) -> None:
    costs = {"support": support, "rest": rest[0], "more": rest[1], "other": rest[2]}
    wanted = support + (sum(rest) * 2 + 5) // 10  # 20 % of the rest, half a cent upwards
    asked = {
        "partner": str(uuid4()),
        "costs": {name: Money(cents).as_json() for name, cents in costs.items()},
        "shares": [{"group": "full", "rate": "100 %"}, {"group": "small", "rate": "20 %"}],
        "requested": Money(wanted).as_json(),
    }
    lines = budget_lines(SMALL, [asked], Money(wanted))
    assert Money.total(line.grant for line in lines) == Money(wanted)
    assert all(line.grant <= line.cost for line in lines)
