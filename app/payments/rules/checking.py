"""Do payments, their bookings, their files and the entries of the ledger say the same? Every difference in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.core.money import Money
from app.ledger.rules.accounts import EntryKind
from app.payments.rules.files import message_id
from app.payments.rules.lifecycle import IN_PAYMENT, PaymentState


@dataclass(frozen=True, slots=True)
class CheckedPayment:
    """A payment as it is stored; ``lines`` are the amounts of the bookings that are matched to it.

    ``stray`` where an open line of the statement books what was given up as never paid.
    """

    id: UUID
    reference: str
    state: PaymentState
    amount: Money
    commitment_id: UUID
    file_id: UUID | None
    paid_on: date | None
    lines: tuple[Money, ...]
    stray: bool = False

    @property
    def came_back(self) -> bool:
        """Whether it was booked and then sent back."""
        return self.state is PaymentState.FAILED and self.paid_on is not None

    @property
    def keys(self) -> tuple[tuple[str, EntryKind, bool], ...]:
        """The keys that its entries have, their kinds, and whether there must be one now."""
        return (
            (paid_key(self.id), EntryKind.PAY, self.paid_on is not None),
            (back_key(self.id), EntryKind.RECOVER, self.came_back),
        )


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file for the bank as it is stored; ``kept`` is the hash under which its bytes are kept."""

    id: UUID
    reference: str
    message: str
    control_sum: Money
    payments: int
    sha256: str
    kept: str


@dataclass(frozen=True, slots=True)
class Moved:
    """An entry of the ledger that pays or takes back."""

    kind: EntryKind
    commitment_id: UUID | None
    amount: Money


def paid_key(payment_id: UUID) -> str:
    """The key of the entry that pays: a payment is booked once."""
    return f"payment:{payment_id}"


def back_key(payment_id: UUID) -> str:
    """The key of the entry that takes it back."""
    return f"payment:{payment_id}/back"


def payment_faults(payment: CheckedPayment, entries: Mapping[str, Moved]) -> Iterator[str]:
    """What of a payment is not what the ledger and the bookings of the bank say."""
    for key, kind, wanted in payment.keys:
        entry = entries.get(key)
        meant = Moved(kind, payment.commitment_id, payment.amount) if wanted else None
        if entry != meant:
            found = f"{entry.kind} {entry.amount}" if entry is not None else "nothing"
            should = f"{kind} {payment.amount} of its commitment" if wanted else "nothing"
            yield f"payment {payment.reference}: the ledger has {found} under {key}, it should have {should}"
    out, back = -payment.amount, payment.amount
    possible: list[list[Money]] = [[out] if payment.paid_on is not None else []]
    if payment.state is PaymentState.FAILED:
        possible = [[out, back]] if payment.came_back else [[], [out, back]]
    if sorted(payment.lines) not in possible:
        told = ", ".join(str(one) for one in payment.lines) or "nothing"
        yield f"payment {payment.reference}: it is {payment.state}, the bank booked {told}"
    if payment.stray:
        yield f"payment {payment.reference}: it was given up as never paid, an open line of the bank says that it left"


def file_faults(file: CheckedFile, members: Sequence[CheckedPayment]) -> Iterator[str]:
    """What of a file for the bank is not what its payments say."""
    total = Money.total(one.amount for one in members)
    if (file.payments, file.control_sum) != (len(members), total):
        told = f"{file.payments} payments of {file.control_sum}"
        yield f"file {file.reference}: it says {told}, it has {len(members)} of {total}"
    if file.message != message_id(one.id for one in members):
        yield f"file {file.reference}: its message is not the one of its payments"
    if file.sha256 != file.kept:
        yield f"file {file.reference}: the bytes that are kept are not those that were sent"


def bound_faults(payments: Sequence[CheckedPayment], pending: Mapping[UUID, Money]) -> Iterator[str]:
    """Commitments of which more is on the way than is neither paid nor released."""
    bound: dict[UUID, Money] = {}
    for one in payments:
        if one.state in IN_PAYMENT:
            bound[one.commitment_id] = bound.get(one.commitment_id, Money.zero()) + one.amount
    for commitment_id, total in bound.items():
        left = pending.get(commitment_id, Money.zero())
        if total > left:
            yield f"commitment {commitment_id}: payments on the way come to {total}, {left} is pending"
