"""Open the envelopes of a call, and change what they hold when a corrigendum says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.money import Money
from app.infra.ids import new_id
from app.ledger import queries
from app.ledger.events import EnvelopeAppropriated
from app.ledger.models import Envelope
from app.ledger.rules.accounts import EntryKind
from app.ledger.rules.commitments import appropriation_findings
from app.ledger.schemas import EntryToPost, EnvelopeRow, EnvelopeToOpen
from app.ledger.use_cases.post_entry import post_entry

_NOTHING = Money(0)
_CHANGES = (EntryKind.APPROPRIATE, EntryKind.REDUCE)


def open_envelopes(
    session: Session, actor: Actor, call_id: UUID, wanted: Sequence[EnvelopeToOpen], *, now: datetime
) -> None:
    """Set aside for the call exactly what is ``wanted``; saying the same again changes nothing.

    A new code opens an envelope, another amount posts the difference, and an envelope that is no longer wanted gives
    back all that it holds. Raise RulesViolatedError where an envelope would hold less than is committed and paid.
    Permission is the caller's: whoever may publish the call.
    """
    there = {row.code: row for row in queries.envelopes_for_change(session, call_id)}
    gone = [EnvelopeToOpen(row.code, row.title, _NOTHING) for code, row in there.items() if code not in _codes(wanted)]
    every = [*wanted, *gone]
    findings = [
        finding
        for one in every
        if (row := there.get(one.code)) is not None
        for finding in appropriation_findings(one.amount, row.appropriated, row.available, code=one.code)
    ]
    if findings:
        raise RulesViolatedError(findings)
    for one in every:
        row = there.get(one.code) or _opened(session, call_id, one)
        if row.title != one.title:
            session.execute(sa.update(Envelope).where(Envelope.id == row.id).values(title=one.title))
        _appropriate(session, actor, replace(row, title=one.title), one.amount, now=now)


def _codes(wanted: Sequence[EnvelopeToOpen]) -> frozenset[str]:
    return frozenset(one.code for one in wanted)


def _opened(session: Session, call_id: UUID, wanted: EnvelopeToOpen) -> EnvelopeRow:
    row = EnvelopeRow(new_id(), call_id, wanted.code, wanted.title, *[_NOTHING] * 4)
    session.execute(
        sa.insert(Envelope).values(
            id=row.id,
            call_id=call_id,
            code=row.code,
            title=row.title,
            appropriated=_NOTHING,
            available=_NOTHING,
            committed=_NOTHING,
            paid=_NOTHING,
        )
    )
    return row


def _appropriate(session: Session, actor: Actor, row: EnvelopeRow, amount: Money, *, now: datetime) -> None:
    if amount == row.appropriated:
        return
    kind = EntryKind.APPROPRIATE if amount > row.appropriated else EntryKind.REDUCE
    difference = amount - row.appropriated if amount > row.appropriated else row.appropriated - amount
    number = queries.entries_so_far(session, row.id, _CHANGES) + 1
    entry = EntryToPost(row.id, kind, difference, f"appropriate/{row.id}/{number}", row.code)
    post_entry(session, actor, entry, now=now)
    facts = {"code": row.code, "before": row.appropriated, "after": amount}
    record_event(session, actor, EnvelopeAppropriated(subject_id=row.id, call_id=row.call_id, facts=facts), now=now)
