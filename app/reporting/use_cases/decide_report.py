"""Decide on a submitted report, once every cost is assessed: what is due follows, step by step, and is frozen."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.money import Money
from app.documents.schemas import DocumentRequest
from app.documents.use_cases.request_document import request_document
from app.grants.queries.agreement import agreement_of
from app.reporting.events import ReportDecided
from app.reporting.models import PaymentCalculation
from app.reporting.queries.calculating import accepted_of, calculated
from app.reporting.queries.documents import ABOUT_REPORT, REPORT_DOCUMENT
from app.reporting.queries.paid import payments_under_way
from app.reporting.queries.reading import ReportReading, report_reading
from app.reporting.rules.assessment import acceptance_findings
from app.reporting.rules.calculation import open_payment_findings, reduction_findings, unrequested_findings
from app.reporting.rules.lifecycle import REPORT, ReportEvent, ReportState
from app.reporting.rules.submission import earlier_findings, reason_findings
from app.reporting.schemas import DecideReport
from app.reporting.use_cases.acting import Act, assessing
from app.reporting.use_cases.announce_recovery import announce_recovery


def decide_report(
    session: Session, actor: Actor, grant_id: UUID, number: int, wanted: DecideReport, *, now: datetime
) -> None:
    """Accept the report with what was accepted of its costs, or reject it with all of them; ask for its document.

    Where money comes back it is announced only: the coordinator is heard before it is asked back.
    Raise RulesViolated with everything that speaks against it: costs without a decision, an earlier report that is
    open, a payment under way before the balance, one that was never asked for, a reduction out of place, a rejection
    without a reason, a part in the report; TransitionNotAllowed unless it is submitted, StaleVersion where it was
    submitted again since it was read.
    """
    act = assessing(session, actor, grant_id, number, wanted.times)
    report, rejects = act.report, wanted.decision == "reject"
    state = REPORT.after(ReportState(report.state), ReportEvent.REJECT if rejects else ReportEvent.ACCEPT)
    reading = report_reading(session, grant_id, number)
    reduction = wanted.reduction or Money.zero()
    found = (
        *(reason_findings(wanted.reason) if rejects else acceptance_findings(reading.costs)),
        *earlier_findings(reading.earlier_states),
        *open_payment_findings(reading.row.payment, payments_under_way(session, grant_id)),
        *unrequested_findings(
            row.number for row in reading.others if row.number < number and row.due and row.payment_id is None
        ),
        *reduction_findings(reading.row.payment, reduction, wanted.reduction_reason),
    )
    if found:
        raise RulesViolatedError(found)
    calculation = _calculation(session, actor, reading, wanted, now=now, nothing=rejects)
    session.add(calculation)
    report.state, report.decided_at, report.decided_by = state, now, actor.person_id
    report.reason = wanted.reason.strip()
    session.flush()
    report.document_id = _ask_for_document(session, actor, act, reading, now=now)
    if calculation.recovery:
        announce_recovery(session, actor, act, reading, calculation.recovery, now=now)
    session.flush()
    facts = {
        "how": state,
        "claimed": calculation.claimed,
        "accepted": calculation.eligible,
        "contribution": calculation.contribution,
        "due": calculation.due,
        "recovery": calculation.recovery,
    }
    event = ReportDecided(**act.event(**facts), personal={"reason": report.reason} if report.reason else {})
    record_event(session, actor, event, now=now)


def _calculation(
    session: Session, actor: Actor, reading: ReportReading, wanted: DecideReport, *, now: datetime, nothing: bool
) -> PaymentCalculation:
    """``nothing``: of a rejected report no cost counts; what the project earned does."""
    reduction = wanted.reduction or Money.zero()
    in_force = agreement_of(session, reading.agreement.grant_id)
    result = calculated(session, reading, in_force=in_force, reduction=reduction, nothing=nothing)
    accepted = accepted_of(reading, nothing=nothing)
    return PaymentCalculation(
        period_id=reading.row.period_id,
        agreement_version=in_force.version,
        payment=reading.row.payment,
        claimed=reading.summary.total.claimed,
        eligible=accepted.eligible,
        contribution=accepted.contribution,
        receipts=accepted.receipts,
        reduction=reduction,
        reduction_reason=wanted.reduction_reason.strip() if reduction else "",
        sheet=result.sheet.plain(),
        due=result.due,
        final_grant=result.final_grant,
        recovery=result.recovery,
        computed_at=now,
        computed_by=actor.person_id,
        recovery_reference="",
    )


def _ask_for_document(session: Session, actor: Actor, act: Act, reading: ReportReading, *, now: datetime) -> UUID:
    wanted = DocumentRequest(
        kind=REPORT_DOCUMENT,
        subject_kind=ABOUT_REPORT,
        subject_id=reading.row.period_id,
        reference=f"{reading.agreement.reference}/R{act.number}",
        title=f"Periodic report {act.number} of {reading.agreement.acronym}",
        data={"grant": str(act.scope.grant_id), "number": act.number},
        call_id=act.scope.call_id,
        application_id=act.scope.application_id,
    )
    return request_document(session, actor, wanted, now=now)
