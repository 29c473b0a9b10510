"""Commands and readings of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.core.money import Money
from app.ledger.rules.accounts import Account, EntryKind, PostingLine
from app.ledger.rules.recipients import Within


@dataclass(frozen=True, slots=True)
class EnvelopeToOpen:
    """An envelope as a call wants it; ``code`` is the id of a strand or a pool."""

    code: str
    title: str
    amount: Money


@dataclass(frozen=True, slots=True)
class AmountToCommit:
    """What is to be bound to which subject; ``reference`` and ``title`` are what lists show of it."""

    envelope_id: UUID
    subject_kind: str
    subject_id: UUID
    reference: str
    title: str
    amount: Money


@dataclass(frozen=True, slots=True)
class AmountToCharge:
    """What is charged to the administrative budget of a programme, for which subject."""

    programme_id: UUID
    subject_kind: str
    subject_id: UUID
    reference: str
    title: str
    amount: Money


@dataclass(frozen=True, slots=True)
class EntryToPost:
    """An entry to write; ``key`` makes it happen once."""

    envelope_id: UUID
    kind: EntryKind
    amount: Money
    key: str
    reference: str
    commitment_id: UUID | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """The grant out of which a third party is paid, with its call and programme."""

    grant_id: UUID
    call_id: UUID
    programme_id: UUID


@dataclass(frozen=True, slots=True)
class RecipientAmountToRecord:
    """What a third party received; ``ceiling`` counts ``within`` the place, None where there is none."""

    keys: Sequence[str]
    name: str
    place: Place
    subject_kind: str
    subject_id: UUID
    amount: Money
    ceiling: Money | None = None
    within: Within = Within.GRANT


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What was recorded for a third party, with the ceiling that it was judged by."""

    id: UUID
    keys: tuple[str, ...]
    name: str
    place: Place
    subject_kind: str
    subject_id: UUID
    amount: Money
    ceiling: Money | None
    within: Within
    reversed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReceivedElsewhere:
    """What the recipient of one subject received out of another grant as well."""

    subject_id: UUID
    grant_id: UUID
    amount: Money
    payments: int


@dataclass(frozen=True, slots=True)
class EnvelopeRow:
    """An envelope with its balances."""

    id: UUID
    call_id: UUID
    code: str
    title: str
    appropriated: Money
    available: Money
    committed: Money
    paid: Money


@dataclass(frozen=True, slots=True)
class CommitmentRow:
    """A commitment as lists show it."""

    id: UUID
    envelope_id: UUID
    envelope: str
    code: str
    subject_kind: str
    subject_id: UUID
    reference: str
    title: str
    committed_at: datetime
    amount: Money
    pending: Money
    paid: Money
    released: Money


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry of the journal with its postings, the account that gives first."""

    id: UUID
    kind: EntryKind
    envelope_id: UUID
    envelope: str
    code: str
    occurred_at: datetime
    actor_id: UUID | None
    reference: str
    reason: str
    key: str
    commitment_id: UUID | None
    postings: Sequence[PostingLine]

    @property
    def amount(self) -> Money:
        """What the entry moved."""
        return self.postings[-1].amount


class Standing(StrEnum):
    """Which commitments are wanted: with something pending, or all paid and released."""

    PENDING = "pending"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class CommitmentFilter:
    """Which commitments are wanted; empty fields do not narrow. ``envelope`` is a code."""

    text: str = ""
    envelope: str = ""
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries are wanted; empty fields do not narrow. ``envelope`` is a code, ``account`` one that is moved.

    ``keys`` names single entries, ``commitments`` those that moved one of them; None of both does not narrow.
    """

    text: str = ""
    envelope: str = ""
    kind: EntryKind | None = None
    account: Account | None = None
    keys: Sequence[str] | None = None
    commitments: Sequence[UUID] | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    """An entry that pays or takes back, for the check that every one of them has its reason."""

    entry_id: UUID
    kind: EntryKind
    commitment_id: UUID | None
    amount: Money
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """What was computed again, and each fault in a sentence."""

    entries: int
    faults: tuple[str, ...]
