"""What a partner may pay to a third party: all findings at once, each with its figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calls.rules.call_rules import CallRules
from app.calls.rules.form_kinds import IndicatorCounts
from app.calls.rules.funding_kinds import ThirdPartyCeiling
from app.cascade.queries.frame import activities_of
from app.cascade.rules.support import (
    Frame,
    Support,
    SupportKind,
    evidence_findings,
    recipient_findings,
    reversal_findings,
    state_findings,
    support_findings,
)
from app.cascade.rules.targets import Exchanges, targets
from app.cascade.rules.visitors import visitor_key
from app.core.money import Money
from app.grants.rules.agreement_parts import IndicatorFacts
from app.grants.rules.grant_lifecycle import GrantState
from app.ledger.rules.recipients import Within
from tests.builders.calls import escp_4x

START, END = date(2019, 11, 1), date(2021, 10, 31)
CEILING, BUDGET = Money.parse("60 000.00"), Money.parse("100 000.00")
FRAME = Frame(
    start_on=START,
    end_on=END,
    report_on=END + timedelta(days=60),
    today=date(2021, 1, 15),
    partner="Norte Cluster",
    budget=BUDGET,
    used=Money(0),
    received=Money(0),
    ceiling=CEILING,
    within=Within.GRANT,
    activities={},
)
VOUCHER = Support(SupportKind.VOUCHER, "Olive SA", CEILING, date(2020, 6, 1))
cents = st.integers(1, 10**8).map(Money)


def rules(wanted: Support, frame: Frame = FRAME) -> list[str]:
    return [one.rule for one in support_findings(wanted, frame)]


def test_the_ceiling_passes_and_a_cent_more_is_refused() -> None:
    assert rules(VOUCHER) == []
    [found] = support_findings(replace(VOUCHER, amount=CEILING + Money(1)), FRAME)
    assert "EUR 60,000.01" in found.text
    assert "EUR 60,000.00" in found.text


@given(cents, cents, cents)
def test_a_payment_passes_if_and_only_if_it_fits_both(amount: Money, used: Money, received: Money) -> None:
    found = rules(replace(VOUCHER, amount=amount), replace(FRAME, used=used, received=received))
    assert ("support.recipient_ceiling" in found) == (received + amount > CEILING)
    assert ("support.budget_exceeded" in found) == (used + amount > BUDGET)
    assert len(found) == len(set(found))


@given(st.dates(date(2019, 1, 1), date(2022, 12, 31)))
def test_the_day_is_inside_the_project_and_not_ahead(day: date) -> None:
    found = rules(replace(VOUCHER, paid_on=day))
    assert ("support.outside_project" in found) == (not START <= day <= END)
    assert ("support.paid_ahead" in found) == (day > FRAME.today)


@given(st.integers(-900, 200))
def test_a_visitor_may_be_paid_until_the_last_report_is_due(days: int) -> None:
    """The stay itself is inside the project: what a stay of its last week pays is paid after it."""
    frame = replace(FRAME, today=END + timedelta(days=300))
    found = rules(replace(VOUCHER, kind=SupportKind.EXCHANGE, paid_on=END + timedelta(days=days)), frame)
    assert found == (["support.paid_after_report"] if days > 60 else [])


def test_everything_is_said_at_once() -> None:
    frame = replace(FRAME, used=BUDGET, received=CEILING, activities={"prototype": "Prototypes"})
    wanted = replace(VOUCHER, amount=Money(1), paid_on=START - timedelta(days=1), activity="party")
    assert rules(wanted, frame) == [
        "support.recipient_ceiling",
        "support.budget_exceeded",
        "support.outside_project",
        "support.activity",
    ]


def test_a_partner_without_budget_and_an_amount_of_nothing_are_told_apart() -> None:
    assert rules(VOUCHER, replace(FRAME, budget=Money(0))) == ["support.no_budget"]
    assert rules(replace(VOUCHER, amount=Money(0))) == ["support.amount"]
    assert rules(replace(VOUCHER, amount=Money(-1)), replace(FRAME, budget=Money(0))) == ["support.amount"]


def test_a_voucher_is_for_an_activity_that_the_call_names() -> None:
    named = replace(FRAME, activities={"prototype": "Prototypes", "study": "Studies"})
    assert rules(replace(VOUCHER, activity="study"), named) == []
    [found] = support_findings(VOUCHER, named)
    assert found.text == "The call supports: Prototypes, Studies. Choose one of them."
    assert rules(replace(VOUCHER, kind=SupportKind.EXCHANGE), named) == []
    assert rules(replace(VOUCHER, activity="study")) == ["support.activity_not_asked"]


def test_a_call_may_close_its_list_and_keeps_its_hash_where_it_does_not() -> None:
    plain = escp_4x().plain()
    [ceiling] = [one for one in plain["funding"]["ceilings"] if one["kind"] == "third_party"]
    assert activities_of(escp_4x().rule_of(ThirdPartyCeiling)) == {}
    assert "activities" not in ceiling
    ceiling["activities"] = [{"id": "study", "titles": {"en": "Feasibility study"}}]
    closed = CallRules.from_plain(plain)
    assert activities_of(closed.rule_of(ThirdPartyCeiling)) == {"study": "Feasibility study"}
    assert closed.sha256 != escp_4x().sha256
    assert activities_of(None) == {}


@pytest.mark.parametrize("state", GrantState)
def test_only_a_running_grant_pays(state: GrantState) -> None:
    assert bool(state_findings(state)) == (state is not GrantState.RUNNING)


def test_a_recipient_has_a_number() -> None:
    assert [one.place for one in recipient_findings(())] == ["vat"]
    assert list(recipient_findings(("vat/PT/501442600",))) == []


def test_a_reversal_has_a_reason_and_happens_once() -> None:
    assert reversal_findings("Paid to the wrong account.", None) == ()
    assert [one.rule for one in reversal_findings(" too few ", None)] == ["support.reason"]
    assert [one.rule for one in reversal_findings("Paid to the wrong account.", START)] == ["support.reversed_already"]


def test_a_document_is_small_enough_and_for_a_payment_that_counts() -> None:
    assert evidence_findings(10_000_000, counts=True) == ()
    assert [one.rule for one in evidence_findings(10_000_001, counts=True)] == ["support.evidence_size"]
    assert [one.rule for one in evidence_findings(1, counts=False)] == ["support.evidence_of_reversed"]


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 100))
def test_targets_are_met_when_nothing_is_missing(total: int, with_smes: int, target: int) -> None:
    asked = [
        IndicatorFacts(id=name, title=name, unit="exchanges", target=target)
        for name in ("exchanges", "managers_trained", "exchanges_with_smes")
    ]
    counts = {"exchanges": IndicatorCounts.EXCHANGES, "exchanges_with_smes": IndicatorCounts.EXCHANGES_WITH_SMES}
    found = targets(asked, counts, Exchanges(total, with_smes))
    assert [(one.id, one.reached) for one in found] == [("exchanges", total), ("exchanges_with_smes", with_smes)]
    assert all(one.met == (one.missing == 0) for one in found)
    assert all(one.reached + one.missing >= target for one in found)


def test_a_target_that_nobody_promised_is_never_met() -> None:
    visits = IndicatorFacts(id="visits", title="Visits", unit="", target=None)
    [one] = targets([visits], {"visits": IndicatorCounts.EXCHANGES}, Exchanges(3, 1))
    assert (one.met, one.missing, one.reached) == (False, 0, 3)


@pytest.mark.parametrize("name", ["José Pérez", "Ana-Maria  Müller", "ΓΙΩΡΓΟΣ"])
def test_case_accents_and_spaces_make_no_other_visitor(name: str) -> None:
    assert visitor_key(f"  {name.upper()} ") == visitor_key(name.lower())


def test_other_names_are_other_visitors() -> None:
    assert visitor_key("José Pérez") == visitor_key("jose perez") != visitor_key("Jose Perez Lopez")
