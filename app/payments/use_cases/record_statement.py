"""Record a statement of the bank: each line once; a line that fits a released payment says that it is paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotPermittedError, SignInRequiredError
from app.infra.ids import new_id
from app.ledger.queries import commitments_for_change
from app.payments.events import StatementRecorded
from app.payments.models import Payment, StatementLine
from app.payments.policies import may, records_statements
from app.payments.queries.claims import room_for, sent_of
from app.payments.queries.payments import payments_for_change
from app.payments.queries.statements import ids_named, stated
from app.payments.rules.circuit import Act
from app.payments.rules.lifecycle import PaymentState
from app.payments.rules.statements import Meaning, Stated, fingerprints, match_findings, meaning
from app.payments.schemas import Recorded
from app.payments.use_cases.record_paid import record_paid, record_surfaced


def record_statement(session: Session, actor: Actor, lines: Sequence[Stated], *, now: datetime) -> Recorded:
    """Add the lines that are not known yet and pay the payments that they book, where the actor may record them.

    A line that fits no payment stays open, and so does money that came back: a person looks at it. What had been given
    up as never paid is paid too, unless the same was asked for again: then its line stays open, and the office is told.
    Raise NotPermitted unless the actor is an accounting officer.
    """
    if not records_statements(actor):
        raise NotPermittedError if actor.signed_in else SignInRequiredError
    known = ids_named(session, {line.end_to_end_id for line in lines if line.end_to_end_id})
    commitments = commitments_for_change(session, [commitment_id for _, commitment_id in known.values()])
    locked = payments_for_change(session, [payment_id for payment_id, _ in known.values()])
    payments = {payment.reference: payment for payment in locked}
    statement_id = new_id()
    added = _added(session, actor, lines, statement_id, now=now)
    paid: list[UUID] = []
    for line in added:
        payment = payments.get(line.end_to_end_id)
        if payment is None:
            continue
        if _pays(session, actor, line, payment):
            record_paid(session, actor, payment, line, commitments[payment.commitment_id], now=now)
            paid.append(payment.id)
        elif payment.state == PaymentState.FAILED and payment.paid_on is None and line.amount == -payment.amount:
            record_surfaced(session, actor, payment, line, now=now)
    session.flush()
    if added:
        facts = {"new": len(added), "known": len(lines) - len(added), "paid": len(paid)}
        record_event(session, actor, StatementRecorded(subject_id=statement_id, facts=facts), now=now)
    return Recorded(len(added), len(lines) - len(added), tuple(paid), statement_id if added else None)


def _pays(session: Session, actor: Actor, line: StatementLine, payment: Payment) -> bool:
    booked = stated(line)
    return (
        meaning(booked) is Meaning.PAID
        and not match_findings(booked, sent_of(session, payment))
        and may(actor, Act.RECORD, payment.call_id, payment.programme_id)
        and not room_for(session, payment)
    )


def _added(
    session: Session, actor: Actor, lines: Sequence[Stated], statement_id: UUID, *, now: datetime
) -> Sequence[StatementLine]:
    """The lines that were not known, stored and in the order of the statement."""
    rows: list[Mapping[str, object]] = [
        {
            "id": new_id(),
            "booked_on": line.booked_on,
            "amount": line.amount,
            "counterparty": line.counterparty,
            "iban": line.iban,
            "end_to_end_id": line.end_to_end_id,
            "text": line.text,
            "fingerprint": fingerprint,
            "recorded_at": now,
            "recorded_by": actor.person_id,
            "statement_id": statement_id,
        }
        for line, fingerprint in zip(lines, fingerprints(lines), strict=True)
    ]
    if not rows:
        return ()
    session.flush()
    statement = insert(StatementLine).on_conflict_do_nothing(index_elements=[StatementLine.fingerprint])
    session.execute(statement, sorted(rows, key=lambda row: str(row["fingerprint"])))
    mine = sa.select(StatementLine).where(StatementLine.id.in_([row["id"] for row in rows]))
    return session.scalars(mine.order_by(StatementLine.id)).all()
