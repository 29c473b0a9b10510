"""The arithmetic of the ledger: every entry is balanced, nothing is exceeded, a replay gives what was kept."""

from __future__ import annotations

from dataclasses import astuple, dataclass, field, replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Money
from app.ledger.rules.accounts import MOVES, Account, EntryKind, postings_of
from app.ledger.rules.balances import (
    CommitmentBalance,
    EnvelopeBalance,
    Posted,
    differences,
    is_balanced,
    replay,
)
from app.ledger.rules.commitments import (
    appropriation_findings,
    commitment_findings,
    recovery_findings,
    release_findings,
)

above_zero = st.integers(1, 10**12).map(Money)
amounts = st.integers(0, 10**12).map(Money)
kinds = st.sampled_from(EntryKind)
ENVELOPE = UUID(int=1)


@given(kinds, above_zero)
def test_every_kind_of_entry_is_balanced_and_moves_its_amount(kind: EntryKind, amount: Money) -> None:
    lines = postings_of(kind, amount)
    assert Money.total(line.amount for line in lines) == Money(0)
    assert [line.account for line in lines] == list(MOVES[kind])
    assert lines[-1].amount == amount
    assert is_balanced(kind, [(line.account, line.amount) for line in lines])


@given(kinds, st.integers(-(10**9), 0).map(Money))
def test_nothing_and_less_cannot_be_moved(kind: EntryKind, amount: Money) -> None:
    with pytest.raises(ValueError, match="above zero"):
        postings_of(kind, amount)


def test_what_one_kind_does_its_counterpart_undoes() -> None:
    assert MOVES[EntryKind.REDUCE] == MOVES[EntryKind.APPROPRIATE][::-1]
    assert MOVES[EntryKind.RELEASE] == MOVES[EntryKind.COMMIT][::-1]
    assert MOVES[EntryKind.RECOVER] == MOVES[EntryKind.PAY][::-1]
    assert set(MOVES) == set(EntryKind)


@given(kinds, above_zero, st.integers(1, 1000), st.sampled_from(Account))
def test_an_entry_that_is_not_its_kind_is_seen(kind: EntryKind, amount: Money, cents: int, other: Account) -> None:
    source, target = postings_of(kind, amount)
    pair = [(source.account, source.amount), (target.account, target.amount)]
    assert not is_balanced(kind, pair[:1])
    assert not is_balanced(kind, [])
    assert not is_balanced(kind, [(source.account, source.amount - Money(cents)), pair[1]])
    assert not is_balanced(kind, [(source.account, target.amount), (target.account, source.amount)])
    assert not is_balanced(kind, [*pair, (other, Money(cents)), (other, -Money(cents))])


@given(amounts, amounts)
def test_a_commitment_is_refused_exactly_when_it_exceeds_what_is_left(wanted: Money, left: Money) -> None:
    findings = commitment_findings(wanted, left, envelope="Main")
    assert bool(findings) == (wanted > left or not wanted)
    if wanted > left:
        [found] = findings
        assert found.rule == "ledger.envelope_exceeded"
        assert found.figures["over"] == wanted - left
        assert str(wanted - left) in found.text
        assert str(left) in found.text


def test_W_07_the_eleventh_is_refused_with_its_figures() -> None:  # noqa: N802
    grant, left = Money(36_000_000), Money(360_000_000)
    for _ in range(10):
        assert commitment_findings(grant, left, envelope="Main") == ()
        left -= grant
    assert left == Money(0)
    [found] = commitment_findings(grant, left, envelope="Main")
    assert found.text == (
        "EUR 360,000.00 cannot be committed: the envelope 'Main' has EUR 0.00 left, EUR 360,000.00 too little."
    )


@given(amounts, amounts)
def test_at_most_what_is_pending_is_released(wanted: Money, pending: Money) -> None:
    rules = [found.rule for found in release_findings(wanted, pending)]
    if not pending:
        assert rules == ["ledger.nothing_pending"]
    elif not wanted:
        assert rules == ["ledger.amount_not_positive"]
    else:
        assert rules == (["ledger.released_too_much"] if wanted > pending else [])


@given(amounts, amounts)
def test_at_most_what_was_paid_comes_back(wanted: Money, paid: Money) -> None:
    rules = [found.rule for found in recovery_findings(wanted, paid)]
    assert rules == (
        ["ledger.amount_not_positive"] if not wanted else ["ledger.recovered_too_much"] if wanted > paid else []
    )


@given(amounts, amounts, amounts)
def test_an_envelope_is_never_lowered_below_what_is_bound(wanted: Money, bound: Money, left: Money) -> None:
    findings = appropriation_findings(wanted, bound + left, left, code="main")
    assert bool(findings) == (wanted < bound)
    assert all(found.figures["bound"] == bound for found in findings)


@dataclass
class Book:
    """A ledger of one envelope in memory: acts as the use cases do, and notes what the tables would hold."""

    balance: EnvelopeBalance = field(default_factory=EnvelopeBalance)
    commitments: dict[UUID, CommitmentBalance] = field(default_factory=dict)
    posted: list[Posted] = field(default_factory=list)
    entries: int = 0

    def post(self, kind: EntryKind, amount: Money, commitment_id: UUID | None = None) -> None:
        self.entries += 1
        for line in postings_of(kind, amount):
            self.posted.append(Posted(UUID(int=self.entries), kind, ENVELOPE, commitment_id, line.account, line.amount))

    def act(self, kind: EntryKind, wanted: Money, which: int) -> None:
        now = self.balance
        match kind:
            case EntryKind.APPROPRIATE:
                self.post(kind, wanted)
                self.balance = replace(now, appropriated=now.appropriated + wanted, available=now.available + wanted)
            case EntryKind.REDUCE:
                lower = now.appropriated - wanted
                if appropriation_findings(lower, now.appropriated, now.available, code="main"):
                    return
                self.post(kind, wanted)
                self.balance = replace(now, appropriated=lower, available=now.available - wanted)
            case EntryKind.COMMIT:
                if commitment_findings(wanted, now.available, envelope="Main"):
                    return
                identity = UUID(int=1000 + len(self.commitments))
                self.commitments[identity] = CommitmentBalance(amount=wanted, pending=wanted)
                self.post(kind, wanted, identity)
                self.balance = replace(now, available=now.available - wanted, committed=now.committed + wanted)
            case EntryKind.RELEASE | EntryKind.PAY:
                self._settle(kind, wanted, which)
            case EntryKind.RECOVER:
                self._recover(wanted, which)

    def _settle(self, kind: EntryKind, wanted: Money, which: int) -> None:
        if not self.commitments:
            return
        identity = list(self.commitments)[which % len(self.commitments)]
        one, now = self.commitments[identity], self.balance
        if release_findings(wanted, one.pending):
            return
        self.post(kind, wanted, identity)
        if kind is EntryKind.PAY:
            self.balance = replace(now, committed=now.committed - wanted, paid=now.paid + wanted)
            one = replace(one, pending=one.pending - wanted, paid=one.paid + wanted)
        else:
            self.balance = replace(now, committed=now.committed - wanted, available=now.available + wanted)
            one = replace(one, pending=one.pending - wanted, released=one.released + wanted)
        self.commitments[identity] = one

    def _recover(self, wanted: Money, which: int) -> None:
        """What came back is pending again: never more than was paid."""
        identity = list(self.commitments)[which % len(self.commitments)] if self.commitments else None
        if identity is None or wanted > self.commitments[identity].paid:
            return
        one, now = self.commitments[identity], self.balance
        self.post(EntryKind.RECOVER, wanted, identity)
        self.balance = replace(now, committed=now.committed + wanted, paid=now.paid - wanted)
        self.commitments[identity] = replace(one, pending=one.pending + wanted, paid=one.paid - wanted)


acts = st.lists(st.tuples(kinds, st.integers(1, 500).map(Money), st.integers(0, 9)), max_size=40)


@given(acts, st.randoms())
def test_any_history_replays_to_what_was_kept_and_is_never_negative(
    history: list[tuple[EntryKind, Money, int]], shuffler: st.Random
) -> None:
    book = Book()
    for kind, wanted, which in history:
        book.act(kind, wanted, which)
        assert all(figure["cents"] >= 0 for figure in _plain(book.balance))
        assert book.balance.appropriated == book.balance.available + book.balance.committed + book.balance.paid
    shuffler.shuffle(book.posted)
    found = replay(book.posted)
    assert found.envelopes.get(ENVELOPE, EnvelopeBalance()) == book.balance
    assert found.commitments == book.commitments
    assert (found.entries, found.wrong_entries) == (book.entries, ())
    for one in book.commitments.values():
        assert one.amount == one.pending + one.paid + one.released
        assert all(figure["cents"] >= 0 for figure in _plain(one))
    assert differences("envelope", {ENVELOPE: book.balance}, found.envelopes) == ()
    assert differences("commitment", book.commitments, found.commitments) == ()


def _plain(balance: EnvelopeBalance | CommitmentBalance) -> list[dict[str, int]]:
    return [{"cents": cents} for cents, _currency in astuple(balance)]


@given(st.sampled_from(["appropriated", "available", "committed", "paid"]), st.integers(1, 10**6))
def test_a_balance_that_its_postings_do_not_make_is_named(figure: str, cents: int) -> None:
    kept = EnvelopeBalance(Money(500), Money(300), Money(200))
    forged = replace(kept, **{figure: getattr(kept, figure) + Money(cents)})
    [fault] = differences("envelope", {ENVELOPE: forged}, {ENVELOPE: kept})
    assert fault.startswith(f"envelope {ENVELOPE}: {figure} is ")
    assert differences("envelope", {ENVELOPE: kept}, {})
    [missing] = differences("envelope", {}, {ENVELOPE: kept})
    assert "missing" in missing
