"""Envelopes and commitments for tests, made through the use cases."""

from __future__ import annotations

import itertools
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import SYSTEM, Actor
from app.core.money import Money
from app.infra.ids import new_id
from app.ledger import queries
from app.ledger.rules.accounts import EntryKind
from app.ledger.schemas import AmountToCommit, EntryToPost, EnvelopeRow, EnvelopeToOpen
from app.ledger.use_cases.commit_amount import commit_amount
from app.ledger.use_cases.open_envelope import open_envelopes
from app.ledger.use_cases.post_entry import post_entry
from tests.conftest import NOW

GRANT, ENVELOPE = Money(36_000_000), Money(360_000_000)
"""The largest grant of the 2018 call, and all of its money: exactly ten grants."""
_numbers = itertools.count(1)


def an_envelope(session: Session, *, amount: Money = ENVELOPE, code: str = "main") -> EnvelopeRow:
    """An envelope of a call that nobody knows."""
    call_id = new_id()
    open_envelopes(session, SYSTEM, call_id, [EnvelopeToOpen(code, f"Strand {code}", amount)], now=NOW)
    return queries.envelope_of(session, call_id, code)


def a_wish(
    envelope_id: UUID, amount: Money = GRANT, *, subject_id: UUID | None = None, reference: str = "", title: str = ""
) -> AmountToCommit:
    """An amount to be bound to an award that was never bound before."""
    number = next(_numbers)
    return AmountToCommit(
        envelope_id=envelope_id,
        subject_kind="award",
        subject_id=subject_id or new_id(),
        reference=reference or f"GRANT-{number:04d}",
        title=title or f"Project {number}",
        amount=amount,
    )


def a_commitment(
    session: Session, envelope_id: UUID, amount: Money = GRANT, *, actor: Actor = SYSTEM, **given: str
) -> UUID:
    """An amount bound to an award."""
    return commit_amount(session, actor, a_wish(envelope_id, amount, **given), now=NOW)  # type: ignore[arg-type]


def pay(session: Session, envelope_id: UUID, commitment_id: UUID, amount: Money) -> UUID:
    """Post a payment as the area of payments will."""
    queries.envelope_for_change(session, envelope_id)
    entry = EntryToPost(envelope_id, EntryKind.PAY, amount, f"pay/{new_id()}", "PAYMENT", commitment_id)
    return post_entry(session, SYSTEM, entry, now=NOW)
