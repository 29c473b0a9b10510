"""Say which payment an open line of the statement is, where the bank did not give its reference back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import NotPermittedError, RulesViolatedError, SignInRequiredError
from app.core.violations import Violation
from app.ledger.queries import commitments_for_change
from app.payments.policies import may, records_statements
from app.payments.queries.claims import room_for, sent_of
from app.payments.queries.payments import payment_for_change
from app.payments.queries.statements import ids_named, line_for_change, stated
from app.payments.rules.circuit import Act
from app.payments.rules.lines import UNSETTLED
from app.payments.rules.statements import match_findings, paying_findings
from app.payments.schemas import MatchLine
from app.payments.use_cases.record_paid import record_paid


def match_line(session: Session, actor: Actor, line_id: UUID, command: MatchLine, *, now: datetime) -> UUID:
    """Pay the payment of that reference by this line and return its id.

    Raise RulesViolated where no payment that the actor records is called so, where amount or state differ, where the
    line shows money that came (it is recorded at the payment), or is matched already, or where the payment was given up
    as never paid and the same was asked for again; NotFound for an unknown line.
    """
    if not records_statements(actor):
        raise NotPermittedError if actor.signed_in else SignInRequiredError
    reference = command.reference.upper()
    named = ids_named(session, [reference])
    commitments = commitments_for_change(session, [commitment_id for _, commitment_id in named.values()])
    payment = payment_for_change(session, named[reference][0]) if reference in named else None
    if payment is not None and not may(actor, Act.RECORD, payment.call_id, payment.programme_id):
        payment = None
    line = line_for_change(session, actor, line_id)
    findings = paying_findings(stated(line), taken=line.state not in UNSETTLED)
    if payment is None:
        words = "No payment that you can record is called {reference}."
        unknown = Violation("payments.no_such_payment", words, "reference", {"reference": reference or "-"})
        raise RulesViolatedError((*findings, unknown))
    against = match_findings(stated(line), sent_of(session, payment)) or room_for(session, payment)
    if findings := (*findings, *against):
        raise RulesViolatedError(findings)
    record_paid(session, actor, payment, line, commitments[payment.commitment_id], now=now)
    session.flush()
    return payment.id
