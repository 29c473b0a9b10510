"""Worked examples from published calls (W-04, W-08, W-09, W-11, W-27): the product must come to the same figures."""

from __future__ import annotations

from datetime import date

import pytest

from app.applications.rules.budget import BudgetTable, compute_budget
from app.applications.rules.facts import BudgetLine
from app.applications.rules.submission import check_application
from app.calls.rules.call_rules import CallRules
from app.calls.rules.funding_kinds import ProjectGrantCeiling
from app.cascade.rules.exchange_amount import Stay, exchange_amount, stay_findings
from app.core.money import Money
from app.core.violations import blocking
from app.grants.rules.prefinancing import prefinancing_of
from app.grants.rules.redress import terms
from app.reference.queries import lump_sum
from app.reference.rules.holidays import is_working_day
from tests.builders.calls import escp_4x
from tests.builders.facts import DUNAV, FILO, NORTE, a_line, an_application


def budget_of(rules: CallRules, *lines: BudgetLine) -> BudgetTable:
    return compute_budget(rules, rules.strands[0].id, partners=(NORTE, FILO, DUNAV), lines=lines)


def capped_at(cap: str) -> CallRules:
    """The 2018 call with the cap of another call and no flat rate: costs at 75 % alone."""
    plain = escp_4x().plain()
    plain["funding"]["ceilings"][0] = {"kind": "project_grant", "maximum": cap}
    plain["funding"]["cost_categories"][-1]["rate"] = "0 %"
    plain["strands"][0]["envelope"] = "10000000.00"
    return CallRules.from_plain(plain)


@pytest.mark.parametrize(
    ("cap", "least_costs"),
    [
        ("187500.00", "250000.00"),
        ("450000.00", "600000.00"),
        ("200000.00", "266666.67"),
        ("448750.00", "598333.33"),
        ("350000.00", "466666.67"),
        ("360000.00", "480000.00"),
    ],
)
def test_W_04_least_eligible_costs_at_the_cap(cap: str, least_costs: str) -> None:  # noqa: N802
    rules, least, cent = capped_at(cap), Money.parse(least_costs), Money(1)
    ceiling = rules.rule_of(ProjectGrantCeiling)
    assert ceiling is not None
    assert ceiling.maximum == Money.parse(cap)
    assert ceiling.maximum.base_for_share_up(rules.funding.rate("standard").rate) in {least, least + cent}
    assert budget_of(rules, BudgetLine(NORTE.partner_id, "personnel", least)).requested == ceiling.maximum
    below = least - cent - cent  # one cent of grant stands for four thirds of a cent of costs
    assert budget_of(rules, BudgetLine(NORTE.partner_id, "personnel", below)).requested < ceiling.maximum


def test_W_04_the_cap_of_the_shipped_call_is_met_by_480_000_and_broken_by_one_cent_of_grant() -> None:  # noqa: N802
    rules = escp_4x()
    lines = (
        a_line(NORTE, "personnel", "150 000.00"),
        a_line(FILO, "personnel", "150 000.00"),
        a_line(DUNAV, "personnel", "148 598.13"),
    )
    table = budget_of(rules, *lines)
    assert (table.eligible.amount, table.requested.amount) == ("480000.00", "360000.00")
    assert check_application(rules, an_application(rules, lines=lines)) == ()
    more = (*lines, a_line(DUNAV, "personnel", "0.01"))
    (found,) = blocking(check_application(rules, an_application(rules, lines=more)))
    assert found.rule == ProjectGrantCeiling.maximum_rule
    assert "EUR 360,000.01 of EUR 360,000.00" in found.text


def test_W_08_fifty_visits_in_full_and_the_rest_at_75_percent() -> None:  # noqa: N802
    rules = escp_4x()
    visits = Money.parse("780.00").times(50)
    lines = (
        BudgetLine(NORTE.partner_id, "third_parties", visits),
        a_line(NORTE, "personnel", "150 000.00"),
        a_line(FILO, "personnel", "150 000.00"),
        a_line(DUNAV, "personnel", "100 000.00"),
    )
    table = budget_of(rules, *lines)
    assert table.by_group["third_parties"] == (Money.parse("39 000.00"), Money.parse("39 000.00"))
    assert table.by_group["standard"] == (Money.parse("428 000.00"), Money.parse("321 000.00"))
    assert (table.eligible.amount, table.requested.amount) == ("467000.00", "360000.00")
    assert check_application(rules, an_application(rules, lines=lines)) == ()


def test_W_27_a_letter_of_1_september_can_be_contested_until_12_october() -> None:  # noqa: N802
    """Never opened it counts as received on the 11th; the 11th of October 2020 is a Sunday."""
    rules = escp_4x()
    found = terms(date(2020, 9, 1), rules.grant, is_working_day)
    assert (rules.grant.deemed_receipt_days, rules.grant.redress_days) == (10, 30)
    assert found.received_on == date(2020, 9, 11)
    assert found.redress_until == date(2020, 10, 12)


@pytest.mark.parametrize(
    ("last_day", "distance_km", "amount"),
    [
        (date(2020, 2, 7), 1_200, "780.00"),
        (date(2020, 2, 5), 1_200, "390.00"),
        (date(2020, 2, 7), 150, "390.00"),
        (date(2020, 2, 5), 150, "390.00"),
    ],
)
def test_W_09_a_host_in_portugal_pays_780_for_five_days_and_390_for_three(  # noqa: N802
    last_day: date, distance_km: int, amount: str
) -> None:
    stay = Stay("ES", "PT", distance_km, date(2020, 2, 3), last_day)
    known = lump_sum(stay.host_country, stay.first_day)
    assert known is not None
    assert list(stay_findings(stay)) == []
    assert exchange_amount(known.ceiling, stay).amount == Money.parse(amount)


def test_W_11_prefinancing_of_three_periods_is_rounded_up_and_the_fund_is_held_back() -> None:  # noqa: N802
    plain = escp_4x().plain()
    plain["grant"]["prefinancing"] = {"periods": 3, "rounding": "up", "whole_euro": True, "days": 30}
    plain["grant"]["guarantee_share"] = "5 %"
    found = prefinancing_of(CallRules.from_plain(plain).grant, Money.parse("1 000 000.00"))
    assert found is not None
    assert found.amount == Money.parse("333 334.00")
    assert found.guarantee == Money.parse("50 000.00")
    assert found.cash == Money.parse("283 334.00")
