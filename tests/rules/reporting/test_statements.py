"""Statements, verdicts, submission, closure and tasks: every finding at once, and nothing rounded in silence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Money
from app.core.violations import Severity, blocking
from app.infra.ids import new_id
from app.notifications.rules.reporting_tasks import ReportWork, reporting_tasks
from app.notifications.rules.tasks import TaskKind
from app.reporting.rules.assessment import Judgement, Verdict, acceptance_findings, judgement_findings
from app.reporting.rules.calculation import (
    Decided,
    calculate,
    carried,
    open_payment_findings,
    reduction_findings,
    superseded_findings,
)
from app.reporting.rules.closing import ToClose, closing_findings
from app.reporting.rules.costs import MAX_COSTS, Cost, read_costs
from app.reporting.rules.final_grant import Accepted
from app.reporting.rules.lifecycle import DECIDED, REPORT, WRITABLE, ReportState
from app.reporting.rules.periods import PaymentAfter, Period
from app.reporting.rules.sheet import Paid
from app.reporting.rules.statements import Project, StatementFacts, statement_findings
from app.reporting.rules.submission import ReportFacts, check_report, earlier_findings, reason_findings
from app.reporting.rules.summary import Spent, summarise
from app.reporting.rules.technical import (
    MAX_TEXT,
    TEXTS,
    IndicatorTarget,
    IndicatorValue,
    indicator_findings,
    storable_texts,
    storable_values,
)
from app.reporting.rules.third_parties import taking_back_findings
from app.reporting.schemas import SaveTexts
from tests.builders.calls import escp_4x
from tests.builders.facts import FILO, NORTE

MAIN = escp_4x().strands[0].id
FIRST = Period(1, date(2020, 1, 1), date(2020, 12, 31), date(2021, 3, 1), PaymentAfter.INTERIM)
LAST = Period(2, date(2021, 1, 1), date(2021, 12, 31), date(2022, 3, 1), PaymentAfter.BALANCE)
PROJECT = Project(FIRST.starts_on, LAST.ends_on)
AMOUNTS = st.integers(0, 10**9).map(Money)


@dataclass(frozen=True)
class Typed:
    category: str = "personnel"
    words: str = "Work"
    first_day: str = "2020-03-01"
    last_day: str = ""
    amount: str = "100.00"
    units: int | None = None


def a_cost(first: date, last: date | None = None, amount: str = "100.00", number: int = 1, words: str = "Work") -> Cost:
    return Cost(NORTE.partner_id, number, "personnel", words, first, last or first, Money.parse(amount))


def rules_of(statement: StatementFacts, period: Period = FIRST) -> dict[str, Severity]:
    return {one.rule: one.severity for one in statement_findings(escp_4x(), MAIN, period, PROJECT, statement)}


def a_statement(*costs: Cost, budget: str = "1000000.00", certificate: bool = False) -> StatementFacts:
    return StatementFacts(
        NORTE, costs, {"personnel": Money.parse(budget), "indirect": Money.parse(budget)}, certificate=certificate
    )


@given(st.lists(st.tuples(st.integers(0, 10**8), st.booleans()), max_size=12))
def test_what_is_typed_is_read_to_the_cent_and_blank_lines_are_none(amounts: list[tuple[int, bool]]) -> None:
    typed = [
        Typed(amount=Money(cents).amount) if kept else Typed("personnel", "", "", "", "") for cents, kept in amounts
    ]
    read = read_costs(escp_4x(), MAIN, NORTE.partner_id, typed)
    assert not read.violations
    assert [cost.amount.cents for cost in read.costs] == [cents for cents, kept in amounts if kept]
    assert [cost.number for cost in read.costs] == list(range(1, len(read.costs) + 1))


@pytest.mark.parametrize(
    ("line", "rule", "place"),
    [
        (Typed(amount="1.005"), "statement.unreadable", "costs/2/amount"),
        (Typed(amount="1.234"), "statement.unreadable", "costs/2/amount"),
        (Typed(amount="-0.01"), "statement.negative_amount", "costs/2/amount"),
        (Typed(category="boats"), "budget.unknown_category", "costs/2/category"),
        (Typed(category="indirect"), "budget.computed_category", "costs/2/category"),
        (Typed(last_day="31 March"), "statement.unreadable", "costs/2/last_day"),
        (Typed(words="x" * 301), "statement.words_too_long", "costs/2/words"),
    ],
)
def test_a_slip_is_named_at_its_line(line: Typed, rule: str, place: str) -> None:
    found = read_costs(escp_4x(), MAIN, NORTE.partner_id, [Typed(), line, Typed(amount="?")]).violations
    assert [(one.rule, one.place) for one in found] == [(rule, place), ("statement.unreadable", "costs/3/amount")]


def test_a_statement_has_a_largest_size() -> None:
    found = read_costs(escp_4x(), MAIN, NORTE.partner_id, [Typed()] * (MAX_COSTS + 1)).violations
    assert [one.rule for one in found] == ["statement.too_many_lines"]


@given(st.dates(date(2019, 6, 1), date(2022, 12, 31)), st.integers(0, 200))
def test_days_of_the_period_pass_and_days_outside_the_project_never(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    found = rules_of(a_statement(a_cost(first, last)))
    inside = first >= FIRST.starts_on and last <= FIRST.ends_on
    assert (found == {}) == inside
    if first < PROJECT.starts_on or last > FIRST.ends_on:
        assert Severity.BLOCKING in found.values()


def test_late_costs_of_an_earlier_period_and_of_the_final_report_are_only_pointed_out() -> None:
    assert rules_of(a_statement(a_cost(date(2020, 5, 1))), LAST) == {"statement.earlier_period": Severity.WARNING}
    assert rules_of(a_statement(a_cost(date(2022, 1, 20))), LAST) == {"statement.final_report_costs": Severity.WARNING}
    assert rules_of(a_statement(a_cost(date(2022, 3, 2))), LAST) == {"statement.after_period": Severity.BLOCKING}


def test_travel_to_the_kick_off_may_fall_before_the_start_and_nothing_else_may() -> None:
    before = PROJECT.starts_on - timedelta(days=1)
    for category, severity in (
        ("other_direct", "statement.kick_off_travel"),
        ("personnel", "statement.before_project"),
    ):
        cost = replace(a_cost(before, PROJECT.starts_on), category=category)
        expected = Severity.WARNING if category == "other_direct" else Severity.BLOCKING
        found = rules_of(a_statement(cost, budget="1000.00"))
        assert found[severity] is expected
        assert [one for one, how in found.items() if how is Severity.BLOCKING] == [severity][: category == "personnel"]


def test_a_line_says_what_when_and_how_much() -> None:
    empty = replace(a_cost(date(2020, 1, 1), amount="0.00", words=""), first_day=None, last_day=None)
    assert set(rules_of(a_statement(empty))) == {"statement.no_words", "statement.no_amount", "statement.no_day"}
    assert set(rules_of(a_statement(a_cost(date(2020, 2, 2), date(2020, 2, 1))))) == {"statement.days_reversed"}


def test_more_than_the_budget_is_a_warning_because_transfers_are_free() -> None:
    over = a_statement(a_cost(date(2020, 2, 2), amount="1000.01"), budget="1000.00")
    assert rules_of(over) == {"statement.over_budget": Severity.WARNING}
    used = replace(
        a_statement(a_cost(date(2020, 2, 2), amount="600.00"), budget="1000.00"), used={"personnel": Money(40_001)}
    )
    assert rules_of(used) == {"statement.over_budget": Severity.WARNING}


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_support_that_is_not_in_the_register_is_pointed_out(claimed: Money, before: Money, recorded: Money) -> None:
    cost = replace(a_cost(date(2020, 2, 2)), category="third_parties", amount=claimed)
    wide = {"third_parties": Money(10**12)}
    statement = StatementFacts(NORTE, (cost,), wide, {"third_parties": before}, recorded=recorded)
    over = claimed + before > recorded
    assert (rules_of(statement).get("statement.support_not_recorded") is Severity.WARNING) == over
    plain = replace(statement, costs=(replace(cost, category="personnel"),), used={"personnel": before})
    assert "statement.support_not_recorded" not in rules_of(plain)


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_the_register_never_falls_below_what_was_accepted(amount: Money, others: Money, accepted: Money) -> None:
    found = taking_back_findings(amount, amount + others, accepted)
    assert bool(found) == (accepted > others)


def test_a_certificate_is_due_at_the_threshold_with_the_final_report_over_all_periods() -> None:
    # 75 % of 433 333.33 are 324 999.99 or 325 000.00: the threshold of the call is 325 000.00
    assert "statement.certificate_missing" not in rules_of(
        a_statement(a_cost(date(2021, 2, 2), amount="433333.32")), LAST
    )
    reached = a_statement(a_cost(date(2021, 2, 2), amount="433333.34"))
    assert rules_of(reached, LAST)["statement.certificate_missing"] is Severity.BLOCKING
    assert "statement.certificate_missing" not in rules_of(reached)
    together = replace(
        a_statement(a_cost(date(2021, 2, 2), amount="0.02")), earlier=(a_cost(date(2020, 2, 2), amount="433333.32"),)
    )
    assert "statement.certificate_missing" in rules_of(together, LAST)
    assert "statement.certificate_missing" not in rules_of(replace(reached, certificate=True), LAST)


@given(AMOUNTS, st.sampled_from(Verdict), st.none() | AMOUNTS, st.text(max_size=30))
def test_a_verdict_never_accepts_more_than_was_claimed(
    claimed: Money, verdict: Verdict, amount: Money | None, reason: str
) -> None:
    judgement = Judgement(verdict, amount, reason)
    if not judgement_findings(judgement, claimed):
        assert Money(0) <= judgement.accepts(claimed) <= claimed
        assert (judgement.accepts(claimed) == claimed) == (verdict is Verdict.ACCEPTED or not claimed)
        assert verdict is Verdict.ACCEPTED or len(reason.strip()) >= 10


def test_a_reduction_of_units_leaves_whole_units() -> None:
    reason, price = "Two of the visits did not take place.", Money(60_000)
    wrong = judgement_findings(Judgement(Verdict.REDUCED, Money(60_001), reason), Money(180_000), price=price)
    assert [one.rule for one in wrong] == ["assessment.whole_units"]
    assert not judgement_findings(Judgement(Verdict.REDUCED, price, reason), Money(180_000), price=price)


@dataclass(frozen=True)
class Line:
    amount: Money
    verdict: Verdict | None
    accepted: Money | None = None


def test_every_cost_has_a_decision_before_the_report_has_one() -> None:
    lines = [Line(Money(1), Verdict.ACCEPTED), Line(Money(1), None), Line(Money(1), None)]
    (found,) = acceptance_findings(lines)
    assert found.figures["left"] == 2
    assert acceptance_findings(lines[:1]) == acceptance_findings([]) == ()


TARGETS = (IndicatorTarget("visits", "Visits", "visits", 50), IndicatorTarget("labels", "Labels", "labels", None))


def a_report(**given: object) -> ReportFacts:
    complete = ReportFacts(
        period=FIRST,
        project=PROJECT,
        strand=MAIN,
        texts={text.id: "Words." for text in TEXTS},
        targets=TARGETS,
        values=(IndicatorValue("visits", 20), IndicatorValue("labels", 0)),
        statements=(replace(a_statement(a_cost(date(2020, 2, 2))), signed=True),),
    )
    return replace(complete, **given)  # type: ignore[arg-type]


def found_in(report: ReportFacts, today: date = date(2021, 1, 1)) -> dict[str, Severity]:
    return {one.rule: one.severity for one in check_report(escp_4x(), report, today=today)}


def test_a_complete_report_passes_from_the_day_after_its_period_and_late_ones_are_taken() -> None:
    assert found_in(a_report()) == {}
    assert found_in(a_report(), FIRST.ends_on) == {"report.period_runs": Severity.BLOCKING}
    assert found_in(a_report(), FIRST.due_on) == {}
    assert found_in(a_report(), FIRST.due_on + timedelta(days=1)) == {"report.late": Severity.WARNING}


def test_everything_that_is_missing_is_named() -> None:
    unsigned = a_statement(a_cost(date(2020, 2, 2)))
    report = a_report(texts={}, values=(IndicatorValue("visits", None),), statements=(unsigned,))
    found = blocking(check_report(escp_4x(), report, today=date(2021, 1, 1)))
    texts = sum(1 for text in TEXTS if text.required)
    assert len(found) == texts + 1 + len(TARGETS)


def test_a_missed_target_is_explained_with_the_final_report() -> None:
    low = (IndicatorValue("visits", 49), IndicatorValue("labels", 0))
    assert not list(indicator_findings(TARGETS, low, final=False))
    (found,) = indicator_findings(TARGETS, low, final=True)
    assert (found.rule, found.figures["value"], found.figures["target"]) == ("report.indicator_missed", 49, 50)
    explained = (IndicatorValue("visits", 49, "Borders were closed."), low[1])
    assert not list(indicator_findings(TARGETS, explained, final=True))


def test_only_what_the_report_has_is_stored() -> None:
    assert {one.rule for one in storable_texts({"poem": "x", "work": "y" * (MAX_TEXT + 1)})} == {
        "report.unknown_text",
        "report.text_too_long",
    }
    assert not storable_texts(SaveTexts().texts())
    values = [IndicatorValue("visits", -1), IndicatorValue("moons", 1), IndicatorValue("labels", None)]
    assert {one.rule for one in storable_values(TARGETS, values)} == {
        "report.indicator_value",
        "report.unknown_indicator",
    }


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=4))
def test_planned_used_claimed_and_left_close_in_rows_and_columns(amounts: list[tuple[Money, Money]]) -> None:
    costs = [
        Cost(partner.partner_id, number, "personnel", "x", None, None, claimed)
        for number, (claimed, _) in enumerate(amounts, start=1)
        for partner in (NORTE, FILO)
    ]
    counted = [replace(one, amount=min(one.amount, limit)) for one, (_, limit) in zip(costs, amounts * 2, strict=False)]
    budget = {(NORTE.partner_id, "personnel"): Money(5_000_000)}
    found = summarise(escp_4x(), MAIN, (NORTE, FILO), budget, Spent(costs, counted), [costs])
    total = found.total
    assert total.before == total.claimed
    assert total.left == total.budget - total.before - total.claimed
    after = summarise(escp_4x(), MAIN, (NORTE, FILO), budget, Spent(costs, counted, decided=True), [costs]).total
    assert after.left == total.budget - total.before - total.accepted
    by_category = [found.of_category(category.id) for category in found.categories]
    for name in ("budget", "before", "claimed", "accepted"):
        assert Money.total(getattr(one, name) for one in by_category) == getattr(total, name)
        assert Money.total(getattr(row.total, name) for row in found.rows) == getattr(total, name)
    assert found.claimed_contribution <= total.claimed
    assert Money.total(row.claimed_contribution for row in found.rows) == found.claimed_contribution


def test_a_period_without_a_payment_counts_with_the_next_one() -> None:
    terms, maximum = escp_4x().grant, Money(100_000_000)
    silent = Decided(Accepted(1, Money(2_000), Money(1_500)), PaymentAfter.NONE)
    assert calculate(terms, maximum, silent, [], Paid()).due == Money(0)
    paid = Decided(Accepted(2, Money(2_000), Money(1_000)), PaymentAfter.INTERIM)
    assert calculate(terms, maximum, paid, [silent], Paid()).due == Money(2_500)
    assert carried([silent, paid]) == Money(0), "the interim payment took it along"


def test_an_interim_that_came_back_is_asked_for_until_the_balance_and_its_room_is_kept() -> None:
    terms, maximum = escp_4x().grant, Money(100_000)
    assert terms.interim_ceiling is not None
    ceiling = maximum.share_down(terms.interim_ceiling)
    first = Decided(Accepted(1, ceiling, ceiling - Money(10_000)), PaymentAfter.INTERIM, ceiling - Money(10_000))
    second = Decided(Accepted(2, ceiling, ceiling), PaymentAfter.INTERIM)
    assert calculate(terms, maximum, second, [first], Paid()).due == Money(10_000), (
        "the first came back, and is still due"
    )
    assert not superseded_findings(1, [(1, PaymentAfter.INTERIM), (2, PaymentAfter.INTERIM)])
    (found,) = superseded_findings(1, [(2, PaymentAfter.INTERIM), (3, PaymentAfter.BALANCE)])
    assert found.figures["later"] == 3
    assert not superseded_findings(1, [(3, PaymentAfter.BALANCE)], lost=True)


def test_the_grant_is_reduced_with_the_final_report_only_and_with_a_reason() -> None:
    assert {one.rule for one in reduction_findings(PaymentAfter.INTERIM, Money(1), " ")} == {
        "settlement.reduction_too_early",
        "settlement.reduction_reason",
    }
    assert [one.rule for one in reduction_findings(PaymentAfter.BALANCE, Money(-1), "x")] == [
        "settlement.negative_reduction"
    ]
    assert reduction_findings(PaymentAfter.INTERIM, Money(0), "") == ()
    assert open_payment_findings(PaymentAfter.INTERIM, ["PAY-1"]) == ()
    assert [one.figures["reference"] for one in open_payment_findings(PaymentAfter.BALANCE, ["PAY-1"])] == ["PAY-1"]


def test_a_grant_is_closed_when_nothing_is_open() -> None:
    done = {1: ReportState.ACCEPTED, 2: ReportState.REJECTED}
    assert closing_findings(ToClose(done)) == ()
    everything = ToClose({1: ReportState.RETURNED}, unpaid=(2,), owed={3: Money(1)})
    assert [one.rule for one in closing_findings(everything)] == [
        "closing.report_open",
        "closing.unpaid",
        "closing.owed",
    ]
    assert [one.rule for one in closing_findings(ToClose({}))] == ["closing.no_report"]


def test_reports_are_decided_in_their_order_and_with_reasons() -> None:
    assert earlier_findings({1: ReportState.ACCEPTED}) == ()
    (found,) = earlier_findings({2: ReportState.SUBMITTED, 1: ReportState.DRAFT})
    assert found.figures["number"] == 1
    assert reason_findings("short")
    assert not reason_findings("x" * 20)
    assert not WRITABLE & DECIDED
    for state in DECIDED:
        assert REPORT.events_from(state) == ()


def a_work(**given: object) -> ReportWork:
    work = ReportWork(
        grant_id=new_id(),
        acronym="CIRCTEX",
        reference="R/GA",
        call="C",
        number=1,
        state=ReportState.DRAFT,
        ends_on=FIRST.ends_on,
        due_on=FIRST.due_on,
        coordinates=False,
        takes_part=False,
        officer=False,
        lacks_statement=True,
        unpaid=False,
    )
    return replace(work, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"coordinates": True}, TaskKind.WRITE_PERIODIC_REPORT),
        ({"coordinates": True, "state": ReportState.RETURNED}, TaskKind.CORRECT_PERIODIC_REPORT),
        ({"takes_part": True, "state": ReportState.RETURNED}, TaskKind.CORRECT_STATEMENT),
        ({"takes_part": True, "state": ReportState.RETURNED, "lacks_statement": False}, None),
        ({"coordinates": True, "state": ReportState.SUBMITTED}, None),
        ({"takes_part": True}, TaskKind.FILL_IN_STATEMENT),
        ({"takes_part": True, "lacks_statement": False}, None),
        ({"officer": True}, None),
        ({"officer": True, "state": ReportState.SUBMITTED}, TaskKind.JUDGE_PERIODIC_REPORT),
        ({"officer": True, "state": ReportState.ACCEPTED, "unpaid": True}, TaskKind.ASK_FOR_PAYMENT),
        ({"coordinates": True, "ends_on": date(2021, 6, 30)}, None),
    ],
)
def test_who_finds_what_on_the_start_page(given: dict[str, object], kind: TaskKind | None) -> None:
    assert [task.kind for task in reporting_tasks([a_work(**given)], date(2021, 1, 5))] == ([kind] if kind else [])
