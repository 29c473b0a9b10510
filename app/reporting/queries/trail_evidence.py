"""Lines of a trail, and what stands behind them: grants, agreements, letters, records, reports, lines of the bank."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.queries import EventRow
from app.core.money import Money
from app.core.paging import Page
from app.documents.queries import documents_of
from app.documents.schemas import DocumentRow
from app.grants.models import Award, Grant, Letter
from app.grants.queries.documents import GRANT, SUBJECT
from app.payments.models import Payment, PaymentFile, StatementLine
from app.reporting.models import PaymentCalculation, ReportingPeriod
from app.reporting.queries.documents import ABOUT_PAYMENT, ABOUT_REPORT


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that can be looked at: what it is, its name, and its address ('' where it has none)."""

    kind: str
    label: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One line of a trail. ``what`` is the kind of its entry, or of its event; ``amount`` None where nothing moved.

    ``event`` is None only for an entry that was posted without one; ``position`` is its place in its chain.
    """

    what: str
    reference: str
    occurred_at: datetime
    actor_id: UUID | None
    amount: Money | None
    reason: str = ""
    event: EventRow | None = None
    position: int = 0
    evidence: Sequence[Evidence] = ()


@dataclass(frozen=True, slots=True)
class Trail:
    """A stretch of the lines, and what all of them come to."""

    amount: Money
    page: Page[TrailLine]


Found = dict[UUID, list[Evidence]]


def evidence_of(
    session: Session,
    *,
    payments: Sequence[UUID] = (),
    commitments: Sequence[UUID] = (),
    periods: Sequence[UUID] = (),
) -> Mapping[UUID, Sequence[Evidence]]:
    """By payment, commitment and reporting period. A constant number of queries; none for what is not asked."""
    found: Found = defaultdict(list)
    if payments:
        _of_payments(session, payments, found)
    if commitments:
        _of_commitments(session, commitments, found)
    if periods:
        _of_periods(session, periods, found)
    return found


def _of_payments(session: Session, payments: Sequence[UUID], found: Found) -> None:
    """The payment itself, the file that it left in, the lines of the bank, and the letter that told it."""
    rows = session.execute(
        sa.select(Payment.id, Payment.reference, Payment.file_id, PaymentFile.reference.label("file"))
        .outerjoin(PaymentFile, PaymentFile.id == Payment.file_id)
        .where(Payment.id.in_(payments))
    ).all()
    for row in rows:
        found[row.id].append(Evidence("payment", row.reference, f"/payments/{row.id}"))
        if row.file is not None:
            found[row.id].append(Evidence("payment_file", row.file, f"/payments/files?q={row.file}"))
    columns = (StatementLine.payment_id, StatementLine.booked_on, StatementLine.text)
    lines = sa.select(*columns).where(StatementLine.payment_id.in_(payments)).order_by(StatementLine.booked_on)
    for payment_id, booked_on, text in session.execute(lines):
        label = f"{booked_on.isoformat()}, {text}".rstrip(", ")
        if payment_id is not None:
            found[payment_id].append(Evidence("statement_line", label))
    asked = session.execute(
        sa.select(PaymentCalculation.period_id, PaymentCalculation.payment_id).where(
            PaymentCalculation.payment_id.in_(payments)
        )
    )
    paying = {period_id: payment_id for period_id, payment_id in asked if payment_id is not None}
    for document in documents_of(session, ABOUT_REPORT, list(paying)):
        found[paying[document.subject_id]].append(_document(document))
    for document in documents_of(session, ABOUT_PAYMENT, payments):
        found[document.subject_id].append(_document(document))


def _of_commitments(session: Session, commitments: Sequence[UUID], found: Found) -> None:
    """The grant, its agreement, the letter that told the award, and the record of the ranking."""
    rows = session.execute(
        sa.select(
            Award.commitment_id,
            Award.id.label("award_id"),
            Award.ranking_id,
            Award.call_id,
            Letter.id.label("letter_id"),
            Grant.id.label("grant_id"),
            Grant.reference,
        )
        .outerjoin(Letter, Letter.award_id == Award.id)
        .outerjoin(Grant, Grant.award_id == Award.id)
        .where(Award.commitment_id.in_(commitments))
    ).all()
    named: dict[UUID, list[UUID]] = defaultdict(list)
    for row in rows:
        if row.grant_id is not None:
            found[row.commitment_id].append(Evidence("grant", row.reference, f"/officer/grants/{row.grant_id}"))
        if row.ranking_id is not None:
            found[row.commitment_id].append(Evidence("ranking", "", f"/panel/{row.call_id}/record"))
        for subject in (row.grant_id, row.letter_id):
            if subject is not None:
                named[subject].append(row.commitment_id)
    for kind in (GRANT, SUBJECT):
        for document in documents_of(session, kind, list(named)):
            for commitment_id in named[document.subject_id]:
                found[commitment_id].append(_document(document))


def _of_periods(session: Session, periods: Sequence[UUID], found: Found) -> None:
    """The page of the report and its documents."""
    columns = (ReportingPeriod.id, ReportingPeriod.grant_id, ReportingPeriod.number)
    for row in session.execute(sa.select(*columns).where(ReportingPeriod.id.in_(periods))):
        address = f"/officer/grants/{row.grant_id}/reports/{row.number}"
        found[row.id].append(Evidence("report", str(row.number), address))
    for document in documents_of(session, ABOUT_REPORT, periods):
        found[document.subject_id].append(_document(document))


def _document(document: DocumentRow) -> Evidence:
    return Evidence("document", document.title, f"/documents/{document.id}")
