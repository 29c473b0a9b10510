"""How a figure came about: which entries of the ledger make it, with which sign, and which event each goes back to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from app.core.money import Money
from app.ledger.rules.accounts import MOVES, Account, EntryKind


class TrailFigure(StrEnum):
    """Figures of an envelope or a grant whose making can be followed."""

    APPROPRIATED = "appropriated"
    COMMITTED = "committed"
    PREFINANCED = "prefinanced"
    ACCEPTED = "accepted"
    PAID = "paid"
    LEFT = "left"
    RECOVERED = "recovered"
    THIRD_PARTIES = "third_parties"


ACCOUNTS: Mapping[TrailFigure, Account] = MappingProxyType(
    {
        TrailFigure.APPROPRIATED: Account.APPROPRIATION,
        TrailFigure.COMMITTED: Account.COMMITTED,
        TrailFigure.PAID: Account.PAID,
        TrailFigure.LEFT: Account.AVAILABLE,
    }
)
"""Figures that are the balance of an account."""
OF_CALLS = tuple(figure for figure in TrailFigure if figure is not TrailFigure.THIRD_PARTIES)
OF_GRANTS = (
    TrailFigure.COMMITTED,
    TrailFigure.PREFINANCED,
    TrailFigure.ACCEPTED,
    TrailFigure.PAID,
    TrailFigure.RECOVERED,
    TrailFigure.THIRD_PARTIES,
)


@dataclass(frozen=True, slots=True)
class Origin:
    """The event that an entry was posted with: its kind, its subject, and facts that tell it from others."""

    kind: str
    subject_id: UUID
    facts: Mapping[str, object] = field(default_factory=dict)


def signed(figure: TrailFigure, kind: EntryKind, amount: Money) -> Money:
    """What an entry that moved ``amount`` adds to the figure; nothing where it does not touch it.

    The appropriation is the source of the money: what leaves that account was set aside.
    """
    if figure is TrailFigure.RECOVERED:
        return amount if kind is EntryKind.RECOVER else Money.zero()
    if figure is TrailFigure.PREFINANCED:
        return amount if kind is EntryKind.PAY else Money.zero()
    account = ACCOUNTS.get(figure)
    source, target = MOVES[kind]
    if account not in {source, target}:
        return Money.zero()
    moved = amount if account is target else -amount
    return -moved if account is Account.APPROPRIATION else moved


def origin_of(key: str, envelope_id: UUID, commitment_id: UUID | None) -> Origin | None:
    """From the key of an entry, which says what it was posted for; None for a key of another kind."""
    head, _, rest = key.partition(":" if key.startswith("payment:") else "/")
    subject, _, tail = rest.partition("/")
    try:
        match head:
            case "appropriate":
                found = Origin("ledger.appropriated", envelope_id)
            case "commit" | "release":
                kind = "ledger.committed" if head == "commit" else "ledger.released"
                found = Origin(kind, envelope_id, {"commitment": str(commitment_id)})
            case "payment":
                found = Origin("payment.failed" if tail else "payment.paid", UUID(subject))
            case "recovery":
                found = Origin("reporting.recovered", UUID(subject), {"period": int(tail.partition("/")[0])})
            case _:
                return None
    except ValueError:
        return None
    return found


def payment_of(key: str) -> UUID | None:
    """The payment that an entry books or takes back."""
    origin = origin_of(key, UUID(int=0), None)
    return origin.subject_id if origin is not None and origin.kind.startswith("payment.") else None
