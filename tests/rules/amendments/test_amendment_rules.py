"""A transfer keeps the total and the ceiling; a comparison is exactly what separates two versions; states and reasons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.amendments.rules.addendum import AddendumFacts, AddendumRecord
from app.amendments.rules.checks import (
    MIN_REASON,
    Asked,
    Circumstances,
    acceptance_findings,
    amendment_findings,
    decide_by,
    reason_findings,
)
from app.amendments.rules.comparison import applied, compare, costs_of
from app.amendments.rules.drafting import amended, entered_lines
from app.amendments.rules.lifecycle import AMENDMENT, DAYS_TO_REACT, FROZEN, OPEN, WRITABLE, AmendmentKind
from app.amendments.rules.proposal import PlannedCost, Proposal
from app.amendments.rules.signing import authority_findings, decision_findings, text_findings
from app.core.money import Money
from app.grants.rules.agreement import AccountFacts, AgreementFacts
from tests.builders.calls import escp_4x
from tests.rules.grants.test_drafting import LEAD, OTHER, drafted

RULES = escp_4x()
ENTERED = ("personnel", "subcontracting", "third_parties", "other_direct")
TODAY = date(2020, 3, 2)
ACCOUNT = AccountFacts(id=UUID(int=50), holder="Cluster", iban="BE71096123456769", bic="GKCCBEBB")
REASON = "The staff of work package 3 is employed elsewhere."


def planned(costs: Mapping[tuple[UUID, str], int]) -> Proposal:
    return Proposal(
        budget=tuple(
            PlannedCost(partner_id=partner, category=category, amount=Money(cents))
            for (partner, category), cents in costs.items()
            if cents
        )
    )


def agreement(costs: Mapping[tuple[UUID, str], int]) -> AgreementFacts:
    """An agreement with this budget; its maximum grant is the award or what the costs yield."""
    return amended(RULES, drafted(), planned(costs))


cells = st.sampled_from([(partner, category) for partner in (LEAD, OTHER) for category in ENTERED])
budgets = st.dictionaries(cells, st.integers(100, 20_000_000), min_size=1, max_size=8).filter(
    lambda costs: any(partner == LEAD for partner, _ in costs)
)


@st.composite
def transfers(draw: st.DrawFn) -> tuple[dict[tuple[UUID, str], int], dict[tuple[UUID, str], int]]:
    """A budget, and the same with an amount moved between partners within a category: flat rates stay alike."""
    before = dict(draw(budgets))
    giver = draw(st.sampled_from(sorted(before)))
    taker = (OTHER if giver[0] == LEAD else LEAD, giver[1])
    amount = draw(st.integers(1, before[giver]))
    after = dict(before)
    after[giver] -= amount
    after[taker] = after.get(taker, 0) + amount
    return before, after


A_CENT_TOO_MANY = (
    {(LEAD, "personnel"): 100, (LEAD, "third_parties"): 229, (OTHER, "personnel"): 222},
    {(LEAD, "personnel"): 99, (LEAD, "third_parties"): 229, (OTHER, "personnel"): 223},
)


@given(transfers())
@example(A_CENT_TOO_MANY)
def test_a_transfer_between_partners_keeps_what_is_entered_and_never_raises_the_grant(
    both: tuple[dict[tuple[UUID, str], int], dict[tuple[UUID, str], int]],
) -> None:
    base = agreement(both[0])
    after = amended(RULES, base, planned(both[1]))
    assert sum(one.amount.cents for one in entered_lines(RULES, after)) == sum(both[0].values())
    assert abs((after.eligible - base.eligible).cents) <= 2, "two flat rates are rounded anew"
    assert after.maximum_grant == after.grant_of() <= base.maximum_grant
    for line in after.budget:
        assert Money(0) <= line.grant <= line.cost
    assert after.number == base.number + 1


@given(budgets)
def test_the_same_budget_again_is_the_same_agreement(costs: dict[tuple[UUID, str], int]) -> None:
    base = agreement(costs)
    again = amended(RULES, base, planned(costs))
    assert compare(base, again).is_empty
    assert again.budget == base.budget
    assert compare(base, base).is_empty


@given(budgets, budgets)
def test_the_differences_added_to_the_old_give_the_new(
    one: dict[tuple[UUID, str], int], other: dict[tuple[UUID, str], int]
) -> None:
    before, after = agreement(one), agreement(other)
    found = compare(before, after)
    assert applied(costs_of(before), found) == costs_of(after)
    back = compare(after, before)
    assert applied(costs_of(after), back) == costs_of(before)
    assert [line.cost.difference for line in back.lines] != [line.cost.difference for line in found.lines] or (
        found.lines == ()
    )
    assert found.eligible.difference == Money.total(line.cost.difference for line in found.lines)
    assert Money.total(partner.grant.after for partner in found.partners) == after.maximum_grant


@given(
    costs=st.dictionaries(cells, st.integers(100, 10_000_000), min_size=1),
    months=st.integers(21, 60),
    account=st.booleans(),
)
def test_what_is_frozen_reads_back_as_the_same_text(
    *, costs: dict[tuple[UUID, str], int], months: int, account: bool
) -> None:
    proposal = planned(costs).model_copy(
        update={"duration_months": months, "account_id": ACCOUNT.id if account else None}
    )
    assert Proposal.read(proposal.plain()) == proposal
    after = amended(RULES, drafted(), proposal, ACCOUNT)
    assert after.account == (ACCOUNT if account else None)
    facts = AddendumFacts(
        number=1,
        reference="C/0001/GA/A1",
        grant_id=UUID(int=9),
        kinds=proposal.kinds,
        reason=REASON,
        requested_on=TODAY,
        effect_on=None,
        base_version=1,
        base_sha256="a" * 64,
        agreement=after,
    )
    assert AddendumFacts.read(facts.plain()).sha256 == facts.sha256
    record = AddendumRecord(addendum=facts, sha256=facts.sha256, signatures=())
    assert AddendumRecord.read(record.plain()) == record


def known(**given: object) -> Circumstances:
    values: dict[str, object] = {
        "today": TODAY,
        "accepted": {},
        "third_parties": {},
        "paid": Money(0),
        "due": Money(0),
        "prefinanced": False,
        "reported": (),
        "account": None,
        "validated": False,
        "support_to_smes": Money(0),
    }
    return Circumstances(**(values | given))  # type: ignore[arg-type]


BUDGET = {
    (LEAD, "personnel"): 10_000_000,
    (LEAD, "third_parties"): 3_000_000,
    (OTHER, "personnel"): 4_000_000,
    (OTHER, "third_parties"): 3_000_000,
}


def asked(proposal: Proposal, reason: str = REASON, effect_on: date | None = None) -> Asked:
    base = agreement(BUDGET)
    return Asked(base, amended(RULES, base, proposal, ACCOUNT), proposal, reason, effect_on)


def rules_of(proposal: Proposal, circumstances: Circumstances, **given: object) -> set[str]:
    found = amendment_findings(RULES, asked(proposal, **given), circumstances)  # type: ignore[arg-type]
    return {one.rule for one in found if one.rule.startswith("amendment.")}


def test_no_line_falls_below_what_was_accepted_or_paid_on() -> None:
    moved = planned(BUDGET | {(LEAD, "third_parties"): 1_000_000, (OTHER, "third_parties"): 5_000_000})
    assert rules_of(moved, known()) == set()
    spent = known(accepted={(LEAD, "third_parties"): Money(1_000_001)}, third_parties={LEAD: Money(2_000_000)})
    assert rules_of(moved, spent) == {"amendment.below_accepted", "amendment.below_third_parties"}
    untouched = known(accepted={(LEAD, "personnel"): Money(99_000_000)}, third_parties={OTHER: Money(9_000_000)})
    assert rules_of(moved, untouched) == set(), "what was exceeded before and is not lowered stays as it is"


def test_the_total_does_not_rise_and_what_was_paid_stays_covered() -> None:
    more = planned(BUDGET | {(OTHER, "personnel"): 4_000_001})
    assert rules_of(more, known()) == {"amendment.total_raised"}
    less = planned(BUDGET | {(LEAD, "personnel"): 10_000})
    assert rules_of(less, known()) == set()
    assert rules_of(less, known(paid=Money(15_000_000))) == {"amendment.below_paid"}


@given(paid=st.integers(0, 20_000_000), due=st.integers(0, 20_000_000))
def test_the_grant_covers_what_was_paid_and_what_is_owed_to_the_cent(*, paid: int, due: int) -> None:
    less = planned(BUDGET | {(LEAD, "personnel"): 10_000})
    maximum = asked(less).after.maximum_grant
    found = rules_of(less, known(paid=Money(paid), due=Money(due)))
    assert ("amendment.below_paid" in found) == (paid + due > maximum.cents)


def test_a_partner_that_is_not_in_the_agreement_gets_nothing() -> None:
    stranger = planned({**BUDGET, (LEAD, "personnel"): 5_000_000, (UUID(int=77), "personnel"): 5_000_000})
    found = amendment_findings(RULES, asked(stranger), known())
    assert "budget.not_in_partnership" in {one.rule for one in found}


def test_reason_and_day_of_effect() -> None:
    moved = planned(BUDGET | {(LEAD, "personnel"): 9_000_000, (OTHER, "personnel"): 5_000_000})
    assert rules_of(moved, known(), reason="Because.") == {"amendment.reason"}
    assert rules_of(moved, known(), effect_on=TODAY) == set()
    for day in (TODAY + timedelta(days=1), date(2019, 10, 31)):
        assert rules_of(moved, known(), effect_on=day) == {"amendment.effect"}
    assert rules_of(Proposal(), known()) == {"amendment.nothing"}
    assert rules_of(moved, known(today=date(2021, 11, 1))) == {"amendment.after_end"}


def test_an_account_must_stand_and_be_validated_before_anybody_signs() -> None:
    wanted = Proposal(account_id=ACCOUNT.id)
    assert rules_of(wanted, known()) == {"amendment.account_gone"}
    assert rules_of(wanted, known(account=ACCOUNT, today=date(2022, 1, 1))) == set(), "also after the end"
    waiting = acceptance_findings(RULES, asked(wanted), known(account=ACCOUNT))
    assert [one.rule for one in waiting] == ["amendment.account_unvalidated"]
    assert acceptance_findings(RULES, asked(wanted), known(account=ACCOUNT, validated=True)) == ()


@pytest.mark.parametrize(
    ("months", "circumstances", "expected"),
    [
        (22, {}, set()),
        (30, {}, {"amendment.duration_beyond_call"}),
        (22, {"reported": (2,)}, {"amendment.period_reported"}),
        (22, {"reported": (1,)}, set()),
        (20, {"today": date(2021, 8, 1)}, {"amendment.end_over"}),
    ],
)
def test_the_end_moves_and_what_was_reported_does_not(
    months: int, circumstances: dict[str, object], expected: set[str]
) -> None:
    assert rules_of(Proposal(duration_months=months), known(**circumstances)) == expected


def test_prefinancing_that_was_asked_for_stays_as_agreed() -> None:
    base, less = agreement(BUDGET), planned({(LEAD, "personnel"): 1_000_000})
    open_, asked_for = (amended(RULES, base, less, prefinanced=value) for value in (False, True))
    assert asked_for.prefinancing == base.prefinancing
    assert open_.prefinancing is not None
    assert base.prefinancing is not None
    assert open_.prefinancing.amount < base.prefinancing.amount
    assert open_.interim_ceiling is not None
    assert open_.interim_ceiling < open_.maximum_grant
    fallen, kept = compare(base, open_), compare(base, asked_for)
    assert fallen.prefinancing is not None
    assert fallen.ceiling is not None
    assert fallen.prefinancing.after == open_.prefinancing.cash < fallen.prefinancing.before
    assert fallen.ceiling.after == open_.interim_ceiling < fallen.ceiling.before
    assert kept.prefinancing is not None
    assert not kept.prefinancing.changed
    stale = Asked(base, open_, less, REASON, None)
    for prefinanced, expected in ((False, set()), (True, {"amendment.prefinanced_since"})):
        judged = amendment_findings(RULES, stale, known(prefinanced=prefinanced))
        assert {one.rule for one in judged if one.rule.startswith("amendment.")} == expected


@given(st.text(max_size=60))
def test_a_reason_says_something(words: str) -> None:
    assert bool(reason_findings(words)) == (len(words.strip()) < MIN_REASON)


def test_who_accepted_does_not_sign_and_who_asked_does_not_decide() -> None:
    one, two = UUID(int=1), UUID(int=2)
    assert authority_findings({one}, two) == ()
    assert [found.rule for found in authority_findings({one, two}, two)] == ["amendment.authority_four_eyes"]
    assert authority_findings(set(), two)
    assert decision_findings({one}, two) == ()
    assert decision_findings({one, two}, two)
    assert text_findings("a", "a") == ()
    assert text_findings("a", None)


def test_states_are_sorted_into_those_that_are_written_open_and_frozen() -> None:
    assert set(OPEN) > WRITABLE
    assert {state for state in AMENDMENT.states if not AMENDMENT.events_from(state)} == set(AMENDMENT.states) - set(
        OPEN
    )
    assert not FROZEN & WRITABLE
    assert set(AmendmentKind) == {*Proposal(account_id=UUID(int=1), budget=(), duration_months=1).kinds}
    assert decide_by(TODAY, DAYS_TO_REACT) == date(2020, 4, 16)
