"""The readings of the ledger's tables: the only way in for other areas."""

from app.ledger.queries.commitments import (
    commitment_for_change,
    commitment_of,
    commitments_for_change,
    commitments_page,
)
from app.ledger.queries.envelopes import (
    balances,
    envelope_for_change,
    envelope_of,
    envelopes_for_change,
    envelopes_of_call,
)
from app.ledger.queries.journal import entries_page, entries_so_far, postings, stored_balances

__all__ = [
    "balances",
    "commitment_for_change",
    "commitment_of",
    "commitments_for_change",
    "commitments_page",
    "entries_page",
    "entries_so_far",
    "envelope_for_change",
    "envelope_of",
    "envelopes_for_change",
    "envelopes_of_call",
    "postings",
    "stored_balances",
]
