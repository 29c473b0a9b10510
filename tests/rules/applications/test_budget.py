"""The arithmetic of a budget: every total closes to the cent, whatever is entered."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.applications.rules.budget import BudgetTable, categories_for, compute_budget, effective_rate
from app.applications.rules.facts import BudgetLine, OwnFunding
from app.calls.rules.call_rules import CallRules
from app.calls.rules.funding_kinds import FlatRateCosts
from app.core.money import Money
from app.core.rates import BASIS_POINTS, Rate
from app.organisations.rules.types import LegalForm
from app.partnerships.rules.facts import PartnerFacts, PartnerRole
from app.partnerships.rules.lifecycle import PartnerState
from tests.builders.calls import escp_4x, rules_with
from tests.builders.facts import CONSORTIUM, DUNAV, FILO, NORTE, a_line, an_id
from tests.strategies.budgets import funding_terms, lines_of, own_funding_of, partners, typed_amounts

MAIN = "main"


def table_of(
    rules: CallRules,
    consortium: tuple[PartnerFacts, ...],
    lines: list[BudgetLine],
    own_funding: list[OwnFunding] | None = None,
) -> BudgetTable:
    return compute_budget(rules, MAIN, partners=consortium, lines=lines, own_funding=own_funding or [])


@given(st.data())
def test_rows_columns_and_groups_close_to_the_cent(data: st.DataObject) -> None:
    rules, consortium = data.draw(funding_terms()), data.draw(partners())
    own = data.draw(own_funding_of(consortium))
    table = table_of(rules, consortium, data.draw(lines_of(consortium, typed_amounts)), own)
    assert Money.total(table.by_category.values()) == table.eligible
    assert Money.total(eligible for eligible, _ in table.by_group.values()) == table.eligible
    assert Money.total(grant for _, grant in table.by_group.values()) == table.maximum
    assert Money.total(row.eligible for row in table.rows) == table.eligible
    assert table.requested + table.own_contribution == table.eligible
    for row in table.rows:
        assert Money.total(row.cells.values()) == row.eligible
        assert Money.total(share.eligible for share in row.shares) == row.eligible
        assert Money.total(share.grant for share in row.shares) == row.maximum
        assert row.requested + row.own_contribution == row.eligible


@given(st.data())
def test_nothing_is_negative_and_nobody_asks_for_more_than_its_costs(data: st.DataObject) -> None:
    rules, consortium = data.draw(funding_terms()), data.draw(partners())
    lines = data.draw(lines_of(consortium, typed_amounts))
    table = table_of(rules, consortium, lines, data.draw(own_funding_of(consortium)))
    for row in table.rows:
        assert all(cell.cents >= 0 for cell in row.cells.values())
        assert Money.zero() <= row.requested <= row.maximum <= row.eligible
    rate = effective_rate(table)
    assert rate is None if not table.eligible else rate is not None and rate <= Rate(BASIS_POINTS)


@given(st.data())
def test_the_order_of_lines_and_how_they_are_divided_change_nothing(data: st.DataObject) -> None:
    rules, consortium = data.draw(funding_terms()), data.draw(partners())
    lines = data.draw(lines_of(consortium))
    shuffled = data.draw(st.permutations(lines))
    halves = [
        replace(line, amount=part) for line in shuffled for part in (line.amount.split([1, 1]) if line.amount else ())
    ]
    assert table_of(rules, consortium, lines) == table_of(rules, consortium, halves)


@given(st.data())
def test_more_costs_never_lower_a_figure(data: st.DataObject) -> None:
    rules, consortium = data.draw(funding_terms()), data.draw(partners())
    lines, more = data.draw(lines_of(consortium)), data.draw(lines_of(consortium))
    own = data.draw(own_funding_of(consortium))
    before, after = table_of(rules, consortium, lines, own), table_of(rules, consortium, [*lines, *more], own)
    for old, new in zip(before.rows, after.rows, strict=True):
        assert new.eligible >= old.eligible
        assert new.maximum >= old.maximum
        assert new.requested >= old.requested


@given(st.data())
def test_rounding_down_never_gives_more_than_the_exact_share_of_the_project(data: st.DataObject) -> None:
    share = data.draw(st.integers(0, BASIS_POINTS).map(Rate))
    rules = rules_with({"funding.rates.standard.rate": str(share), "funding.rounding": "down"})
    consortium = data.draw(partners())
    table = table_of(rules, consortium, data.draw(lines_of(consortium)))
    for group, (eligible, grant) in table.by_group.items():
        assert grant <= eligible.share_down(rules.funding.rate(group).rate)


@given(st.data())
def test_each_partner_stands_for_itself(data: st.DataObject) -> None:
    """A row depends on the partner's own lines only, so the project splits into its partners."""
    rules, consortium = data.draw(funding_terms()), data.draw(partners(2))
    lines = data.draw(lines_of(consortium))
    together = table_of(rules, consortium, lines)
    alone = [table_of(rules, (row.partner,), lines).rows[0] for row in together.rows]
    assert tuple(alone) == together.rows


def test_the_example_of_the_budget_page() -> None:
    """Three partners, two rates, a flat rate on costs other than third parties, rounded down."""
    lines = [
        a_line(NORTE, "personnel", "96,400.00"),
        a_line(NORTE, "other_direct", "21,350.00"),
        a_line(NORTE, "third_parties", "39,000.00"),
        a_line(FILO, "personnel", "88,120.00"),
        a_line(FILO, "other_direct", "18,900.00"),
        a_line(DUNAV, "personnel", "178,500.00"),
        a_line(DUNAV, "other_direct", "12,000.00"),
    ]
    table = table_of(rules_with({"funding.rounding": "down"}), CONSORTIUM, lines)
    assert [row.cells["indirect"].amount for row in table.rows] == ["8242.50", "7491.40", "13335.00"]
    assert [row.eligible.amount for row in table.rows] == ["164992.50", "114511.40", "203835.00"]
    assert [row.requested.amount for row in table.rows] == ["133494.37", "85883.55", "152876.25"]
    assert (table.eligible.amount, table.requested.amount) == ("483338.90", "372254.17")
    assert effective_rate(table) == Rate.percent("77.01")


@pytest.mark.parametrize(("rounding", "requested"), [("down", "0.00"), ("half_up", "0.01"), ("up", "0.01")])
def test_the_call_names_the_rounding(rounding: str, requested: str) -> None:
    rules = rules_with({"funding.rounding": rounding, "funding.cost_categories.indirect.rate": "0 %"})
    table = table_of(rules, CONSORTIUM, [a_line(NORTE, "personnel", "0.01")])
    assert table.requested.amount == requested


def test_rates_by_legal_form_and_none_where_nobody_has_said() -> None:
    rules = rules_with({"funding.rates.standard.by_legal_form": [{"legal_form": "for_profit", "rate": "50 %"}]})
    for form, requested in ((LegalForm.FOR_PROFIT, "53.50"), (LegalForm.NON_PROFIT, "80.25"), (None, "80.25")):
        partner = replace(NORTE, legal_form=form)
        assert table_of(rules, (partner,), [a_line(partner, "personnel", "100.00")]).requested.amount == requested


def test_own_funding_lowers_the_request_and_never_below_nothing() -> None:
    lines = [a_line(NORTE, "third_parties", "100.00")]
    for own, requested in (("0.00", "100.00"), ("30.01", "69.99"), ("100.00", "0.00"), ("100.01", "0.00")):
        table = table_of(escp_4x(), CONSORTIUM, lines, [OwnFunding(NORTE.partner_id, Money.parse(own))])
        assert (table.requested.amount, table.maximum.amount) == (requested, "100.00")


@pytest.mark.parametrize(
    ("role", "state", "has"),
    [
        *(
            (role, state, True)
            for role in (PartnerRole.PARTNER, PartnerRole.AFFILIATED)
            for state in ("accepted", "invited")
        ),
        *((PartnerRole.PARTNER, state, False) for state in ("declined", "left", "removed")),
        (PartnerRole.ASSOCIATED, "accepted", False),
    ],
)
def test_who_has_a_row(role: PartnerRole, state: str, has: bool) -> None:  # noqa: FBT001
    partner = replace(FILO, role=role, state=PartnerState(state))
    table = table_of(escp_4x(), (partner,), [a_line(partner, "personnel", "100.00")])
    assert bool(table.rows) is has
    assert (table.row(partner.partner_id) is not None) is has
    assert bool(table.eligible) is has


def priced_rules() -> CallRules:
    plain = escp_4x().plain()
    common = {"rate_group": "third_parties", "titles": {"en": "Visits"}}
    plain["funding"]["cost_categories"] += [
        {"id": "visits", "code": "C1", "method": "unit_cost", "unit": {"en": "visit"}, "amount": "780.00", **common},
        {"id": "prizes", "code": "C2", "method": "lump_sum", "amount": "500.00", **common},
        {"id": "travel", "code": "C3", "method": "lump_sum", **common},
    ]
    return CallRules.from_plain(plain)


def test_units_are_worth_what_the_call_says_and_nothing_else() -> None:
    lines = [
        BudgetLine(NORTE.partner_id, "visits", Money.parse("1.00"), units=50),
        BudgetLine(NORTE.partner_id, "prizes", units=2),
        BudgetLine(NORTE.partner_id, "prizes", Money.parse("999.00")),
        BudgetLine(NORTE.partner_id, "travel", Money.parse("12.34")),
        BudgetLine(NORTE.partner_id, "visits", units=-3),
    ]
    cells = table_of(priced_rules(), CONSORTIUM, lines).rows[0].cells
    assert (cells["visits"].amount, cells["prizes"].amount, cells["travel"].amount) == ("39000.00", "1000.00", "12.34")


def test_a_category_whose_rate_does_not_apply_in_the_strand_is_not_offered() -> None:
    plain = escp_4x().plain()
    plain["strands"].append({"id": "second", "titles": {"en": "Second"}, "envelope": "1000000.00"})
    plain["funding"]["rates"][1]["strands"] = ["second"]
    rules = CallRules.from_plain(plain)
    offered = {strand: {category.id for category in categories_for(rules, strand)} for strand in (MAIN, "second")}
    assert offered["second"] - offered[MAIN] == {"third_parties"}
    table = table_of(rules, CONSORTIUM, [a_line(NORTE, "third_parties", "39 000.00")])
    assert not table.eligible
    assert "third_parties" not in table.rows[0].cells


def test_lines_of_strangers_and_of_unknown_or_computed_categories_are_left_out() -> None:
    lines = [
        BudgetLine(an_id("stranger"), "personnel", Money.parse("1.00")),
        a_line(NORTE, "unknown", "1.00"),
        a_line(NORTE, "indirect", "1.00"),
    ]
    table = table_of(escp_4x(), CONSORTIUM, lines)
    assert not table.eligible
    assert effective_rate(table) is None


def test_a_flat_rate_is_computed_on_its_base_alone() -> None:
    rules = escp_4x()
    for category, indirect in itertools.product(rules.funding.cost_categories, ["7.00"]):
        if not isinstance(category, FlatRateCosts):
            table = table_of(rules, CONSORTIUM, [a_line(NORTE, category.id, "100.00")])
            expected = "0.00" if category.id == "third_parties" else indirect
            assert table.rows[0].cells["indirect"].amount == expected
