"""What is refused in a budget, with both figures, and what would mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from app.applications.rules.budget import compute_budget
from app.applications.rules.budget_findings import budget_findings
from app.applications.rules.budget_meters import BudgetMeter, budget_meters, reaching_smes
from app.applications.rules.facts import ApplicationFacts, BudgetLine, OwnFunding
from app.calls.rules.call_rules import CallRules
from app.calls.rules.funding_kinds import ProjectGrantCeiling, Rounding
from app.core.money import Money
from app.core.rates import Rate
from app.core.violations import Severity, Violation, fill
from app.partnerships.rules.facts import PartnerRole
from app.partnerships.rules.lifecycle import PartnerState
from tests.builders.calls import escp_4x, rules_with
from tests.builders.facts import CONSORTIUM, DUNAV, FILO, NORTE, a_line, an_application, an_id


def rules_of(*ceilings: dict[str, Any], **funding: Any) -> CallRules:
    """The 2018 call without a flat rate and with these ceilings instead of its own."""
    plain = escp_4x().plain()
    plain["funding"] |= {"ceilings": list(ceilings), **funding}
    plain["funding"]["cost_categories"][-1]["rate"] = "0 %"
    plain["provenance"] = {
        path: origin for path, origin in plain["provenance"].items() if not path.startswith("funding.ceilings")
    }
    return CallRules.from_plain(plain)


CAP = {"kind": "project_grant", "maximum": "360000.00"}
HALF_FOR_ONE = {"kind": "partner_share", "maximum": "50 %"}
LITTLE_SUBCONTRACTING = {"kind": "category_share", "categories": ["subcontracting"], "maximum": "30 %"}


def findings_of(rules: CallRules, lines: Sequence[BudgetLine], **given: Any) -> tuple[Violation, ...]:
    facts = an_application(rules, lines=tuple(lines), **given)
    return budget_findings(rules, facts, table_of(rules, facts))


def table_of(rules: CallRules, facts: ApplicationFacts) -> Any:
    return compute_budget(
        rules, facts.strand, partners=facts.partners, lines=facts.lines, own_funding=facts.own_funding
    )


def stopping(found: tuple[Violation, ...]) -> list[str]:
    return [finding.rule for finding in found if finding.severity is Severity.BLOCKING]


def cure_of(finding: Violation) -> str:
    return fill(finding.cure, finding.figures)


def test_360_000_passes_and_one_cent_more_is_refused_with_both_figures() -> None:
    rules = rules_of(CAP)
    exact = [a_line(NORTE, "third_parties", "360 000.00")]
    assert stopping(findings_of(rules, exact)) == []
    (found,) = (f for f in findings_of(rules, [*exact, a_line(NORTE, "third_parties", "0.01")]) if f.place == "budget")
    assert found.rule == ProjectGrantCeiling.maximum_rule
    assert found.text == "Grant requested: EUR 360,000.01 of EUR 360,000.00: over by EUR 0.01."
    assert cure_of(found) == "Lower eligible costs at 100 % by EUR 0.01, or raise own funding by EUR 0.01."


def test_the_finding_of_the_budget_page() -> None:
    rules = rules_with({"funding.rounding": "down"})
    lines = [
        a_line(NORTE, "personnel", "117,750.00"),
        a_line(NORTE, "third_parties", "39,000.00"),
        a_line(FILO, "personnel", "107,020.00"),
        a_line(DUNAV, "personnel", "190,500.00"),
    ]
    (found,) = findings_of(rules, lines)
    assert found.text == "Grant requested: EUR 372,254.17 of EUR 360,000.00: over by EUR 12,254.17."
    assert cure_of(found) == "Lower eligible costs at 75 % by EUR 16,338.90, or raise own funding by EUR 12,254.17."
    assert found.source
    mended = findings_of(rules, lines, own_funding=(OwnFunding(DUNAV.partner_id, Money.parse("12,254.17")),))
    assert mended == ()


@given(st.integers(1, 10**8), st.integers(1, 10_000).map(Rate), st.sampled_from(Rounding))
def test_the_cure_of_an_excess_cures_it(over_costs: int, rate: Rate, rounding: Rounding) -> None:
    plain = rules_of(CAP, rounding=rounding.value).plain()
    plain["funding"]["rates"][0]["rate"] = str(rate)
    rules = CallRules.from_plain(plain)
    start = Money.parse("360 000.00").base_for_share_up(rate)
    line = BudgetLine(NORTE.partner_id, "personnel", start + Money(over_costs))
    found = [one for one in findings_of(rules, [line]) if one.rule == ProjectGrantCeiling.maximum_rule]
    assume(found)
    lower, over = found[0].figures["lower"], found[0].figures["over"]
    assert isinstance(lower, Money)
    assert isinstance(over, Money)
    assert stopping(findings_of(rules, [replace(line, amount=line.amount - lower)])) == []
    assert stopping(findings_of(rules, [line], own_funding=(OwnFunding(NORTE.partner_id, over),))) == []


def test_a_cure_taken_from_several_partners_covers_their_rounding() -> None:
    rules = rules_of(CAP)
    lines = [a_line(partner, "personnel", "300 000.00") for partner in CONSORTIUM]
    (found,) = findings_of(rules, lines)
    assert cure_of(found) == "Lower eligible costs at 75 % by EUR 420,000.02, or raise own funding by EUR 315,000.00."
    left = [a_line(NORTE, "personnel", "300 000.00"), a_line(FILO, "personnel", "179 999.98")]
    assert stopping(findings_of(rules, left)) == []


def test_only_own_funding_is_named_where_costs_at_the_main_rate_are_too_low() -> None:
    plain = rules_of({"kind": "project_grant", "maximum": "10.00"}).plain()
    plain["funding"]["rates"][0]["rate"] = "50 %"
    rules = CallRules.from_plain(plain)
    lines = [a_line(NORTE, "third_parties", "15.00"), a_line(NORTE, "personnel", "28.00")]
    found = findings_of(rules, lines)
    assert cure_of(found[-1]) == "Raise own funding by EUR 19.00."


def test_only_own_funding_is_named_where_grant_is_left_unclaimed_already() -> None:
    lines = [a_line(NORTE, "third_parties", "400 000.00")]
    found = findings_of(rules_of(CAP), lines, own_funding=(OwnFunding(NORTE.partner_id, Money.parse("1.00")),))
    assert cure_of(found[-1]) == "Raise own funding by EUR 39,999.00."


def test_a_project_below_the_smallest_grant() -> None:
    rules = rules_of({"kind": "project_grant", "minimum": "100000.00"})
    assert stopping(findings_of(rules, [a_line(NORTE, "third_parties", "100 000.00")])) == []
    found = findings_of(rules, [a_line(NORTE, "third_parties", "99 999.99")])
    assert stopping(found) == [ProjectGrantCeiling.minimum_rule]
    assert found[-1].text == (
        "Grant requested: EUR 99,999.99. The call funds projects from EUR 100,000.00: EUR 0.01 is lacking."
    )


def test_a_partner_with_more_than_its_share_of_the_grant() -> None:
    rules = rules_of(HALF_FOR_ONE)
    lines = [a_line(NORTE, "third_parties", "50.00"), a_line(FILO, "third_parties", "50.00")]
    assert stopping(findings_of(rules, lines)) == []
    found = findings_of(rules, [*lines, a_line(FILO, "third_parties", "0.02")])
    assert stopping(found) == ["budget.partner_share"]
    assert found[-1].place == f"budget/{FILO.partner_id}"
    assert found[-1].text == (
        "Filo Rete asks for EUR 50.02, more than 50 % of the grant, which is EUR 50.01: over by EUR 0.01."
    )


def test_a_category_with_more_than_its_share_of_the_costs() -> None:
    rules = rules_of(LITTLE_SUBCONTRACTING)
    lines = [a_line(NORTE, "personnel", "70.00"), a_line(NORTE, "subcontracting", "30.00")]
    assert stopping(findings_of(rules, lines)) == []
    found = findings_of(rules, [*lines, a_line(NORTE, "subcontracting", "0.01")])
    assert stopping(found) == ["budget.category_share"]
    assert "EUR 30.01, more than 30 % of the total costs, which is EUR 30.00: over by EUR 0.01." in found[-1].text


def sme_rules() -> CallRules:
    plain = rules_of().plain()
    plain["eligibility"].append({"kind": "sme_share_of_budget", "minimum": "75 %"})
    return CallRules.from_plain(plain)


def test_the_share_of_smes_counts_partners_and_declared_support() -> None:
    rules = sme_rules()
    lines = [a_line(NORTE, "personnel", "30.00"), a_line(FILO, "personnel", "70.01")]
    consortium = (NORTE, replace(FILO, sme=True), DUNAV)
    found = findings_of(rules, lines, partners=consortium)
    assert stopping(found) == ["eligibility.sme_share_of_budget"]
    assert found[-1].text == "EUR 70.01 of the budget reaches SMEs; 75 % is EUR 75.01: EUR 5.00 is lacking."
    support = Money.parse("5.00")
    assert stopping(findings_of(rules, lines, partners=consortium, support_to_smes=support)) == []
    almost = Money.parse("4.99")
    assert stopping(findings_of(rules, lines, partners=consortium, support_to_smes=almost)) != []


def test_declared_support_never_counts_beyond_the_costs_of_the_others_nor_below_nothing() -> None:
    rules = sme_rules()
    facts = an_application(
        rules, lines=(a_line(NORTE, "personnel", "30.00"),), partners=(NORTE, replace(FILO, sme=True), DUNAV)
    )
    table = table_of(rules, facts)
    assert reaching_smes(table, Money.parse("1 000.00")) == Money.parse("30.00")
    assert reaching_smes(table, Money.parse("-1.00")) == Money.zero()


def test_lines_that_cannot_stand() -> None:
    rules = rules_of()
    associated = replace(FILO, role=PartnerRole.ASSOCIATED)
    gone, invited = replace(DUNAV, state=PartnerState.LEFT), replace(NORTE, state=PartnerState.INVITED)
    lines = [
        a_line(NORTE, "personnel", "1.00"),
        a_line(NORTE, "travel", "2.00"),
        a_line(NORTE, "indirect", "3.00"),
        a_line(NORTE, "personnel", "-4.00"),
        a_line(NORTE, "subcontracting", "0.00"),
        BudgetLine(NORTE.partner_id, "personnel", units=-1),
        a_line(associated, "personnel", "5.00"),
        a_line(associated, "subcontracting", "6.00"),
        a_line(gone, "personnel", "7.00"),
        BudgetLine(an_id("stranger"), "personnel", Money.parse("8.00")),
        a_line(gone, "unknown", "0.00"),
    ]
    found = findings_of(rules, lines, partners=(invited, associated, gone))
    assert [(one.rule, one.place.removeprefix("budget/")) for one in found] == [
        ("budget.partner_not_confirmed", f"{NORTE.partner_id}"),
        ("budget.unknown_category", f"{NORTE.partner_id}/travel"),
        ("budget.computed_category", f"{NORTE.partner_id}/indirect"),
        ("budget.negative_amount", f"{NORTE.partner_id}/personnel"),
        ("budget.negative_amount", f"{NORTE.partner_id}/personnel"),
        ("budget.associated_partner", f"{FILO.partner_id}"),
        ("budget.not_in_partnership", f"{DUNAV.partner_id}"),
        ("budget.not_in_partnership", f"{an_id('stranger')}"),
    ]
    assert found[3].text == "EUR -4.00 is below zero; costs are zero or more."
    assert found[4].text == "-1 is below zero; costs are zero or more."
    assert "An organisation is not in the partnership" in found[-1].text


def test_own_funding_below_zero_or_above_the_grant() -> None:
    lines = [a_line(NORTE, "third_parties", "100.00")]
    own = {
        name: (OwnFunding(partner, Money.parse(amount)),)
        for name, partner, amount in (
            ("all", NORTE.partner_id, "100.00"),
            ("more", NORTE.partner_id, "100.01"),
            ("less", NORTE.partner_id, "-0.01"),
            ("stranger", an_id("stranger"), "5.00"),
        )
    }
    found = {name: stopping(findings_of(rules_of(), lines, own_funding=given)) for name, given in own.items()}
    assert found == {
        "all": [],
        "more": ["budget.own_funding_above_grant"],
        "less": ["budget.negative_own_funding"],
        "stranger": [],
    }


def test_an_empty_budget_stops_and_a_partner_without_costs_only_warns() -> None:
    ceilings = (CAP, HALF_FOR_ONE, {"kind": "project_grant", "minimum": "1.00"})
    (empty,) = findings_of(rules_of(*ceilings), [])
    assert (empty.rule, empty.severity, empty.place) == ("budget.empty", Severity.BLOCKING, "budget")
    found = findings_of(rules_of(), [a_line(DUNAV, "personnel", "1.00")])
    assert [(one.rule, one.severity) for one in found] == [("budget.no_costs", Severity.WARNING)] * 2
    assert cure_of(found[0]) == "Enter the costs of Norte Têxtil."
    assert "associated" in cure_of(found[1])


def test_partners_that_need_no_costs_are_not_warned_about() -> None:
    affiliated = replace(FILO, role=PartnerRole.AFFILIATED)
    invited = replace(DUNAV, state=PartnerState.INVITED)
    found = findings_of(rules_of(), [a_line(NORTE, "personnel", "1.00")], partners=(NORTE, affiliated, invited))
    assert found == ()


def test_meters_show_used_limit_and_left() -> None:
    rules = sme_rules()
    plain = rules.plain()
    other_strand = {"kind": "project_grant", "maximum": "1.00", "strands": ["second"]}
    plain["funding"]["ceilings"] = [
        CAP | {"minimum": "1000.00"},
        other_strand,
        HALF_FOR_ONE,
        LITTLE_SUBCONTRACTING,
        {"kind": "duration", "min_months": 1, "max_months": 2},
    ]
    rules = CallRules.from_plain(plain)
    facts = an_application(rules, lines=(a_line(NORTE, "third_parties", "90 000.00"),))
    meters = budget_meters(rules, facts.strand, table_of(rules, facts))
    assert [meter.label for meter in meters] == [
        "Grant requested",
        "Smallest grant",
        *["Share of the grant"] * 3,
        "Share of the costs",
        "Budget for SMEs",
    ]
    first = meters[0]
    assert (first.left.amount, first.over.amount, first.percent, first.met) == ("270000.00", "0.00", 25, True)
    assert (meters[2].place, meters[2].over.amount) == (f"budget/{NORTE.partner_id}", "45000.00")
    assert (meters[5].place, meters[5].limit.amount) == ("budget", "27000.00")
    assert (meters[6].met, meters[6].left.amount) == (False, "67500.00")


def test_a_limit_of_nothing_has_no_percentage() -> None:
    rule = ProjectGrantCeiling(maximum=Money.zero())
    meter = BudgetMeter(rule, rule.maximum_rule, "Grant requested", Money(1), Money.zero())
    assert meter.percent is None
    assert not meter.met
