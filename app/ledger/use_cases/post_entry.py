"""Post one balanced entry: the one place that writes entries and postings."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.infra.ids import new_id
from app.ledger.models import Commitment, Entry, Posting
from app.ledger.rules.accounts import EntryKind, postings_of
from app.ledger.rules.commitments import recovery_findings
from app.ledger.schemas import EntryToPost


def post_entry(session: Session, actor: Actor, entry: EntryToPost, *, now: datetime) -> UUID:
    """Write the entry and return its id; a trigger moves the balances of its envelope and commitment.

    The caller holds the lock of the envelope, has applied the rules, decides on the permission and records the
    event. Raise RulesViolated where more comes back than was paid, ValueError for an amount that is not above zero; a
    second entry of one key is refused by the database.
    """
    entry_id = new_id()
    session.flush()
    if entry.kind is EntryKind.RECOVER:
        _require_paid(session, entry)
    session.execute(
        sa.insert(Entry).values(
            id=entry_id,
            envelope_id=entry.envelope_id,
            kind=entry.kind,
            key=entry.key,
            occurred_at=now,
            actor_id=actor.person_id,
            reference=entry.reference,
            reason=entry.reason,
        )
    )
    lines = [
        {
            "id": new_id(),
            "entry_id": entry_id,
            "envelope_id": entry.envelope_id,
            "commitment_id": entry.commitment_id,
            "account": line.account,
            "amount": line.amount,
        }
        for line in postings_of(entry.kind, entry.amount)
    ]
    session.execute(sa.insert(Posting).values(lines))  # one statement: a commitment moves as a whole
    return entry_id


def _require_paid(session: Session, entry: EntryToPost) -> None:
    """Whoever says that money came back knows one payment or one report; what the whole commitment paid is known here."""
    paid = session.execute(sa.select(Commitment.paid).where(Commitment.id == entry.commitment_id)).scalar_one()
    if findings := recovery_findings(entry.amount, paid):
        raise RulesViolatedError(findings)
