"""Any story of a grant: reports are decided, paid, given up and paid back in any order; no ceiling is ever passed."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.calls.rules.grant_kinds import GrantTerms
from app.core.money import Money
from app.core.rates import BASIS_POINTS, Rate
from app.reporting.rules.calculation import (
    Calculated,
    Decided,
    calculate,
    open_payment_findings,
    superseded_findings,
    unrequested_findings,
)
from app.reporting.rules.closing import ToClose, closing_findings
from app.reporting.rules.final_grant import Accepted
from app.reporting.rules.lifecycle import ReportState
from app.reporting.rules.payment_due import interim_ceiling
from app.reporting.rules.periods import PaymentAfter
from app.reporting.rules.sheet import Paid, sheet_from

NOTHING = Money.zero()
AMOUNTS = st.integers(0, 2_000_000).map(Money)


class Story(RuleBasedStateMachine):
    """A grant with up to four periods; a commitment of its maximum that pays, gets back and releases."""

    def __init__(self) -> None:
        super().__init__()
        self.decided: list[Decided] = []
        self.results: list[Calculated] = []
        self.inputs: list[tuple[Paid, Money]] = []
        self.open: set[int] = set()
        """Periods whose payment is under way."""
        self.asked: set[int] = set()
        self.paid: dict[int, Money] = {}
        self.recovered = self.released = NOTHING
        self.closed = False

    @initialize(
        maximum=st.integers(1, 1_000_000).map(Money),
        ceiling=st.integers(1, BASIS_POINTS).map(Rate),
        advance=st.integers(0, BASIS_POINTS).map(Rate),
        held=st.integers(0, 2_000).map(Rate),
        kinds=st.lists(st.sampled_from([PaymentAfter.NONE, PaymentAfter.INTERIM]), max_size=3),
    )
    def begin(self, maximum: Money, ceiling: Rate, advance: Rate, held: Rate, kinds: list[PaymentAfter]) -> None:
        self.maximum, self.terms = maximum, GrantTerms(interim_ceiling=ceiling)
        self.advance = min(maximum.share_down(advance), interim_ceiling(self.terms, maximum))
        self.held = min(maximum.share_down(held), self.advance)
        self.kinds = (*kinds, PaymentAfter.BALANCE)

    @property
    def so_far(self) -> Paid:
        interims = Money.total(
            self.results[number].due
            for number in {*self.open, *self.paid}
            if self.decided[number].payment is PaymentAfter.INTERIM
        )
        return Paid(self.advance, interims, self.held)

    @property
    def cash(self) -> Money:
        return self.advance - self.held + Money.total(self.paid.values())

    @property
    def pending(self) -> Money:
        return self.maximum - self.cash + self.recovered - self.released

    @precondition(lambda self: not self.closed and len(self.decided) < len(self.kinds))
    @rule(eligible=AMOUNTS, share=st.integers(0, BASIS_POINTS).map(Rate), receipts=AMOUNTS, reduction=AMOUNTS)
    def decide(self, eligible: Money, share: Rate, receipts: Money, reduction: Money) -> None:
        kind = self.kinds[len(self.decided)]
        forgotten = [n for n, one in enumerate(self.results) if one.due and n not in self.asked]
        if open_payment_findings(kind, [f"PAY-{n}" for n in self.open]) or unrequested_findings(forgotten):
            return
        number = len(self.decided) + 1
        now = Decided(Accepted(number, eligible, eligible.share_down(share), receipts), kind)
        lowered = reduction if kind is PaymentAfter.BALANCE else NOTHING
        paid = self.so_far
        result = calculate(self.terms, self.maximum, now, self.decided, paid, reduction=lowered)
        self.decided.append(replace(now, due=result.due))
        self.results.append(result)
        self.inputs.append((paid, lowered))

    @precondition(lambda self: not self.closed)
    @rule(which=st.integers(0, 3))
    def ask_for_payment(self, which: int) -> None:
        decided = [(n, one.payment) for n, one in enumerate(self.decided)]
        if which >= len(self.results) or not self.results[which].due or superseded_findings(which, decided):
            return
        if which not in {*self.open, *self.paid}:
            self.open.add(which)
            self.asked.add(which)

    @rule(which=st.integers(0, 3), arrives=st.booleans())
    def the_bank_answers(self, which: int, *, arrives: bool) -> None:
        if which in self.open:
            self.open.remove(which)
            if arrives:
                self.paid[which] = self.results[which].due

    @precondition(lambda self: self.results and self.results[-1].recovery and not self.recovered)
    @rule()
    def money_comes_back(self) -> None:
        self.recovered = self.results[-1].recovery

    @precondition(lambda self: not self.closed)
    @rule()
    def close(self) -> None:
        states = dict.fromkeys(range(1, len(self.kinds) + 1), ReportState.DRAFT)
        states |= dict.fromkeys(range(1, len(self.decided) + 1), ReportState.ACCEPTED)
        unpaid = tuple(n + 1 for n, one in enumerate(self.results) if self._waits(n, one))
        owed = {n + 1: one.recovery for n, one in enumerate(self.results) if one.recovery and not self.recovered}
        if closing_findings(ToClose(states, unpaid, owed)):
            return
        self.released, self.closed = self.pending, True
        final = self.results[-1].final_grant
        assert final is not None
        assert self.cash - self.recovered == final, "what stays with the consortium is the final grant"
        assert self.released == self.maximum - final, "the rest of the commitment is free"

    def _waits(self, number: int, result: Calculated) -> bool:
        """A payment that was given up and that a later calculation settles is no longer waited for."""
        decided = [(n, one.payment) for n, one in enumerate(self.decided)]
        return bool(result.due) and number not in self.paid and not superseded_findings(number, decided)

    @invariant()
    def nothing_exceeds_its_ceiling(self) -> None:
        if not hasattr(self, "maximum"):
            return
        assert self.so_far.counted <= interim_ceiling(self.terms, self.maximum) <= self.maximum
        assert self.pending >= NOTHING
        assert self.cash <= self.maximum

    @invariant()
    def what_is_computed_again_is_what_was_stored(self) -> None:
        for number, (one, result, given) in enumerate(zip(self.decided, self.results, self.inputs, strict=True)):
            paid, reduction = given
            again = calculate(self.terms, self.maximum, one, self.decided[:number], paid, reduction=reduction)
            assert again == result
            assert sheet_from(result.sheet.plain()) == result.sheet
            assert result.sheet.total == result.due - result.recovery


TestStory = Story.TestCase
