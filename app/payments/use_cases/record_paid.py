"""Note that the bank booked a payment: what was committed is paid now. Called for a line that fits the payment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.ledger.rules.accounts import EntryKind
from app.ledger.schemas import CommitmentRow, EntryToPost
from app.ledger.use_cases.post_entry import post_entry
from app.payments.events import PaymentPaid, PaymentSurfaced
from app.payments.models import Payment, StatementLine
from app.payments.rules.checking import paid_key
from app.payments.rules.lifecycle import PAYMENT, PaymentEvent, PaymentState
from app.payments.use_cases.settle_line import tie_line


def record_paid(
    session: Session,
    actor: Actor,
    payment: Payment,
    line: StatementLine,
    commitment: CommitmentRow,
    *,
    now: datetime,
) -> None:
    """Tie the line to the payment and post the entry; its key makes it happen once.

    The caller has locked the commitment, then the payment, has matched the line and decides on the permission. Where the
    payment had been given up as never paid, that is told too.
    """
    given_up = payment.state == PaymentState.FAILED
    payment.state = PAYMENT.after(payment.state, PaymentEvent.PAY)
    payment.paid_on, payment.reason = line.booked_on, ""
    tie_line(actor, line, payment.id, now=now)
    entry = EntryToPost(
        envelope_id=commitment.envelope_id,
        kind=EntryKind.PAY,
        amount=payment.amount,
        key=paid_key(payment.id),
        reference=payment.reference,
        commitment_id=commitment.id,
    )
    post_entry(session, actor, entry, now=now)
    facts = {
        "reference": payment.reference,
        payment.subject_kind: payment.subject_id,
        "amount": payment.amount,
        "paid_on": payment.paid_on,
        "line": line.id,
    }
    record_event(session, actor, PaymentPaid(subject_id=payment.id, facts=facts, call_id=payment.call_id), now=now)
    if given_up:
        record_surfaced(session, actor, payment, line, now=now)


def record_surfaced(session: Session, actor: Actor, payment: Payment, line: StatementLine, *, now: datetime) -> None:
    """Tell that the bank booked what had been given up as never paid: somebody must look at it."""
    facts = {"reference": payment.reference, "amount": payment.amount, "line": line.id, "booked_on": line.booked_on}
    event = PaymentSurfaced(subject_id=payment.id, facts=facts, call_id=payment.call_id)
    record_event(session, actor, event, now=now)
