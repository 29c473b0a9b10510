"""Note that the bank sent back what it had booked: the amount is free again, and what was paid is taken back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.violations import Violation
from app.ledger.queries import commitment_for_change
from app.ledger.rules.accounts import EntryKind
from app.ledger.schemas import EntryToPost
from app.ledger.use_cases.post_entry import post_entry
from app.payments.events import PaymentFailed
from app.payments.models import Payment, StatementLine
from app.payments.policies import require
from app.payments.queries.claims import sent_of, stray_line
from app.payments.queries.payments import payment_for_change, payment_where
from app.payments.queries.statements import line_for_change, stated
from app.payments.rules.checking import back_key
from app.payments.rules.circuit import Act, reason_findings
from app.payments.rules.lifecycle import PAYMENT, PaymentEvent, PaymentState
from app.payments.rules.lines import UNSETTLED
from app.payments.rules.statements import come_back_findings
from app.payments.schemas import FailPayment
from app.payments.use_cases.settle_line import tie_line


def fail_payment(session: Session, actor: Actor, payment_id: UUID, command: FailPayment, *, now: datetime) -> None:
    """Say that the money came back, with the reason and the line of the statement that shows it.

    Where the bank booked what had been given up as never paid, and something else was paid instead, the line with
    which the money left and the one with which it came are both its own then, and nothing else changes.
    Raise RulesViolated without a reason or a line, or where the line does not fit; TransitionNotAllowed before the
    bank booked it; NotPermitted and NotFound as the policies say.
    """
    call_id, programme_id, commitment_id = payment_where(session, payment_id)
    require(actor, Act.RECORD, call_id, programme_id)
    commitment = commitment_for_change(session, commitment_id)
    payment = payment_for_change(session, payment_id)
    left = stray_line(session, payment_id)
    state = PaymentState.FAILED if left is not None else PAYMENT.after(payment.state, PaymentEvent.FAIL)
    line = line_for_change(session, actor, command.line_id) if command.line_id is not None else None
    if findings := (*reason_findings(command.reason), *_line_findings(session, payment, line)):
        raise RulesViolatedError(findings)
    facts = {"reference": payment.reference, "amount": payment.amount, "from": payment.state}
    for one in (left, line):
        if one is not None:
            tie_line(actor, one, payment.id, now=now)
            facts["line"] = one.id
    if payment.state == PaymentState.PAID:
        entry = EntryToPost(
            envelope_id=commitment.envelope_id,
            kind=EntryKind.RECOVER,
            amount=payment.amount,
            key=back_key(payment.id),
            reference=payment.reference,
            commitment_id=commitment.id,
            reason=command.reason,
        )
        post_entry(session, actor, entry, now=now)
        payment.state, payment.reason = state, command.reason
    session.flush()
    event = PaymentFailed(
        subject_id=payment.id, facts=facts, call_id=payment.call_id, personal={"reason": command.reason}
    )
    record_event(session, actor, event, now=now)


def _line_findings(session: Session, payment: Payment, line: StatementLine | None) -> tuple[Violation, ...]:
    taken = line is not None and line.state not in UNSETTLED
    return come_back_findings(stated(line) if line is not None else None, sent_of(session, payment), taken=taken)
