"""Verify that every calculation still follows from its report, and that payments and recoveries are those it led to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.money import Money
from app.grants.models import Grant
from app.grants.queries.agreement import agreement_of
from app.ledger.rules.accounts import EntryKind
from app.ledger.schemas import Booked
from app.payments.queries.checking import SettledLine, settled_lines
from app.payments.queries.payments import payments_of
from app.payments.rules.checking import back_key, paid_key
from app.payments.schemas import PaymentRow
from app.reporting.models import PaymentCalculation, ReportingPeriod
from app.reporting.queries.calculating import accepted_of
from app.reporting.queries.paid import SUBJECT
from app.reporting.queries.reading import report_reading
from app.reporting.queries.reports import calculations_of
from app.reporting.queries.signed import altered_statements
from app.reporting.rules.calculation import Calculated, Decided
from app.reporting.rules.checking import Ever, counted_faults, is_same, made_again, recovery_key, sheet_faults
from app.reporting.rules.final_grant import Accepted
from app.reporting.rules.hearing import HearingState
from app.reporting.rules.lifecycle import ReportState
from app.reporting.rules.settled import CalculationRow


@dataclass(frozen=True, slots=True)
class CalculationsReport:
    """How many calculations there are, what is wrong, and the keys of the entries that they explain."""

    calculations: int
    faults: tuple[str, ...]
    explained: frozenset[str]


def verify_calculations(session: Session, entries: Mapping[str, Booked]) -> CalculationsReport:
    """Compute every calculation anew and compare; ``entries`` of the ledger are those that pay or take back."""
    faults = [f"statement {one}: its content is not what was signed" for one in altered_statements(session)]
    explained: set[str] = set()
    count = 0
    settled = settled_lines(session)
    for grant_id, reference in _grants(session):
        payments = payments_of(session, SUBJECT, grant_id)
        rows = calculations_of(session, grant_id)
        ever = {kind: _ever(kind, payments, entries) for kind in {one.kind.value for one in payments}}
        for row in rows:
            count += 1
            key = recovery_key(grant_id, row.number)
            parts = {one: entries[one] for one in entries if one == key or one.startswith(f"{key}/")}
            explained |= parts.keys()
            found = (
                *_report_faults(session, grant_id, row, rows),
                *counted_faults(_calculated(row), ever),
                *_payment_faults(row, payments),
                *_recovery_faults(row, tuple(parts.values()), settled.get(f"{reference}/R{row.number}", ())),
            )
            faults += [f"calculation after report {row.number} of grant {grant_id}: {fault}" for fault in found]
    return CalculationsReport(count, tuple(faults), frozenset(explained))


def _grants(session: Session) -> Sequence[tuple[UUID, str]]:
    """Grants with a decided report, each with its reference."""
    statement = (
        sa.select(Grant.id, Grant.reference)
        .join(ReportingPeriod, ReportingPeriod.grant_id == Grant.id)
        .join(PaymentCalculation, PaymentCalculation.period_id == ReportingPeriod.id)
    )
    return [(row.id, row.reference) for row in session.execute(statement.distinct().order_by(Grant.id))]


def _ever(kind: str, payments: Sequence[PaymentRow], entries: Mapping[str, Booked]) -> Ever:
    ever = Ever()
    for one in payments:
        if one.kind != kind or paid_key(one.id) not in entries:
            continue
        came_back = back_key(one.id) in entries
        ever = Ever(ever.booked + one.amount, ever.back + one.amount if came_back else ever.back)
    return ever


def _calculated(row: CalculationRow) -> Calculated:
    return Calculated(row.sheet, row.due, row.recovery, row.final_grant)


def _report_faults(
    session: Session, grant_id: UUID, row: CalculationRow, rows: Sequence[CalculationRow]
) -> Iterator[str]:
    """Whether the report, by the agreement that it was submitted under and the one in force then, yields what is stored."""
    stored = _calculated(row)
    yield from sheet_faults(stored)
    reading = report_reading(session, grant_id, row.number)
    accepted = accepted_of(reading, nothing=reading.row.state is ReportState.REJECTED)
    found = (reading.summary.total.claimed, accepted.eligible, accepted.contribution, accepted.receipts)
    if found != (row.claimed, row.eligible, row.contribution, row.receipts):
        yield "its costs are not those that were accepted"
        return
    earlier = [
        Decided(Accepted(one.number, one.eligible, one.contribution, one.receipts), one.payment)
        for one in rows
        if one.number < row.number
    ]
    if row.agreement_version < reading.agreement.version:
        yield "it rests on an older agreement than its report"
    in_force, now = agreement_of(session, grant_id, row.agreement_version), Decided(accepted, row.payment)
    if not is_same(
        stored, made_again(in_force.terms, in_force.maximum_grant, now, earlier, stored, reduction=row.reduction)
    ):
        yield "its figures are not those that follow from the accepted costs"


def _payment_faults(row: CalculationRow, payments: Sequence[PaymentRow]) -> Iterator[str]:
    if row.payment_id is None:
        return
    payment = next((one for one in payments if one.id == row.payment_id), None)
    if payment is None or payment.kind.value != row.payment.value:
        yield "the payment that it led to is none of its grant"
    elif payment.amount != row.due:
        yield f"{row.due} is due, {payment.reference} is of {payment.amount}"


def _recovery_faults(row: CalculationRow, parts: Sequence[Booked], lines: Sequence[SettledLine]) -> Iterator[str]:
    """What came back is in the ledger and on lines of the bank, which may hold interest besides."""
    yield from _hearing_faults(row)
    booked = Money.total(one.amount for one in parts if one.kind is EntryKind.RECOVER)
    if booked != row.received or len(parts) > len(lines):
        yield f"{row.received} came back, the ledger says {booked}"
    stated = Money.total(one.amount for one in lines)
    if min(stated, row.asked_back - row.waived) != row.received:
        yield f"{row.received} came back, lines of the bank show {stated}"
    settled = bool(row.recovery) and row.received + row.waived == row.asked_back
    if settled != (row.recovered_on is not None):
        yield f"{row.asked_back} was to come back, {row.received} did and {row.waived} was waived"
    elif settled and row.received and not row.waived and row.recovered_on not in {one.booked_on for one in lines}:
        yield f"it came back on {row.recovered_on}, no line of the bank on that day shows it"


def _hearing_faults(row: CalculationRow) -> Iterator[str]:
    """Nothing is asked back, waived or taken before the coordinator was heard; what was taken off has its decision."""
    stands = row.hearing.stands if row.hearing is not None else None
    if stands is not None and stands.open and (row.received or row.waived or row.lowered):
        yield "money came back, was waived or taken off before the hearing was decided on"
    expected = stands is not None and stands.state in {HearingState.LOWERED, HearingState.WITHDRAWN}
    if bool(row.lowered) != expected:
        yield f"{row.lowered} was taken off, and no decision after the hearing says so"
    if stands is not None and (stands.state is HearingState.WITHDRAWN) != (row.lowered == row.recovery):
        yield f"{row.lowered} of {row.recovery} was taken off, the hearing ended as {stands.state}"
