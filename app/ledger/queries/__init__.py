"""The readings of the ledger's tables: the only way in for other areas."""

from app.ledger.queries.commitments import (
    commitment_balances,
    commitment_for_change,
    commitment_of,
    commitments_for_change,
    commitments_page,
    pending_sum,
)
from app.ledger.queries.envelopes import (
    balances,
    envelope_for_change,
    envelope_of,
    envelopes_for_change,
    envelopes_of_call,
)
from app.ledger.queries.journal import booked, entries_page, entries_so_far, entries_sum, postings, stored_balances
from app.ledger.queries.recipients import (
    amount_of_recipient,
    lock_recipient,
    received_elsewhere,
    recipient_amount_for_change,
    recipient_amounts,
    subjects_of_recipient,
)

__all__ = [
    "amount_of_recipient",
    "balances",
    "booked",
    "commitment_balances",
    "commitment_for_change",
    "commitment_of",
    "commitments_for_change",
    "commitments_page",
    "entries_page",
    "entries_so_far",
    "entries_sum",
    "envelope_for_change",
    "envelope_of",
    "envelopes_for_change",
    "envelopes_of_call",
    "lock_recipient",
    "pending_sum",
    "postings",
    "received_elsewhere",
    "recipient_amount_for_change",
    "recipient_amounts",
    "stored_balances",
    "subjects_of_recipient",
]
