"""Bind a part of an envelope to one subject."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.money import Money
from app.core.violations import Violation
from app.infra.ids import new_id
from app.ledger import queries
from app.ledger.events import AmountCommitted
from app.ledger.models import Commitment
from app.ledger.rules.accounts import EntryKind
from app.ledger.rules.commitments import commitment_findings
from app.ledger.schemas import AmountToCommit, EntryToPost
from app.ledger.use_cases.post_entry import post_entry


def commit_amount(session: Session, actor: Actor, command: AmountToCommit, *, now: datetime) -> UUID:
    """Bind the amount and return the id of the commitment; all of it is pending.

    Locks the envelope first, so that two who commit at once are judged one after the other. Raise
    RulesViolatedError where the envelope has less left, or where something is bound to the subject already;
    NotFoundError for an unknown envelope. Permission is the caller's: the use case that awards.
    """
    envelope = queries.envelope_for_change(session, command.envelope_id)
    findings = commitment_findings(command.amount, envelope.available, envelope=envelope.title)
    if queries.commitment_of(session, command.subject_kind, command.subject_id) is not None:
        words = "An amount is committed for {reference} already."
        again = Violation("ledger.committed_already", words, "amount", {"reference": command.reference})
        findings = (again, *findings)
    if findings:
        raise RulesViolatedError(findings)
    commitment_id = new_id()
    session.execute(
        sa.insert(Commitment).values(
            id=commitment_id,
            envelope_id=envelope.id,
            subject_kind=command.subject_kind,
            subject_id=command.subject_id,
            reference=command.reference,
            title=command.title,
            committed_at=now,
            amount=command.amount,
            pending=command.amount,
            paid=Money(0),
            released=Money(0),
        )
    )
    entry = EntryToPost(
        envelope_id=envelope.id,
        kind=EntryKind.COMMIT,
        amount=command.amount,
        key=f"commit/{commitment_id}",
        reference=command.reference,
        commitment_id=commitment_id,
    )
    post_entry(session, actor, entry, now=now)
    facts = {
        "commitment": commitment_id,
        command.subject_kind: command.subject_id,
        "reference": command.reference,
        "amount": command.amount,
        "left": envelope.available - command.amount,
    }
    record_event(
        session, actor, AmountCommitted(subject_id=envelope.id, call_id=envelope.call_id, facts=facts), now=now
    )
    return commitment_id
