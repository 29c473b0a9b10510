"""Note that money came back: a line of the bank's statement shows it, and the ledger counts it as not paid."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.money import Money
from app.grants.queries.agreement import agreement_of
from app.grants.queries.facts import day_of
from app.grants.queries.grants import grant_for_change, grant_scope
from app.ledger.queries import commitment_for_change, envelope_for_change
from app.ledger.rules.accounts import EntryKind
from app.ledger.schemas import EntryToPost
from app.ledger.use_cases.post_entry import post_entry
from app.payments.queries.statements import line_for_change
from app.payments.rules.lines import UNSETTLED
from app.payments.use_cases.settle_line import settle_line
from app.reporting.events import RecoveryNoted
from app.reporting.policies import require_recording
from app.reporting.queries.recoveries import recovery_after, reference_of
from app.reporting.queries.reports import calculation_for_change, calculations_of, report_for_change
from app.reporting.rules.checking import recovery_key
from app.reporting.rules.hearing import undecided_findings
from app.reporting.rules.recovery import Expected, nothing_open_findings, received_findings
from app.reporting.schemas import NoteRecovery
from app.reporting.use_cases.acting import committed


def note_recovery(
    session: Session, actor: Actor, grant_id: UUID, number: int, wanted: NoteRecovery, *, now: datetime
) -> None:
    """Take a line of the statement as what the coordinator paid back: all of it or a part, with or without interest.

    A line pays what is owed first, and interest with the rest; only what was owed is booked as not paid, interest
    belongs to no commitment. More than that is taken with a reason. Locks commitment, line, grant and report. Raise
    RulesViolated before the report is decided, before the hearing is decided on, where nothing comes back or it came already, or where the line does not
    fit; NotFound for a line that the actor may not read.
    """
    scope = grant_scope(session, grant_id)
    require_recording(actor, scope)
    agreement = agreement_of(session, grant_id)
    commitment_id = committed(session, agreement)
    line = line_for_change(session, actor, wanted.line_id)
    grant_for_change(session, grant_id)  # whoever decides on a later report waits, and so does this
    report = report_for_change(session, grant_id, number)
    calculation = calculation_for_change(session, report.period_id)
    row = next((one for one in calculations_of(session, grant_id) if one.number == number), None)
    before = recovery_after(session, agreement, row, line.booked_on) if row is not None else None
    if calculation is None or before is None:
        raise RulesViolatedError(nothing_open_findings(Expected(Money.zero(), Money.zero())))
    found = undecided_findings(before.hearing.stands if before.hearing is not None else None) or nothing_open_findings(
        before.expected
    )
    found = found or received_findings(
        line.amount,
        before.expected,
        decided_on=day_of(calculation.computed_at),
        booked_on=line.booked_on,
        taken=line.state not in UNSETTLED,
        reason=wanted.reason,
    )
    if found:
        raise RulesViolatedError(found)
    reference, part = reference_of(agreement, number), min(line.amount, before.open)
    if part:
        envelope = envelope_for_change(session, commitment_for_change(session, commitment_id).envelope_id)
        entry = EntryToPost(
            envelope_id=envelope.id,
            kind=EntryKind.RECOVER,
            amount=part,
            key=recovery_key(grant_id, number, len(before.came)),
            reference=agreement.reference,
            commitment_id=commitment_id,
            reason=reference,
        )
        post_entry(session, actor, entry, now=now)
    settle_line(session, actor, line, reference, now=now)
    calculation.received += part
    calculation.recovered_by = actor.person_id
    if part and part == before.open:
        calculation.recovered_on = line.booked_on
        calculation.recovery_reference = line.end_to_end_id or line.text or reference
    session.flush()
    extra = line.amount - part
    facts = {
        "period": number,
        "amount": part,
        "interest": min(extra, before.interest_open),
        "surplus": max(extra - before.interest_open, Money.zero()),
        "open": before.open - part,
        "interest_open": max(before.interest_open - extra, Money.zero()),
        "received_on": line.booked_on,
        "line": line.id,
    }
    event = RecoveryNoted(
        subject_id=grant_id,
        facts=facts,
        call_id=scope.call_id,
        application_id=scope.application_id,
        personal={"reason": wanted.reason.strip()} if wanted.reason.strip() else {},
    )
    record_event(session, actor, event, now=now)
