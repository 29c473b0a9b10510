"""Decide on an announced recovery after the hearing: ask it back in full or in part, or not at all."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.rules.interests import interest_findings
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.money import Money
from app.documents.schemas import DocumentRequest
from app.documents.use_cases.request_document import request_document
from app.grants.queries.agreement import agreement_of
from app.grants.queries.facts import day_of
from app.grants.queries.interests import is_of_a_party
from app.payments.schemas import Payer
from app.reporting.events import RecoveryDecided
from app.reporting.queries.documents import ABOUT_REPORT, RECOVERY_NOTE
from app.reporting.queries.reports import authors_of
from app.reporting.rules.hearing import HEARING, Announced, HearingEvent, HearingState, decision_findings
from app.reporting.rules.recovery import recovery_due_on
from app.reporting.rules.submission import independent_findings
from app.reporting.schemas import DecideRecovery
from app.reporting.use_cases.acting import Act, settling

EVENTS = {"confirm": HearingEvent.CONFIRM, "lower": HearingEvent.LOWER, "withdraw": HearingEvent.WITHDRAW}


def decide_recovery(  # noqa: PLR0913  # the report, the decision, and where the money goes
    session: Session,
    actor: Actor,
    grant_id: UUID,
    number: int,
    wanted: DecideRecovery,
    *,
    now: datetime,
    payee: Payer | None = None,
) -> None:
    """Confirm, lower or withdraw it with reasons, after the answer or the last day; what is asked back gets its note.

    The note names amount, term and account (``payee``, the body's own; none where it is not known). What is taken off is
    a decision on what is owed, not a waiver: it is taken by another person than the one who decided on the report. Raise
    RulesViolated with all that speaks against it, TransitionNotAllowed where it was decided on, NotFound where nothing
    was announced.
    """
    act, calculation, hearing = settling(session, actor, grant_id, number)
    event = EVENTS[wanted.decision]
    state = HEARING.after(HearingState(hearing.state), event)
    answered = hearing.answered_at is not None
    announced = Announced(calculation.recovery, hearing.announced_by, hearing.answer_by, hearing.ends_at, answered)
    involved = {*authors_of(session, hearing.period_id), hearing.answered_by}
    found = (
        *independent_findings(actor.persons, involved),
        *interest_findings(of_a_party=is_of_a_party(session, actor, act.scope)),
        *decision_findings(announced, event, wanted.amount, wanted.reason, actor.persons, now=now),
    )
    if found:
        raise RulesViolatedError(found)
    hearing.state, hearing.reason = state, wanted.reason.strip()
    hearing.decided_at, hearing.decided_by = now, actor.person_id
    asked_back = {
        HearingEvent.CONFIRM: calculation.recovery,
        HearingEvent.LOWER: wanted.amount or Money.zero(),
        HearingEvent.WITHDRAW: Money.zero(),
    }[event]
    calculation.lowered = calculation.recovery - asked_back
    if asked_back:
        _ask_for_note(session, actor, act, asked_back, wanted.reason.strip(), payee, now=now)
    else:
        calculation.recovered_on, calculation.recovery_reference = day_of(now), "withdrawn"
    session.flush()
    facts = {"how": state, "amount": asked_back, "lowered": calculation.lowered}
    decided = RecoveryDecided(**act.event(**facts), personal={"reason": hearing.reason})
    record_event(session, actor, decided, now=now)


def _ask_for_note(  # noqa: PLR0913  # what it says was decided just now
    session: Session, actor: Actor, act: Act, amount: Money, reason: str, payee: Payer | None, *, now: datetime
) -> None:
    agreement = agreement_of(session, act.scope.grant_id, act.report.agreement_version)
    account = {"name": payee.name, "iban": payee.iban, "bic": payee.bic} if payee is not None and payee.iban else {}
    wanted = DocumentRequest(
        kind=RECOVERY_NOTE,
        subject_kind=ABOUT_REPORT,
        subject_id=act.report.period_id,
        reference=f"{agreement.reference}/N{act.number}",
        title=f"Recovery note after report {act.number} of {agreement.acronym}",
        data={
            "grant": str(act.scope.grant_id),
            "number": act.number,
            "amount": amount.amount,
            "issued_on": day_of(now).isoformat(),
            "due_on": recovery_due_on(day_of(now), agreement.terms.recovery_days).isoformat(),
            "account": account,
            "reason": reason,
        },
        call_id=act.scope.call_id,
        application_id=act.scope.application_id,
    )
    request_document(session, actor, wanted, now=now)
