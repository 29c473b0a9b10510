"""Verify that every balance is what its postings make, and that every entry is balanced."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.ledger import queries
from app.ledger.rules.balances import differences, replay
from app.ledger.schemas import LedgerReport


def verify_ledger(session: Session) -> LedgerReport:
    """Compute all balances again from the postings; for a session that sees one moment of the database."""
    envelopes, commitments, entries = queries.stored_balances(session)
    found = replay(queries.postings(session))
    faults = [f"ledger entry {entry_id}: its postings are not balanced" for entry_id in found.wrong_entries]
    if entries != found.entries:
        faults.append(f"ledger: {entries - found.entries} entries have no postings")
    faults += differences("envelope", envelopes, found.envelopes)
    faults += differences("commitment", commitments, found.commitments)
    return LedgerReport(entries, tuple(faults))
