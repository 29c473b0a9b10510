"""Balances computed again from the postings, to be compared with those that are stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from uuid import UUID

from app.core.money import Money
from app.ledger.rules.accounts import MOVES, Account, EntryKind

NOTHING = Money(0)


@dataclass(frozen=True, slots=True)
class Posted:
    """One posting with the kind of its entry."""

    entry_id: UUID
    kind: EntryKind
    envelope_id: UUID
    commitment_id: UUID | None
    account: Account
    amount: Money


@dataclass(frozen=True, slots=True)
class EnvelopeBalance:
    """What was set aside, and where it stands now."""

    appropriated: Money = NOTHING
    available: Money = NOTHING
    committed: Money = NOTHING
    paid: Money = NOTHING


@dataclass(frozen=True, slots=True)
class CommitmentBalance:
    """What was bound, and what became of it."""

    amount: Money = NOTHING
    pending: Money = NOTHING
    paid: Money = NOTHING
    released: Money = NOTHING


Balance = EnvelopeBalance | CommitmentBalance


@dataclass(frozen=True, slots=True)
class Replay:
    """Every balance as the postings make it, and the ids of the entries that are not what their kind says."""

    envelopes: Mapping[UUID, EnvelopeBalance]
    commitments: Mapping[UUID, CommitmentBalance]
    wrong_entries: tuple[UUID, ...]
    entries: int


def replay(postings: Iterable[Posted]) -> Replay:
    """Compute every balance from its postings; they may come in any order."""
    sums: dict[UUID, dict[Account, Money]] = defaultdict(lambda: dict.fromkeys(Account, NOTHING))
    bound: dict[UUID, dict[EntryKind, Money]] = defaultdict(lambda: dict.fromkeys(EntryKind, NOTHING))
    entries: dict[UUID, tuple[EntryKind, list[tuple[Account, Money]]]] = {}
    for one in postings:
        sums[one.envelope_id][one.account] += one.amount
        entries.setdefault(one.entry_id, (one.kind, []))[1].append((one.account, one.amount))
        if one.commitment_id is not None and one.account is Account.COMMITTED:
            bound[one.commitment_id][one.kind] += one.amount
    return Replay(
        envelopes={envelope_id: _envelope(by_account) for envelope_id, by_account in sums.items()},
        commitments={commitment_id: _commitment(by_kind) for commitment_id, by_kind in bound.items()},
        wrong_entries=tuple(entry_id for entry_id, (kind, lines) in entries.items() if not is_balanced(kind, lines)),
        entries=len(entries),
    )


def is_balanced(kind: EntryKind, lines: Iterable[tuple[Account, Money]]) -> bool:
    """Whether an entry moves one amount above zero between the two accounts of its kind, and nothing else."""
    (source, target), found = MOVES[kind], sorted(lines, key=lambda line: line[1].cents)
    if [account for account, _ in found] != [source, target]:
        return False
    (_, taken), (_, given) = found
    return given.cents > 0 and not taken + given


def differences(kind: str, stored: Mapping[UUID, Balance], computed: Mapping[UUID, Balance]) -> tuple[str, ...]:
    """What is stored otherwise than the postings say, one sentence per figure; ``kind`` names what has the balance."""
    found = []
    for identity, balance in stored.items():
        meant = computed.get(identity, type(balance)())
        for field in fields(balance):
            stands, should = getattr(balance, field.name), getattr(meant, field.name)
            if stands != should:
                found.append(f"{kind} {identity}: {field.name} is {stands}, its postings make {should}")
    found += [f"{kind} {identity}: it has postings but is missing" for identity in computed.keys() - stored.keys()]
    return tuple(found)


def _envelope(by_account: Mapping[Account, Money]) -> EnvelopeBalance:
    return EnvelopeBalance(
        appropriated=-by_account[Account.APPROPRIATION],
        available=by_account[Account.AVAILABLE],
        committed=by_account[Account.COMMITTED],
        paid=by_account[Account.PAID],
    )


def _commitment(by_kind: Mapping[EntryKind, Money]) -> CommitmentBalance:
    amount, released = by_kind[EntryKind.COMMIT], -by_kind[EntryKind.RELEASE]
    paid = -by_kind[EntryKind.PAY] - by_kind[EntryKind.RECOVER]
    return CommitmentBalance(amount=amount, pending=amount - paid - released, paid=paid, released=released)
