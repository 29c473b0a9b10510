"""A stored calculation is known again whatever was paid before, and every other figure shows."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from app.calls.rules.grant_kinds import GrantTerms
from app.core.money import Money
from app.core.rates import BASIS_POINTS, Rate
from app.reporting.rules.calculation import Calculated, Decided, calculate
from app.reporting.rules.checking import Ever, counted_faults, is_same, made_again, sheet_faults
from app.reporting.rules.final_grant import Accepted, counted_in, lost_since
from app.reporting.rules.periods import PaymentAfter
from app.reporting.rules.sheet import Paid, Sheet

AMOUNTS = st.integers(0, 2_000_000).map(Money)
SHARES = st.integers(0, BASIS_POINTS).map(Rate)
NOTHING = Money.zero()


@st.composite
def situations(draw: st.DrawFn) -> tuple[GrantTerms, Money, Decided, list[Decided], Paid, Money]:
    """Terms, maximum, the period, those before it, what was paid, and a reduction with the last."""

    def decided(number: int, payment: PaymentAfter) -> Decided:
        eligible = draw(AMOUNTS)
        return Decided(Accepted(number, eligible, eligible.share_down(draw(SHARES)), draw(AMOUNTS)), payment)

    kinds = draw(st.lists(st.sampled_from([PaymentAfter.NONE, PaymentAfter.INTERIM]), max_size=2))
    earlier = [decided(number, kind) for number, kind in enumerate(kinds, start=1)]
    now = decided(len(earlier) + 1, draw(st.sampled_from(PaymentAfter)))
    advance = draw(AMOUNTS)
    paid = Paid(advance, draw(AMOUNTS), advance.share_down(draw(SHARES)))
    reduction = draw(AMOUNTS) if now.payment is PaymentAfter.BALANCE else NOTHING
    terms = GrantTerms(interim_ceiling=draw(st.integers(1, BASIS_POINTS).map(Rate)))
    return terms, draw(st.integers(1, 3_000_000).map(Money)), now, earlier, paid, reduction


def stored_of(situation: tuple[GrantTerms, Money, Decided, list[Decided], Paid, Money]) -> Calculated:
    terms, maximum, now, earlier, paid, reduction = situation
    return calculate(terms, maximum, now, earlier, paid, reduction=reduction)


@given(situations())
def test_the_same_report_makes_the_same_calculation_again(
    situation: tuple[GrantTerms, Money, Decided, list[Decided], Paid, Money],
) -> None:
    terms, maximum, now, earlier, _, reduction = situation
    stored = stored_of(situation)
    assert list(sheet_faults(stored)) == []
    assert is_same(stored, made_again(terms, maximum, now, earlier, stored, reduction))


@given(situations(), st.integers(1, 500).map(Money))
def test_more_accepted_costs_make_another_calculation(
    situation: tuple[GrantTerms, Money, Decided, list[Decided], Paid, Money], more: Money
) -> None:
    terms, maximum, now, earlier, _, reduction = situation
    stored = stored_of(situation)
    raised = replace(now, accepted=replace(now.accepted, contribution=now.accepted.contribution + more))
    assert not is_same(stored, made_again(terms, maximum, raised, earlier, stored, reduction))


@given(situations(), st.integers(1, 500).map(Money))
def test_a_step_or_a_result_that_was_changed_does_not_add_up(
    situation: tuple[GrantTerms, Money, Decided, list[Decided], Paid, Money], more: Money
) -> None:
    stored = stored_of(situation)
    first, *rest = stored.sheet.steps
    assert list(sheet_faults(replace(stored, sheet=Sheet((replace(first, amount=first.amount + more), *rest)))))
    assert list(sheet_faults(replace(stored, due=stored.due + more)))
    assert list(sheet_faults(replace(stored, recovery=stored.recovery + more)))


@given(situations(), AMOUNTS)
def test_the_balance_counts_what_the_bank_had_booked(
    situation: tuple[GrantTerms, Money, Decided, list[Decided], Paid, Money], back: Money
) -> None:
    assume(situation[2].payment is PaymentAfter.BALANCE)
    stored, paid = stored_of(situation), situation[4]
    assert counted_in(stored.sheet) == paid
    booked = {"prefinancing": Ever(paid.prefinancing - paid.withheld), "interim": Ever(paid.interims)}
    assert list(counted_faults(stored, booked)) == []
    again = {"prefinancing": Ever(paid.prefinancing - paid.withheld + back, back), "interim": booked["interim"]}
    assert list(counted_faults(stored, again)) == [], "one that came back and its repetition"
    short = {**booked, "interim": Ever(paid.interims + Money(1))}
    assert len(list(counted_faults(stored, short))) == 1


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_what_is_lost_is_what_left_was_counted_and_is_paid_no_longer(
    a: Money, b: Money, c: Money, d: Money, held: Money
) -> None:
    counted, now = Paid(a + held, b, held), Paid(c, d)
    lost = lost_since(counted, now)
    assert lost_since(counted, counted) == Paid()
    assert lost_since(counted, Paid(a, b)) == Paid(), "what was held back never left, whatever the agreement says now"
    assert lost.prefinancing == max(a - c, NOTHING)
    assert lost.interims == max(b - d, NOTHING)
