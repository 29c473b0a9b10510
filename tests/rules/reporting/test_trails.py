"""Every entry of the ledger goes back to one event, and the signed entries make the balance."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Money
from app.infra.ids import new_id
from app.ledger.rules.accounts import Account, EntryKind, postings_of
from app.reporting.rules.trails import ACCOUNTS, Origin, TrailFigure, origin_of, payment_of, signed

ENTRIES = st.lists(st.tuples(st.sampled_from(EntryKind), st.integers(1, 10**12).map(Money)), max_size=12)
ENVELOPE, COMMITMENT, OTHER = new_id(), new_id(), new_id()
BOUND = {"commitment": str(COMMITMENT)}


@given(ENTRIES, st.sampled_from(sorted(ACCOUNTS)))
def test_signed_entries_make_the_balance_of_the_account(
    entries: list[tuple[EntryKind, Money]], figure: TrailFigure
) -> None:
    account = ACCOUNTS[figure]
    balance = Money.total(
        line.amount for kind, amount in entries for line in postings_of(kind, amount) if line.account is account
    )
    total = Money.total(signed(figure, kind, amount) for kind, amount in entries)
    assert total == (-balance if account is Account.APPROPRIATION else balance)


@given(ENTRIES)
def test_what_came_back_is_counted_once(entries: list[tuple[EntryKind, Money]]) -> None:
    back = Money.total(amount for kind, amount in entries if kind is EntryKind.RECOVER)
    assert Money.total(signed(TrailFigure.RECOVERED, kind, amount) for kind, amount in entries) == back


@pytest.mark.parametrize(
    ("key", "origin"),
    [
        (f"appropriate/{ENVELOPE}/1", Origin("ledger.appropriated", ENVELOPE)),
        (f"commit/{COMMITMENT}", Origin("ledger.committed", ENVELOPE, BOUND)),
        (f"release/{ENVELOPE}/3", Origin("ledger.released", ENVELOPE, BOUND)),
        (f"payment:{OTHER}", Origin("payment.paid", OTHER)),
        (f"payment:{OTHER}/back", Origin("payment.failed", OTHER)),
        (f"recovery/{OTHER}/2", Origin("reporting.recovered", OTHER, {"period": 2})),
        (f"recovery/{OTHER}/2/1", Origin("reporting.recovered", OTHER, {"period": 2})),
        ("recovery/nobody/2", None),
        (f"recovery/{OTHER}/x", None),
        ("payment:nothing", None),
        ("pay/by-hand", None),
        ("", None),
    ],
    ids=range(12),
)
def test_a_key_says_what_an_entry_was_posted_for(key: str, origin: Origin | None) -> None:
    assert origin_of(key, ENVELOPE, COMMITMENT) == origin
    wanted = origin is not None and origin.kind.startswith("payment.")
    assert payment_of(key) == (OTHER if wanted else None)


@given(st.text(max_size=60))
def test_any_key_is_read_without_a_fault(key: str) -> None:
    found = origin_of(key, ENVELOPE, None)
    assert found is None or isinstance(found.subject_id, UUID)
