"""Hand what is due after a decided report to the payment circuit."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.rules.interests import interest_findings
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.violations import Violation
from app.documents.schemas import DocumentRequest
from app.documents.use_cases.request_document import request_document
from app.grants.queries.accounts import account_to_pay
from app.grants.queries.agreement import agreement_of
from app.grants.queries.facts import day_of
from app.grants.queries.grants import grant_for_change, grant_scope
from app.grants.queries.interests import is_of_a_party
from app.grants.rules.payee import payee_findings
from app.payments.rules.lifecycle import PaymentKind
from app.payments.rules.time_limits import due_on
from app.payments.schemas import PaymentToInitiate
from app.payments.use_cases.initiate_payment import initiate_payment
from app.reporting.events import PaymentRequested
from app.reporting.models import PaymentCalculation, PeriodicReport
from app.reporting.policies import require_requesting
from app.reporting.queries.documents import ABOUT_REPORT, PAYMENT_LETTER
from app.reporting.queries.paid import SUBJECT, gained_payments, is_given_up, lost_payments
from app.reporting.queries.reports import calculation_for_change, calculations_of, report_for_change
from app.reporting.rules.calculation import after_all_findings, superseded_findings
from app.reporting.rules.periods import PaymentAfter
from app.reporting.rules.sheet import sheet_from
from app.reporting.use_cases.acting import committed


def request_payment(session: Session, actor: Actor, grant_id: UUID, number: int, *, now: datetime) -> UUID:
    """Initiate the payment of what is due after a report; return its id. It asks for the letter that tells it.

    The term runs from the day on which the report was received. Locks commitment, grant and report, in this order. Raise
    RulesViolated before the report is decided, where nothing is due, where it was requested, where a later calculation
    settles it, where the bank booked what the balance counts as never paid, where the agreement names another account than the validated one, or as the payment circuit says. One that
    came back from the bank is asked for again.
    """
    scope = grant_scope(session, grant_id)
    require_requesting(actor, scope)
    agreement = agreement_of(session, grant_id)
    commitment_id = committed(session, agreement)
    grant_for_change(session, grant_id)  # whoever decides on a later report waits, and so does this
    report = report_for_change(session, grant_id, number)
    calculation = _decided(session, report)
    decided = [(one.number, one.payment) for one in calculations_of(session, grant_id)]
    lost = calculation.payment_id is not None and lost_payments(session, agreement).interims >= calculation.due
    coordinator = agreement.facts.coordinator
    payee = payee_findings(agreement.facts.account, account_to_pay(session, coordinator.organisation_id))
    gained = gained_payments(session, agreement)
    after_all = after_all_findings(PaymentAfter(calculation.payment), calculation.due, gained)
    superseded = superseded_findings(number, decided, lost=lost)
    own = interest_findings(of_a_party=is_of_a_party(session, actor, scope))
    if found := (*own, *_findings(session, calculation), *superseded, *after_all, *payee):
        raise RulesViolatedError(found)
    sheet = sheet_from(calculation.sheet)
    wanted = PaymentToInitiate(
        subject_kind=SUBJECT,
        subject_id=grant_id,
        programme_id=scope.programme_id,
        commitment_id=commitment_id,
        reference=agreement.reference,
        title=agreement.acronym,
        kind=PaymentKind.BALANCE if calculation.payment == PaymentAfter.BALANCE else PaymentKind.INTERIM,
        amount=calculation.due,
        organisation_id=coordinator.organisation_id,
        due_on=due_on(agreement.terms.payment_days, day_of(report.submitted_at or now)),
        sheet=tuple((step.text, step.amount) for step in sheet.steps),
        again=calculation.payment_id,
        parties=(scope.application_id, *scope.organisations),
    )
    payment_id = initiate_payment(session, actor, wanted, now=now)
    calculation.payment_id, calculation.requested_at, calculation.requested_by = payment_id, now, actor.person_id
    session.flush()
    event = PaymentRequested(
        subject_id=grant_id,
        facts={"period": number, "payment": payment_id, "amount": calculation.due, "due_on": wanted.due_on},
        call_id=scope.call_id,
        application_id=scope.application_id,
    )
    record_event(session, actor, event, now=now)
    letter = DocumentRequest(
        kind=PAYMENT_LETTER,
        subject_kind=ABOUT_REPORT,
        subject_id=report.period_id,
        reference=f"{agreement.reference}/P{number}",
        title=f"Payment after report {number} of {agreement.acronym}",
        data={
            "grant": str(grant_id),
            "number": number,
            "amount": calculation.due.amount,
            "due_on": wanted.due_on.isoformat(),
            "requested_on": day_of(now).isoformat(),
        },
        call_id=scope.call_id,
        application_id=scope.application_id,
    )
    request_document(session, actor, letter, now=now)
    return payment_id


def _decided(session: Session, report: PeriodicReport) -> PaymentCalculation:
    calculation = calculation_for_change(session, report.period_id)
    if calculation is None:
        words = "This report is not decided yet, so nothing is due after it."
        raise RulesViolatedError([Violation("settlement.not_decided", words)])
    return calculation


def _findings(session: Session, calculation: PaymentCalculation) -> tuple[Violation, ...]:
    """A payment that was given up may be asked for again."""
    if not calculation.due:
        return (Violation("settlement.nothing_due", "Nothing is to be paid after this report."),)
    if calculation.payment_id is not None and not is_given_up(session, calculation.payment_id):
        return (Violation("settlement.requested", "This payment was asked for already."),)
    return ()
