"""What came of a file of the bank, and its status reports, as JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.payments.queries.lines import line_figures
from app.payments.queries.reports import ReportRow, StatusRow, report_row, statuses
from app.payments.rules.statuses import STATUSES, Level, Told

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.core.actor import Actor
    from app.payments.schemas import Received


class _Shape(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class LineCounts(_Shape):
    """Where the lines of one recording stand now."""

    matched: int
    came_back: int
    aside: int
    proposed: int
    open: int


class StatusItem(BaseModel):
    """What the bank said of a payment."""

    payment_id: UUID
    payment: str
    report_id: UUID
    told_on: date
    status: str = Field(description="Code of ISO 20022, such as ACSP or RJCT")
    code: str = Field(description="Code of the reason; empty where there is none")
    words: str = Field(description="Status and reason in words")


class StatusReportItem(_Shape):
    """A status report of the bank (pain.002)."""

    id: UUID
    message_id: str
    of_message: str = Field(description="The id of the message of the file that it is about")
    created_on: date
    noted: int
    rejected: int = Field(description="Payments that it reports as never paid; another person confirms each")
    findings: list[str] = Field(description="Statuses that could not count, and why")
    unknown: list[str] = Field(description="References that name no payment which you record")
    recorded_at: datetime


class StatusReportDocument(StatusReportItem):
    """A status report with what it says of each payment."""

    statuses: list[StatusItem]


class RecordedStatement(BaseModel):
    """What came of a file of the bank: of a statement its lines, of a status report ``report``."""

    new: int
    known: int
    paid: list[UUID]
    statement_id: UUID | None = Field(description="Names the recording; null where every line was known")
    lines: LineCounts | None = Field(description="Of the new lines; null where every line was known")
    report: StatusReportItem | None = Field(description="The status report, if it was one")


def status_item(row: StatusRow) -> StatusItem:
    """A row as JSON."""
    told = Told(Level.PAYMENT, row.payment, row.status, row.code, row.words)
    words = ", ".join(part for part in (STATUSES.get(row.status, row.status), told.reason) if part)
    return StatusItem(
        payment_id=row.payment_id,
        payment=row.payment,
        report_id=row.report_id,
        told_on=row.told_on,
        status=row.status,
        code=row.code,
        words=words,
    )


def report_item(row: ReportRow) -> StatusReportItem:
    """A row as JSON."""
    return StatusReportItem.model_validate(row)


def report_document(session: Session, row: ReportRow) -> StatusReportDocument:
    """One report in full. One query."""
    found = [status_item(one) for one in statuses(session, report_id=row.id)]
    return StatusReportDocument(**dict(report_item(row)), statuses=found)


def received(session: Session, actor: Actor, done: Received) -> RecordedStatement:
    """What came of a file of the bank."""
    if done.recorded is None:
        report = report_item(report_row(session, actor, done.report_id)) if done.report_id is not None else None
        return RecordedStatement(new=0, known=0, paid=[], statement_id=None, lines=None, report=report)
    made = done.recorded
    figures = line_figures(session, actor, made.statement_id) if made.statement_id is not None else None
    return RecordedStatement(
        new=made.new,
        known=made.known,
        paid=list(made.paid),
        statement_id=made.statement_id,
        lines=LineCounts.model_validate(figures) if figures is not None else None,
        report=None,
    )
