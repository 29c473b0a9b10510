"""What a person types into a sheet is read to the cent or refused with its place."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.applications.rules.budget_input import read_sheet
from app.partnerships.rules.facts import PartnerRole
from app.partnerships.rules.lifecycle import PartnerState
from tests.builders.calls import escp_4x
from tests.builders.facts import FILO, NORTE
from tests.rules.applications.test_budget import priced_rules

RULES = escp_4x()


@dataclass
class Typed:
    category: str
    amount: str = ""
    units: int | None = None


def test_amounts_as_people_type_them() -> None:
    typed = [Typed("personnel", "1 234,50"), Typed("subcontracting", " "), Typed("indirect", "0.00")]
    read = read_sheet(RULES, NORTE, typed, "EUR 12.30")
    assert read.violations == ()
    assert [(line.category_id, line.amount.amount, line.units) for line in read.lines] == [
        ("personnel", "1234.50", None),
        ("subcontracting", "0.00", None),
    ]
    assert {line.partner_id for line in read.lines} == {NORTE.partner_id}
    assert read.own_funding.amount == "12.30"


def test_every_slip_at_once_with_its_place() -> None:
    typed = [
        Typed("personnel", "1.234"),
        Typed("subcontracting", "-1"),
        Typed("travel", "1"),
        Typed("indirect", "1"),
        Typed("third_parties", "5.00"),
    ]
    read = read_sheet(RULES, NORTE, typed, "none")
    place = f"budget/{NORTE.partner_id}"
    assert [(finding.rule, finding.place) for finding in read.violations] == [
        ("budget.unreadable", f"{place}/personnel"),
        ("budget.negative_amount", f"{place}/subcontracting"),
        ("budget.unknown_category", f"{place}/travel"),
        ("budget.computed_category", f"{place}/indirect"),
        ("budget.unreadable", f"{place}/own_funding"),
    ]
    assert read.violations[0].text == "1.234: enter an amount with at most two decimals, such as 1,234.50."
    assert [line.category_id for line in read.lines] == ["third_parties"]


def test_negative_own_funding_is_refused() -> None:
    (found,) = read_sheet(RULES, NORTE, [], "-5.00").violations
    assert found.rule == "budget.negative_amount"


def test_units_are_priced_by_the_call_whatever_was_sent() -> None:
    read = read_sheet(priced_rules(), NORTE, [Typed("visits", "1.00", 50), Typed("prizes")])
    assert [(line.amount.amount, line.units) for line in read.lines] == [("39000.00", 50), ("0.00", 0)]


def test_who_may_have_no_sheet() -> None:
    refused = (
        None,
        replace(FILO, role=PartnerRole.ASSOCIATED),
        replace(FILO, state=PartnerState.LEFT),
    )
    for partner in refused:
        read = read_sheet(RULES, partner, [Typed("personnel", "1.00")])
        assert [finding.rule for finding in read.violations] == ["budget.no_sheet"]
        assert read.lines == ()
