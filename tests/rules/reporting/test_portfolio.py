"""What is next, by when and how late; how far a project is; which grants of a portfolio fit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Money
from app.grants.rules.grant_lifecycle import GrantState
from app.grants.rules.standing import Acts
from app.infra.ids import new_id
from app.payments.rules.circuit import Act
from app.reporting.rules.lateness import (
    LATE_STEPS,
    GrantClock,
    NextAct,
    PaymentClock,
    ReportClock,
    Step,
    days_late,
    next_act,
    open_acts,
)
from app.reporting.rules.lifecycle import WRITABLE, ReportState
from app.reporting.rules.portfolio import Figure, PortfolioFilter, PortfolioRow, figures_of, narrowed, ordered
from app.reporting.rules.progress import Progress, Standing, expected_by, percent_of, progress_of
from app.reporting.rules.technical import IndicatorTarget

DAYS = st.dates(date(2019, 1, 1), date(2022, 12, 31))
REPORTS = st.builds(
    ReportClock,
    number=st.integers(1, 4),
    state=st.sampled_from(ReportState),
    due_on=DAYS,
    submitted_on=DAYS,
    due=st.booleans(),
    owed_by=st.none() | DAYS,
)
PAYMENTS = st.builds(PaymentClock, due_on=DAYS, since=st.none() | DAYS, act=st.none() | st.sampled_from(Act))
CLOCKS = st.builds(
    GrantClock,
    state=st.sampled_from(GrantState),
    acts=st.none() | st.sampled_from(Acts),
    prepare_by=DAYS,
    prefinance_by=st.none() | DAYS,
    payment_days=st.integers(0, 120),
    reports=st.lists(REPORTS, max_size=3).map(tuple),
    payments=st.lists(PAYMENTS, max_size=2).map(tuple),
    end_on=DAYS,
)
DAY = date(2020, 12, 31)
RUNNING = GrantClock(GrantState.RUNNING, payment_days=90, end_on=date(2021, 10, 31))


@given(CLOCKS, DAYS)
def test_a_grant_is_late_by_the_days_of_its_most_urgent_act(clock: GrantClock, today: date) -> None:
    days = [act.by for act in open_acts(clock, today) if act.step in LATE_STEPS and act.by is not None]
    assert days_late(clock, today) == max((today - min(days)).days, 0) if days else days_late(clock, today) == 0
    assert next_act(clock, today).by in {None, *days, clock.end_on}


@given(CLOCKS, DAYS, st.integers(1, 400))
def test_waiting_never_makes_it_less_late(clock: GrantClock, today: date, days: int) -> None:
    sooner, later = days_late(clock, today), days_late(clock, today + timedelta(days=days))
    assert sooner <= later <= sooner + days


@given(CLOCKS, DAYS)
def test_what_is_over_is_never_late(clock: GrantClock, today: date) -> None:
    for state in (GrantState.CLOSED, GrantState.TERMINATED, GrantState.ABANDONED):
        over = replace(clock, state=state)
        if state is GrantState.CLOSED:
            done = tuple(replace(one, due=False) for one in clock.reports)
            over = replace(over, payments=(), reports=done)
        assert next_act(over, today) == NextAct(Step.NOTHING)
        assert days_late(over, today) == 0


@given(CLOCKS, DAYS)
def test_a_payment_that_stands_still_makes_nothing_late(clock: GrantClock, today: date) -> None:
    still = replace(clock, payments=tuple(PaymentClock(one.due_on, since=DAY) for one in clock.payments))
    assert days_late(still, today) == days_late(replace(clock, payments=()), today)


@pytest.mark.parametrize(
    ("clock", "step", "late"),
    [
        (GrantClock(GrantState.PREPARATION, prepare_by=date(2020, 12, 30)), Step.PREPARE, 1),
        (GrantClock(GrantState.SIGNATURE, prepare_by=DAY), Step.SIGN, 0),
        (RUNNING, Step.PROJECT, 0),
        (replace(RUNNING, reports=(ReportClock(1, ReportState.DRAFT, date(2020, 12, 1)),)), Step.REPORT, 30),
        (replace(RUNNING, reports=(ReportClock(1, ReportState.RETURNED, date(2020, 12, 11)),)), Step.CORRECT, 20),
        (
            replace(RUNNING, reports=(ReportClock(1, ReportState.SUBMITTED, DAY, date(2020, 10, 1)),)),
            Step.DECIDE,
            1,
        ),
        (
            replace(RUNNING, reports=(ReportClock(1, ReportState.ACCEPTED, DAY, date(2020, 10, 2), due=True),)),
            Step.REQUEST,
            0,
        ),
        (
            replace(RUNNING, reports=(ReportClock(1, ReportState.ACCEPTED, DAY, DAY, owed_by=date(2020, 12, 21)),)),
            Step.RECOVER,
            10,
        ),
        (replace(RUNNING, prefinance_by=date(2020, 10, 2)), Step.PREFINANCE, 90),
        (
            GrantClock(
                GrantState.CLOSED,
                payment_days=90,
                reports=(ReportClock(2, ReportState.ACCEPTED, DAY, date(2020, 9, 2), due=True),),
            ),
            Step.REQUEST,
            30,
        ),
        (replace(RUNNING, reports=(ReportClock(1, ReportState.ACCEPTED, DAY, DAY),)), Step.CLOSE, 0),
        (replace(RUNNING, payments=(PaymentClock(date(2020, 12, 24)),)), Step.PAY, 7),
        (replace(RUNNING, payments=(PaymentClock(date(2020, 12, 24), since=date(2020, 12, 20)),)), Step.RESUME, 0),
        (
            replace(
                RUNNING,
                reports=(ReportClock(1, ReportState.DRAFT, date(2021, 1, 31)),),
                payments=(PaymentClock(date(2020, 12, 24), since=date(2020, 12, 20)),),
            ),
            Step.RESUME,
            0,
        ),
        (
            replace(
                RUNNING,
                reports=(ReportClock(1, ReportState.DRAFT, date(2020, 12, 30)),),
                payments=(PaymentClock(date(2020, 12, 24), since=date(2020, 12, 20)),),
            ),
            Step.REPORT,
            1,
        ),
    ],
)
def test_what_is_next(clock: GrantClock, step: Step, late: int) -> None:
    assert (next_act(clock, DAY).step, days_late(clock, DAY)) == (step, late)
    assert {ReportState.DRAFT, ReportState.DUE, ReportState.RETURNED} == WRITABLE


@given(st.integers(0, 10**9), DAYS, st.integers(0, 2000), DAYS)
def test_what_is_expected_grows_to_the_target(target: int, start: date, days: int, day: date) -> None:
    end = start + timedelta(days=days)
    now, next_day = (expected_by(target, start, end, one) for one in (day, day + timedelta(days=1)))
    assert 0 <= now <= next_day <= target
    assert expected_by(target, start, end, end) == target
    assert expected_by(target, start, end, start - timedelta(days=1)) == 0


@given(st.lists(st.tuples(st.integers(1, 1000), st.none() | st.integers(0, 1500)), min_size=1, max_size=5))
def test_a_project_is_behind_exactly_where_an_indicator_lacks_something(figures: list[tuple[int, int | None]]) -> None:
    targets = [IndicatorTarget(str(at), f"I{at}", "number", target) for at, (target, _) in enumerate(figures)]
    values = {str(at): value for at, (_, value) in enumerate(figures)}
    project = (date(2020, 1, 1), date(2020, 12, 31))
    found = progress_of(targets, values, project, project[1])
    lacking = [target - (value or 0) for target, value in figures if (value or 0) < target]
    assert (found.standing is Standing.BEHIND) == bool(lacking)
    assert sorted(one.missing for one in found.behind) == sorted(lacking)


def test_without_a_report_or_a_target_nothing_is_behind() -> None:
    project = (date(2020, 1, 1), date(2020, 12, 31))
    target = IndicatorTarget("visits", "Visits", "visit", 12)
    assert progress_of([target], None, project, None).standing is Standing.UNREPORTED
    assert progress_of([replace(target, target=None)], {}, project, DAY).standing is Standing.UNMEASURED
    assert progress_of([target], {"visits": 6}, project, date(2020, 6, 30)).standing is Standing.ON_TARGET
    [behind] = progress_of([target], {"visits": 5}, project, DAY).behind
    assert (behind.expected, behind.missing) == (12, 7)


def row(**given: object) -> PortfolioRow:
    euro = {name: Money.zero() for name in ("committed", "prefinanced", "accepted", "paid", "recovered", "on_the_way")}
    values: dict[str, object] = {
        "id": new_id(),
        "call_id": new_id(),
        "call": "COS-1",
        "reference": "COS-1/0001/GA",
        "acronym": "LINK",
        "title": "Linking clusters",
        "coordinator": "Cluster ASBL",
        "country": "BE",
        "state": GrantState.RUNNING,
        "acts": Acts.PROJECT,
        "start_on": None,
        "end_on": None,
        "act": NextAct(Step.PROJECT),
        "days_late": 0,
        "maximum_grant": Money(100),
        "third_parties": Money.zero(),
        "progress": Progress(Standing.UNREPORTED),
    }
    return PortfolioRow(**(values | euro | given))  # type: ignore[arg-type]  # values of its fields


ROWS = st.lists(
    st.builds(
        row,
        acronym=st.sampled_from(("ALPHA", "beta", "GAMMA")),
        state=st.sampled_from(GrantState),
        days_late=st.integers(0, 3),
        maximum_grant=st.integers(1, 500).map(Money),
        accepted=st.integers(0, 400).map(Money),
        paid=st.integers(0, 300).map(Money),
        act=st.builds(NextAct, step=st.sampled_from(Step), by=st.none() | DAYS),
        progress=st.sampled_from(Standing).map(Progress),
    ),
    max_size=8,
)


@given(ROWS)
def test_each_count_is_the_length_of_its_list(rows: list[PortfolioRow]) -> None:
    found = figures_of(rows)
    for count, wanted in (
        (found.running, PortfolioFilter(state="running")),
        (found.late, PortfolioFilter(late="yes")),
        (found.on_target, PortfolioFilter(target="on_target")),
        (found.behind, PortfolioFilter(target="behind")),
        (found.with_costs, PortfolioFilter(spent="some")),
    ):
        assert count == len(narrowed(rows, wanted))
    for name in Figure:
        some = narrowed(rows, PortfolioFilter(money=name.value))
        assert Money.total(one.figure(name) for one in some) == getattr(found, name.value)


@given(
    ROWS, st.sampled_from(("acronym", "by", "end", "late", "granted", "accepted", "spent", "unknown")), st.booleans()
)
def test_an_order_keeps_every_row(rows: list[PortfolioRow], key: str, descending: bool) -> None:  # noqa: FBT001  # drawn
    found = ordered(rows, key, descending=descending)
    assert sorted(one.id for one in found) == sorted(one.id for one in rows)
    days = [one.act.by for one in found if one.act.by is not None]
    if key == "by":
        assert days == sorted(days, reverse=descending)
        assert [one.act.by for one in found[len(days) :]] == [None] * (len(found) - len(days))


def test_a_share_is_never_rounded_up() -> None:
    assert percent_of(Money(9_999), Money(10_000)) == 99
    assert percent_of(Money(1), Money(0)) == 0


@pytest.mark.parametrize(
    ("clock", "actor"),
    [
        (GrantClock(GrantState.PREPARATION, Acts.OFFICE, DAY), "programme officer"),
        (GrantClock(GrantState.SIGNATURE, Acts.AUTHORITY, DAY), "authorising officer"),
        (GrantClock(GrantState.SIGNATURE, Acts.COORDINATOR, DAY), "signatory of the coordinator"),
        (replace(RUNNING, payments=(PaymentClock(DAY, act=Act.VERIFY),)), "finance officer"),
        (replace(RUNNING, payments=(PaymentClock(DAY, act=Act.RELEASE),)), "accounting officer"),
        (replace(RUNNING, payments=(PaymentClock(DAY, since=DAY, act=Act.VERIFY),)), "programme or finance officer"),
        (GrantClock(GrantState.CLOSED), ""),
    ],
)
def test_who_acts(clock: GrantClock, actor: str) -> None:
    assert next_act(clock, DAY).actor == actor


@given(CLOCKS, DAYS)
def test_late_acts_come_first_then_what_stands_still(clock: GrantClock, today: date) -> None:
    acts = open_acts(clock, today)
    order = [0 if act.days_late(today) else 1 if act.since is not None else 2 for act in acts]
    assert order == sorted(order)
    assert all(act.actor for act in acts if act.step is not Step.NOTHING)
