"""Verify that payments, files for the bank, bookings and the ledger say the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.ledger.queries import stored_balances
from app.ledger.schemas import Booked
from app.payments.queries.checking import checked_files, checked_payments
from app.payments.rules.checking import CheckedPayment, Moved, bound_faults, file_faults, payment_faults


@dataclass(frozen=True, slots=True)
class PaymentsReport:
    """How many payments there are, what is wrong with them, and the keys of the entries that they explain."""

    payments: int
    faults: tuple[str, ...]
    explained: frozenset[str]


def verify_payments(session: Session, entries: Mapping[str, Booked]) -> PaymentsReport:
    """Compare every payment with its entry, its bookings and its file; ``entries`` are those that pay or take back."""
    payments = checked_payments(session)
    moved = {key: Moved(one.kind, one.commitment_id, one.amount) for key, one in entries.items()}
    faults = [fault for one in payments for fault in payment_faults(one, moved)]
    in_file: dict[UUID, list[CheckedPayment]] = defaultdict(list)
    for one in payments:
        if one.file_id is not None:
            in_file[one.file_id].append(one)
    faults += [fault for file in checked_files(session) for fault in file_faults(file, in_file[file.id])]
    _, commitments, _ = stored_balances(session)
    pending = {commitment_id: balance.pending for commitment_id, balance in commitments.items()}
    faults += bound_faults(payments, pending)
    return PaymentsReport(len(payments), tuple(faults), frozenset(key for one in payments for key, _, _ in one.keys))
