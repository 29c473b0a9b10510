"""Charge what a grant is not for, such as interest for late payment, to the administrative budget of its programme."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.money import Money
from app.infra.ids import new_id
from app.ledger import queries
from app.ledger.events import EnvelopeAppropriated
from app.ledger.models import Envelope
from app.ledger.rules.accounts import EntryKind
from app.ledger.schemas import AmountToCharge, AmountToCommit, EntryToPost
from app.ledger.use_cases.commit_amount import commit_amount
from app.ledger.use_cases.post_entry import post_entry

ADMINISTRATION = "administration"
TITLE = "Administrative budget: interest for late payment"


def charge_administration(session: Session, actor: Actor, wanted: AmountToCharge, *, now: datetime) -> UUID:
    """Set the amount aside beside every call, bind it to its subject, and return the id of that commitment.

    What was charged for a subject before is its commitment again, whatever became of its payment: nothing is charged
    twice. The envelope is the programme's own, in the place of a call: no figure of a call or grant holds it. Locks
    that envelope. Permission and the event of what it is for are the caller's. Raise ValueError for an amount that is
    not above zero.
    """
    zero = Money(0)
    values = {"id": new_id(), "call_id": wanted.programme_id, "code": ADMINISTRATION, "title": TITLE}
    balances = dict.fromkeys(("appropriated", "available", "committed", "paid"), zero)
    opened = insert(Envelope).values(values | balances)
    session.execute(opened.on_conflict_do_nothing(index_elements=[Envelope.call_id, Envelope.code]))
    found = sa.select(Envelope.id).where(Envelope.call_id == wanted.programme_id, Envelope.code == ADMINISTRATION)
    row = queries.envelope_for_change(session, session.scalars(found).one())
    before = queries.commitment_of(session, wanted.subject_kind, wanted.subject_id)
    if before is not None:
        return before.id
    key = f"administration/{wanted.subject_kind}:{wanted.subject_id}"
    entry = EntryToPost(row.id, EntryKind.APPROPRIATE, wanted.amount, key, wanted.reference)
    post_entry(session, actor, entry, now=now)
    facts = {"code": row.code, "before": row.appropriated, "after": row.appropriated + wanted.amount}
    record_event(session, actor, EnvelopeAppropriated(subject_id=row.id, facts=facts), now=now)
    bound = AmountToCommit(
        row.id, wanted.subject_kind, wanted.subject_id, wanted.reference, wanted.title, wanted.amount
    )
    return commit_amount(session, actor, bound, now=now)
