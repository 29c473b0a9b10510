"""What each kind of entry moves: from one account to another, so that every entry is balanced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from app.core.money import Money


class Account(StrEnum):
    """Where money stands. The appropriation is its source and never positive; the others are never negative."""

    APPROPRIATION = "appropriation"
    AVAILABLE = "available"
    COMMITTED = "committed"
    PAID = "paid"


class EntryKind(StrEnum):
    """What an entry does."""

    APPROPRIATE = "appropriate"
    REDUCE = "reduce"
    COMMIT = "commit"
    RELEASE = "release"
    PAY = "pay"
    RECOVER = "recover"


@dataclass(frozen=True, slots=True)
class PostingLine:
    """One amount in one account, never zero."""

    account: Account
    amount: Money


MOVES: Mapping[EntryKind, tuple[Account, Account]] = MappingProxyType(
    {
        EntryKind.APPROPRIATE: (Account.APPROPRIATION, Account.AVAILABLE),
        EntryKind.REDUCE: (Account.AVAILABLE, Account.APPROPRIATION),
        EntryKind.COMMIT: (Account.AVAILABLE, Account.COMMITTED),
        EntryKind.RELEASE: (Account.COMMITTED, Account.AVAILABLE),
        EntryKind.PAY: (Account.COMMITTED, Account.PAID),
        EntryKind.RECOVER: (Account.PAID, Account.COMMITTED),
    }
)
"""From which account to which each kind moves money."""


def postings_of(kind: EntryKind, amount: Money) -> tuple[PostingLine, ...]:
    """The postings of an entry that moves ``amount``; raise ValueError unless it is positive."""
    if amount.cents <= 0:
        raise ValueError("an entry moves an amount above zero")
    source, target = MOVES[kind]
    return PostingLine(source, -amount), PostingLine(target, amount)
