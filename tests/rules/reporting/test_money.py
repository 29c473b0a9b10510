"""Contribution, payment due, final grant and balance: exact, within every ceiling, explained step by step."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.applications.rules.budget import compute_budget
from app.calls.rules.call_rules import CallRules
from app.calls.rules.grant_kinds import GrantTerms, NoProfit
from app.core.money import Money
from app.core.rates import Rate
from app.organisations.rules.types import LegalForm
from app.reporting.rules.calculation import Decided, calculate
from app.reporting.rules.final_grant import Accepted, settle
from app.reporting.rules.grant_share import contribution
from app.reporting.rules.payment_due import interim_ceiling, interim_due, nothing_due, room_for_interims
from app.reporting.rules.periods import PaymentAfter
from app.reporting.rules.sheet import Paid, Sheet, sheet_from
from tests.builders.calls import rules_with
from tests.builders.facts import a_partner
from tests.strategies.budgets import funding_terms, lines_of, partners, rates

MAIN = "main"
AMOUNTS = st.integers(0, 10**9).map(Money)
NOTHING = Money.zero()


@dataclass(frozen=True)
class Cost:
    partner_id: UUID
    category: str
    amount: Money


def euro(text: str) -> Money:
    return Money.parse(text)


def terms(ceiling: str | None) -> GrantTerms:
    return GrantTerms(interim_ceiling=Rate.percent(ceiling) if ceiling else None)


def closes(sheet: Sheet) -> None:
    assert Money.total(step.amount for step in sheet.steps) == sheet.total
    running = NOTHING
    for step in sheet.steps:
        running += step.amount
        assert step.running == running
    assert sheet_from(sheet.plain()) == sheet


def innovation_action() -> CallRules:
    return rules_with(
        {
            "funding.rates.standard.rate": "70 %",
            "funding.rates.standard.by_legal_form": [{"legal_form": "non_profit", "rate": "100 %"}],
            "funding.cost_categories.indirect.rate": "25 %",
        }
    )


@pytest.mark.parametrize(("form", "grant"), [(LegalForm.FOR_PROFIT, "87.50"), (LegalForm.NON_PROFIT, "125.00")])
def test_W_10_rates_of_innovation_actions(form: LegalForm, grant: str) -> None:  # noqa: N802
    partner = a_partner(legal_form=form)
    table = contribution(innovation_action(), MAIN, [partner], [Cost(partner.partner_id, "personnel", euro("100"))])
    assert (table.eligible, table.maximum) == (euro("125.00"), euro(grant))


def test_W_12_interim_ceiling() -> None:  # noqa: N802
    paid = Paid(prefinancing=euro("333 334.00"), withheld=euro("50 000.00"))
    assert room_for_interims(terms("90"), euro("1 000 000.00"), paid) == euro("566 666.00")
    assert interim_due(terms("90"), euro("1 000 000.00"), euro("700 000.00"), paid).total == euro("566 666.00")
    assert interim_due(terms("90"), euro("1 000 000.00"), euro("566 665.99"), paid).total == euro("566 665.99")


@given(st.integers(1, 10**9).map(lambda hundred: Money(hundred * 100)))
def test_W_13_a_quarter_is_left_after_65_percent(maximum: Money) -> None:  # noqa: N802
    paid = Paid(prefinancing=maximum.share_down(Rate.percent(65)), withheld=maximum.share_down(Rate.percent(5)))
    assert room_for_interims(terms("90"), maximum, paid) == maximum.share_down(Rate.percent(25))


def test_W_14_a_capped_schedule_without_interest() -> None:  # noqa: N802
    maximum, call = euro("3 000 000.00"), terms("90")
    contributions = [euro("1 000 000.00"), euro("800 000.00"), euro("1 200 000.00")]
    first = interim_due(call, maximum, contributions[0], Paid(euro("1 600 000.00"))).total
    second = interim_due(call, maximum, contributions[1], Paid(euro("1 600 000.00"), first)).total
    assert (first, second) == (euro("1 000 000.00"), euro("100 000.00"))
    accepted = [Accepted(number, one.times(2), one) for number, one in enumerate(contributions, start=1)]
    settlement = settle(maximum, accepted, Paid(euro("1 600 000.00"), first + second))
    assert (settlement.final_grant, settlement.due) == (maximum, euro("300 000.00"))


@given(st.data())
def test_a_claim_that_equals_the_budget_yields_the_grant_of_the_budget(data: st.DataObject) -> None:
    rules, consortium = data.draw(funding_terms()), data.draw(partners())
    lines = data.draw(lines_of(consortium))
    costs = [Cost(line.partner_id, line.category_id, line.amount) for line in lines]
    claimed = contribution(rules, MAIN, consortium, costs)
    assert claimed == compute_budget(rules, MAIN, partners=consortium, lines=lines)
    assert contribution(rules, MAIN, consortium, costs[::-1]).maximum == claimed.maximum
    turned = contribution(rules, MAIN, consortium[::-1], costs)
    assert (turned.eligible, turned.maximum) == (claimed.eligible, claimed.maximum), "the order of partners is nothing"
    assert claimed.maximum <= claimed.eligible


def test_only_whole_units_count() -> None:
    category = {"id": "visits", "code": "F", "titles": {"en": "Visits"}, "rate_group": "standard"}
    priced = category | {"method": "unit_cost", "unit": {"en": "visit"}, "amount": "600.00"}
    rules = rules_with({"funding.cost_categories": [priced], "funding.rates.standard.rate": "100 %"})
    partner = a_partner()
    table = contribution(rules, MAIN, [partner], [Cost(partner.partner_id, "visits", euro("1 999.99"))])
    assert table.eligible == euro("1 800.00")


@given(rates, AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_an_interim_payment_keeps_its_ceiling_and_its_steps_add_up(  # independent figures
    rate: Rate, maximum: Money, share: Money, carried: Money, prefinancing: Money, interims: Money
) -> None:
    call, paid = GrantTerms(interim_ceiling=rate), Paid(prefinancing, interims)
    sheet = interim_due(call, maximum, share, paid, carried=carried)
    closes(sheet)
    assert NOTHING <= sheet.total <= share + carried
    if sheet.total:
        assert paid.counted + sheet.total <= interim_ceiling(call, maximum) <= maximum
    assert interim_ceiling(GrantTerms(), maximum) == maximum
    closes(nothing_due(share))
    assert nothing_due(share).total == NOTHING


PERIODS = st.lists(st.tuples(AMOUNTS, AMOUNTS, AMOUNTS), max_size=6)


@given(AMOUNTS, PERIODS, AMOUNTS, AMOUNTS, st.data())
def test_the_final_grant_never_exceeds_its_maximum_nor_falls_below_zero(
    maximum: Money,
    periods: list[tuple[Money, Money, Money]],
    prefinancing: Money,
    reduction: Money,
    data: st.DataObject,
) -> None:
    accepted = [
        Accepted(number, eligible, min(share, eligible), receipts)
        for number, (eligible, share, receipts) in enumerate(periods, start=1)
    ]
    withheld = data.draw(st.integers(0, prefinancing.cents).map(Money))
    paid = Paid(prefinancing, data.draw(AMOUNTS), withheld)
    found = settle(maximum, accepted, paid, reduction=reduction)
    closes(found.sheet)
    assert NOTHING <= found.final_grant <= maximum
    assert found.balance == found.final_grant - paid.counted + withheld
    assert found.due - found.recovery == found.balance
    assert not (found.due and found.recovery)
    assert found.final_grant <= Money.total(one.contribution for one in accepted)
    shuffled = data.draw(st.permutations(accepted))
    assert settle(maximum, shuffled, paid, reduction=reduction) == found
    assert settle(maximum, accepted, paid, reduction=reduction + Money(1)).final_grant <= found.final_grant


def test_profit_is_taken_off_in_the_share_of_the_grant() -> None:
    accepted = [Accepted(1, euro("1 000.00"), euro("750.00"), euro("350.00"))]
    found = settle(euro("900.00"), accepted, Paid())
    assert found.final_grant == euro("675.00"), "100 of profit at 75 %"
    assert settle(euro("900.00"), [Accepted(1, euro("1 000.00"), euro("750.00"), euro("250.00"))], Paid()).due == euro(
        "750.00"
    )


@given(st.integers(1, 200_000_00).map(Money), AMOUNTS)
def test_receipts_lower_no_grant_of_low_value_and_none_of_a_call_without_that_rule(
    grant: Money, receipts: Money
) -> None:
    low = Money(60_000_00)
    costs = Decided(Accepted(1, grant, grant, receipts), PaymentAfter.BALANCE)
    for rule, counts in (
        (NoProfit(), True),
        (NoProfit(low_value=low), grant > low),
        (NoProfit(applies=False), False),
    ):
        assert rule.counts_for(grant) is counts
        found = calculate(GrantTerms(no_profit=rule), grant, costs, [], Paid())
        assert found.final_grant == (max(grant - receipts, NOTHING) if counts else grant)
        closes(found.sheet)


def test_what_was_paid_too_much_comes_back() -> None:
    found = settle(
        euro("1 000.00"), [Accepted(1, euro("400.00"), euro("300.00"))], Paid(euro("650.00"), withheld=euro("50.00"))
    )
    assert (found.due, found.recovery) == (NOTHING, euro("300.00")), "600 were paid out"


def test_a_reduction_has_no_negative_amount() -> None:
    with pytest.raises(ValueError, match="zero or more"):
        settle(euro("1.00"), [], Paid(), reduction=Money(-1))
