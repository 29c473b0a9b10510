"""Give back to the envelope what of a commitment is neither paid nor released."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.money import Money
from app.ledger import queries
from app.ledger.events import CommitmentReleased
from app.ledger.rules.accounts import EntryKind
from app.ledger.rules.commitments import release_findings
from app.ledger.schemas import EntryToPost
from app.ledger.use_cases.post_entry import post_entry


def release_commitment(
    session: Session, actor: Actor, commitment_id: UUID, *, reason: str, now: datetime, amount: Money | None = None
) -> None:
    """Release ``amount`` of the commitment, or all that is pending; the journal keeps the reason.

    Raise RulesViolatedError where less than that is pending, NotFoundError for an unknown commitment. Permission is
    the caller's: the use case that takes an award back, lowers it or closes its grant.
    """
    commitment = queries.commitment_for_change(session, commitment_id)
    released = commitment.pending if amount is None else amount
    if findings := release_findings(released, commitment.pending):
        raise RulesViolatedError(findings)
    envelope = queries.envelope_for_change(session, commitment.envelope_id)
    number = queries.entries_so_far(session, envelope.id, (EntryKind.RELEASE,)) + 1
    entry = EntryToPost(
        envelope_id=envelope.id,
        kind=EntryKind.RELEASE,
        amount=released,
        key=f"release/{envelope.id}/{number}",
        reference=commitment.reference,
        commitment_id=commitment.id,
        reason=reason,
    )
    post_entry(session, actor, entry, now=now)
    facts = {
        "commitment": commitment.id,
        commitment.subject_kind: commitment.subject_id,
        "reference": commitment.reference,
        "amount": released,
        "left": envelope.available + released,
    }
    event = CommitmentReleased(
        subject_id=envelope.id, call_id=envelope.call_id, facts=facts, personal={"reason": reason}
    )
    record_event(session, actor, event, now=now)
