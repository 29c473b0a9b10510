"""Periods with their reports, statements, costs, indicators and calculations; rows that are about to change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.core.errors import NotFoundError
from app.documents.models import StoredFile
from app.payments.models import Payment
from app.payments.rules.lifecycle import ENDED, PaymentState
from app.reporting.models import (
    ClaimedCost,
    FinancialStatement,
    IndicatorReport,
    PaymentCalculation,
    PeriodicReport,
    RecoveryHearing,
    ReportingPeriod,
)
from app.reporting.queries.hearings import HEARING_COLUMNS, hearing_from, hearing_row
from app.reporting.rules.assessment import Verdict
from app.reporting.rules.lifecycle import ReportState
from app.reporting.rules.periods import PaymentAfter
from app.reporting.rules.settled import CalculationRow
from app.reporting.rules.sheet import sheet_from
from app.reporting.rules.technical import IndicatorValue
from app.reporting.schemas import CostRow, ReportRow, StatementRow

REPORT_COLUMNS: tuple[Any, ...] = (
    ReportingPeriod.id,
    ReportingPeriod.grant_id,
    ReportingPeriod.number,
    ReportingPeriod.starts_on,
    ReportingPeriod.ends_on,
    ReportingPeriod.due_on,
    ReportingPeriod.payment,
    PeriodicReport.state,
    PeriodicReport.version,
    PeriodicReport.times,
    PeriodicReport.saved_at,
    PeriodicReport.saved_by,
    PeriodicReport.submitted_at,
    PeriodicReport.submitted_by,
    PeriodicReport.returned_at,
    PeriodicReport.decided_at,
    PeriodicReport.decided_by,
    PeriodicReport.reason,
    PeriodicReport.document_id,
    PaymentCalculation.claimed,
    PaymentCalculation.contribution,
    PaymentCalculation.due,
    PaymentCalculation.recovery,
    PaymentCalculation.payment_id,
    PaymentCalculation.recovered_on,
    Payment.state,
    sa.case((Payment.state == PaymentState.PAID, Payment.paid_on)),  # what came back was not paid
    PeriodicReport.agreement_version,
    PaymentCalculation.waived,
    PeriodicReport.correct_by,
)
OWED_ON: sa.ColumnElement[Any] = sa.case(
    (PeriodicReport.state == ReportState.RETURNED, PeriodicReport.correct_by), else_=ReportingPeriod.due_on
)
"""Until when the consortium hands a report in, as ``ReportRow.owed_on``."""


_Asked = aliased(Payment)


def report_rows() -> sa.Select[Any]:
    """Every period with its report and what was computed of it; to be narrowed.

    Its payment is the attempt to pay it that is under way or paid, which need not be the last one that was asked for.
    """
    return (
        sa.select(*REPORT_COLUMNS, *HEARING_COLUMNS)
        .join(PeriodicReport, PeriodicReport.period_id == ReportingPeriod.id)
        .outerjoin(PaymentCalculation, PaymentCalculation.period_id == ReportingPeriod.id)
        .outerjoin(RecoveryHearing, RecoveryHearing.period_id == ReportingPeriod.id)
        .outerjoin(_Asked, _Asked.id == PaymentCalculation.payment_id)
        .outerjoin(Payment, sa.and_(Payment.claim_id == _Asked.claim_id, Payment.state.not_in(ENDED)))
    )


def row_from(found: Sequence[Any]) -> ReportRow:
    """A row of ``REPORT_COLUMNS`` and ``HEARING_COLUMNS``; its texts as their enumerations."""
    values: list[Any] = list(found[: len(REPORT_COLUMNS)])
    values[6], values[7] = PaymentAfter(values[6]), ReportState(values[7])
    values[-5] = PaymentState(values[-5]) if values[-5] is not None else None
    return ReportRow(*values, *[hearing_from(found[len(REPORT_COLUMNS) :])])


def reports_of(session: Session, grant_id: UUID) -> Sequence[ReportRow]:
    """The reports of a grant in order of their periods. One query."""
    statement = report_rows().where(ReportingPeriod.grant_id == grant_id).order_by(ReportingPeriod.number)
    return [row_from(found) for found in session.execute(statement)]


def report_row(session: Session, grant_id: UUID, number: int) -> ReportRow:
    """One report; raise NotFound."""
    which = ReportingPeriod.grant_id == grant_id, ReportingPeriod.number == number
    found = session.execute(report_rows().where(*which)).first()
    if found is None:
        raise NotFoundError("report")
    return row_from(found)


def periods_for_change(session: Session, grant_id: UUID) -> Sequence[tuple[ReportingPeriod, ReportState]]:
    """The periods of a grant with the states of their reports, both locked, in order (the grant is locked already)."""
    statement = (
        sa.select(ReportingPeriod, PeriodicReport.state)
        .join(PeriodicReport, PeriodicReport.period_id == ReportingPeriod.id)
        .where(ReportingPeriod.grant_id == grant_id)
        .order_by(ReportingPeriod.number)
        .with_for_update()
    )
    found = session.execute(statement.execution_options(populate_existing=True))
    return [(period, ReportState(state)) for period, state in found]


def authors_of(session: Session, period_id: UUID) -> frozenset[UUID]:
    """Who wrote, signed or submitted the report of a period or a statement of it, as it stands. One query."""
    of_report = sa.select(PeriodicReport.saved_by, PeriodicReport.submitted_by).where(
        PeriodicReport.period_id == period_id
    )
    of_statements = sa.select(FinancialStatement.saved_by, FinancialStatement.signed_by).where(
        FinancialStatement.period_id == period_id
    )
    rows = session.execute(of_report.union_all(of_statements))
    return frozenset(person_id for row in rows for person_id in row if person_id is not None)


def report_for_change(session: Session, grant_id: UUID, number: int) -> PeriodicReport:
    """One report, locked; raise NotFound."""
    statement = (
        sa.select(PeriodicReport)
        .join(ReportingPeriod, ReportingPeriod.id == PeriodicReport.period_id)
        .where(ReportingPeriod.grant_id == grant_id, ReportingPeriod.number == number)
        .with_for_update(of=PeriodicReport)
    )
    found = session.scalars(statement.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFoundError("report")
    return found


def report_texts(session: Session, period_id: UUID) -> Mapping[str, str]:
    """The texts of the technical part."""
    found = session.execute(sa.select(PeriodicReport.texts).where(PeriodicReport.period_id == period_id)).scalar()
    return {str(name): str(text) for name, text in (found or {}).items()}


def reason_of(session: Session, grant_id: UUID, number: int) -> str:
    """What the office last wrote about a report; empty where it wrote nothing."""
    statement = (
        sa.select(PeriodicReport.reason)
        .join(ReportingPeriod, ReportingPeriod.id == PeriodicReport.period_id)
        .where(ReportingPeriod.grant_id == grant_id, ReportingPeriod.number == number)
    )
    return session.execute(statement).scalar() or ""


def indicator_values(session: Session, period_id: UUID) -> Sequence[IndicatorValue]:
    """What was reached of each indicator by the end of a period, as far as it was said."""
    columns = IndicatorReport.indicator, IndicatorReport.value, IndicatorReport.words
    statement = sa.select(*columns).where(IndicatorReport.period_id == period_id)
    return [IndicatorValue(*row) for row in session.execute(statement.order_by(IndicatorReport.indicator))]


def statements_of(session: Session, grant_id: UUID) -> Sequence[StatementRow]:
    """The heads of all statements of a grant. One query."""
    statement = (
        sa.select(
            FinancialStatement.id,
            FinancialStatement.period_id,
            ReportingPeriod.number,
            FinancialStatement.partner_id,
            FinancialStatement.version,
            FinancialStatement.receipts,
            FinancialStatement.explanation,
            FinancialStatement.certificate,
            FinancialStatement.saved_at,
            FinancialStatement.saved_by,
            FinancialStatement.signed_at,
            FinancialStatement.signed_by,
            FinancialStatement.sha256,
            FinancialStatement.certificate_id,
            sa.func.coalesce(StoredFile.filename, ""),
            sa.func.coalesce(StoredFile.sha256, ""),
            FinancialStatement.reopened_at,
            FinancialStatement.void_sha256,
        )
        .outerjoin(StoredFile, StoredFile.id == FinancialStatement.certificate_id)
        .join(ReportingPeriod, ReportingPeriod.id == FinancialStatement.period_id)
        .where(ReportingPeriod.grant_id == grant_id)
        .order_by(ReportingPeriod.number)
    )
    return [StatementRow(*tuple(row)) for row in session.execute(statement)]


def statement_for_change(session: Session, period_id: UUID, partner_id: UUID) -> FinancialStatement | None:
    """A partner's statement, locked (its report is locked already)."""
    which = FinancialStatement.period_id == period_id, FinancialStatement.partner_id == partner_id
    statement = sa.select(FinancialStatement).where(*which).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).first()


def costs_of(session: Session, grant_id: UUID) -> Sequence[CostRow]:
    """Every claimed cost of a grant, by period, statement and line. One query."""
    statement = (
        sa.select(
            ClaimedCost.id,
            FinancialStatement.period_id,
            ReportingPeriod.number,
            FinancialStatement.partner_id,
            ClaimedCost.number,
            ClaimedCost.category,
            ClaimedCost.words,
            ClaimedCost.first_day,
            ClaimedCost.last_day,
            ClaimedCost.amount,
            ClaimedCost.units,
            ClaimedCost.verdict,
            ClaimedCost.accepted,
            ClaimedCost.reason,
        )
        .join(FinancialStatement, FinancialStatement.id == ClaimedCost.statement_id)
        .join(ReportingPeriod, ReportingPeriod.id == FinancialStatement.period_id)
        .where(ReportingPeriod.grant_id == grant_id)
        .order_by(ReportingPeriod.number, FinancialStatement.partner_id, ClaimedCost.number)
    )
    rows = []
    for found in session.execute(statement):
        values = list(found)
        values[11] = Verdict(values[11]) if values[11] is not None else None
        rows.append(CostRow(*values))
    return rows


def costs_for_change(session: Session, period_id: UUID) -> Sequence[ClaimedCost]:
    """The claimed costs of a report, locked in the order of their ids (the report is locked already)."""
    statement = (
        sa.select(ClaimedCost)
        .join(FinancialStatement, FinancialStatement.id == ClaimedCost.statement_id)
        .where(FinancialStatement.period_id == period_id)
        .order_by(ClaimedCost.id)
        .with_for_update(of=ClaimedCost)
    )
    return session.scalars(statement.execution_options(populate_existing=True)).all()


def calculations_of(session: Session, grant_id: UUID) -> Sequence[CalculationRow]:
    """What followed from the decided reports of a grant, in order. One query."""
    statement = (
        sa.select(PaymentCalculation, RecoveryHearing, ReportingPeriod.number)
        .join(ReportingPeriod, ReportingPeriod.id == PaymentCalculation.period_id)
        .outerjoin(RecoveryHearing, RecoveryHearing.period_id == PaymentCalculation.period_id)
        .where(ReportingPeriod.grant_id == grant_id)
        .order_by(ReportingPeriod.number)
    )
    return [_calculation(found, hearing, number) for found, hearing, number in session.execute(statement)]


def calculation_for_change(session: Session, period_id: UUID) -> PaymentCalculation | None:
    """The calculation of a report, locked (the report is locked already)."""
    return session.get(PaymentCalculation, period_id, with_for_update=True, populate_existing=True)


def _calculation(stored: PaymentCalculation, hearing: RecoveryHearing | None, number: int) -> CalculationRow:
    return CalculationRow(
        period_id=stored.period_id,
        number=number,
        agreement_version=stored.agreement_version,
        payment=PaymentAfter(stored.payment),
        claimed=stored.claimed,
        eligible=stored.eligible,
        contribution=stored.contribution,
        receipts=stored.receipts,
        reduction=stored.reduction,
        reduction_reason=stored.reduction_reason,
        sheet=sheet_from(stored.sheet),
        due=stored.due,
        final_grant=stored.final_grant,
        recovery=stored.recovery,
        computed_at=stored.computed_at,
        payment_id=stored.payment_id,
        requested_at=stored.requested_at,
        recovered_on=stored.recovered_on,
        recovery_reference=stored.recovery_reference,
        received=stored.received,
        waived=stored.waived,
        waiver_reason=stored.waiver_reason,
        lowered=stored.lowered,
        hearing=hearing_row(hearing),
    )
