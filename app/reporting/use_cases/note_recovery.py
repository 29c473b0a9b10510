"""Note that money came back: a line of the bank's statement shows it, and the ledger counts it as not paid."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.money import Money
from app.core.violations import Violation
from app.grants.queries.agreement import agreement_of
from app.grants.queries.facts import day_of
from app.grants.queries.grants import grant_for_change, grant_scope
from app.ledger.queries import commitment_for_change, envelope_for_change
from app.ledger.rules.accounts import EntryKind
from app.ledger.schemas import EntryToPost
from app.ledger.use_cases.post_entry import post_entry
from app.payments.queries.statements import line_for_change
from app.payments.use_cases.settle_line import settle_line
from app.reporting.events import RecoveryNoted
from app.reporting.policies import require_recording
from app.reporting.queries.interest import interest_on_recovery
from app.reporting.queries.reports import calculation_for_change, calculations_of, report_for_change
from app.reporting.rules.checking import recovery_key
from app.reporting.rules.recovery import amounts_that_settle, received_findings
from app.reporting.schemas import NoteRecovery
from app.reporting.use_cases.acting import committed


def note_recovery(
    session: Session, actor: Actor, grant_id: UUID, number: int, wanted: NoteRecovery, *, now: datetime
) -> None:
    """Take a line of the statement as what the coordinator paid back, alone or with the interest for coming late.

    Only what was owed is booked as not paid; interest belongs to no commitment. Locks commitment, line, grant and
    report. Raise RulesViolated before the report is decided, where nothing comes back or it came already, or where the
    line does not fit; NotFound for a line that the actor may not read.
    """
    scope = grant_scope(session, grant_id)
    require_recording(actor, scope)
    agreement = agreement_of(session, grant_id)
    commitment_id = committed(session, agreement)
    line = line_for_change(session, actor, wanted.line_id)
    grant_for_change(session, grant_id)  # whoever decides on a later report waits, and so does this
    report = report_for_change(session, grant_id, number)
    calculation = calculation_for_change(session, report.period_id)
    if calculation is None or not calculation.recovery or calculation.recovered_on is not None:
        words = "Nothing is to be paid back after this report, or it came in already."
        raise RulesViolatedError([Violation("settlement.nothing_to_recover", words)])
    row = next(one for one in calculations_of(session, grant_id) if one.number == number)
    interest = interest_on_recovery(agreement.terms, row, line.booked_on)
    settles = amounts_that_settle(row.recovery, interest.amount if interest is not None else Money.zero())
    found = received_findings(
        line.amount,
        settles,
        decided_on=day_of(row.computed_at),
        booked_on=line.booked_on,
        taken=line.payment_id is not None or line.settles != "",
    )
    if found:
        raise RulesViolatedError(found)
    reference = f"{agreement.reference}/R{number}"
    envelope = envelope_for_change(session, commitment_for_change(session, commitment_id).envelope_id)
    entry = EntryToPost(
        envelope_id=envelope.id,
        kind=EntryKind.RECOVER,
        amount=calculation.recovery,
        key=recovery_key(grant_id, number),
        reference=agreement.reference,
        commitment_id=commitment_id,
        reason=reference,
    )
    post_entry(session, actor, entry, now=now)
    settle_line(session, actor, line, reference, now=now)
    calculation.recovered_on = line.booked_on
    calculation.recovery_reference = line.end_to_end_id or line.text or reference
    calculation.recovered_by = actor.person_id
    session.flush()
    facts = {
        "period": number,
        "amount": calculation.recovery,
        "interest": line.amount - calculation.recovery,
        "received_on": line.booked_on,
        "line": line.id,
    }
    event = RecoveryNoted(subject_id=grant_id, facts=facts, call_id=scope.call_id, application_id=scope.application_id)
    record_event(session, actor, event, now=now)
