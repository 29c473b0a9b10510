"""Reports as JSON: made from the same reading as pages and documents."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.api.hearing_shapes import HearingItem, hearing_item
from app.api.interest_shapes import InterestItem, interest_item
from app.api.problems import Finding, finding_of
from app.core.commands import Euro
from app.core.money import Money
from app.core.violations import Violation
from app.reporting.queries.reading import ReportReading
from app.reporting.queries.recoveries import Recovery
from app.reporting.rules.assessment import Verdict
from app.reporting.rules.correction import ChangeKind
from app.reporting.rules.lifecycle import ReportState
from app.reporting.rules.periods import PaymentAfter
from app.reporting.rules.sheet import Sheet
from app.reporting.rules.summary import Figures
from app.reporting.schemas import AssessCosts, DecideReport, ReportRow, ReturnReport


class _Shape(BaseModel):
    model_config = ConfigDict(from_attributes=True)


_READ = Field(ge=1, le=10**9, description="The `times` of the report that you read: which submission you judge")


class JudgeCosts(AssessCosts):
    """Decisions on costs of the submission that was read."""

    times: int = _READ


class JudgeReport(DecideReport):
    """The decision on the submission that was read."""

    times: int = _READ


class GiveBack(ReturnReport):
    """Why the submission that was read is given back, and what is open then: texts, indicators, the statements named."""

    times: int = _READ
    correct_by: date | None = Field(default=None, description="Its last day in time, after today; null for 30 days")
    partners: tuple[UUID, ...] = Field(
        default=(), max_length=100, description="Partners whose statements are opened again; their signatures end"
    )


class ReportItem(_Shape):
    """A reporting period with its report."""

    number: int
    starts_on: date
    ends_on: date
    due_on: date
    payment: PaymentAfter = Field(description="What is paid after it")
    state: ReportState
    times: int = Field(description="How often it was submitted")
    submitted_at: datetime | None
    returned_at: datetime | None = Field(description="When it was given back last")
    correct_by: date | None = Field(description="Until when what was given back last is corrected")
    owed_on: date = Field(description="The day that binds the consortium: of the correction while it is given back")
    decided_at: datetime | None
    reason: str
    claimed: Euro | None
    contribution: Euro | None
    due: Euro | None
    recovery: Euro | None
    payment_id: UUID | None
    paid_on: date | None = Field(description="When the bank booked what was due")
    document_id: UUID | None


class FiguresItem(_Shape):
    """Planned, used in earlier periods, claimed and accepted in this one, left."""

    budget: Euro
    before: Euro
    claimed: Euro
    accepted: Euro
    left: Euro


class CostItem(_Shape):
    """A claimed cost with the decision on it."""

    id: UUID
    number: int
    category: str
    words: str
    first_day: date | None
    last_day: date | None
    amount: Euro
    units: int | None
    verdict: Verdict | None
    accepted: Euro | None
    reason: str


class ChangeItem(_Shape):
    """The last change of a part since the report was given back."""

    kind: ChangeKind
    changed_at: datetime
    partner_id: UUID | None


class StatementItem(BaseModel):
    """What one partner claims; ``version`` 0 where it has not begun."""

    partner_id: UUID
    name: str
    version: int
    signed_at: datetime | None
    sha256: str | None
    open: bool = Field(description="Whether it may be changed while the consortium has the report")
    reopened_at: datetime | None = Field(description="When the office gave it back last")
    void_sha256: str | None = Field(description="What was signed before that and no longer counts")
    receipts: Euro
    explanation: str
    certificate: str
    has_certificate: bool = Field(description="Whether the certificate on the statements was uploaded")
    costs: list[CostItem]
    categories: dict[str, FiguresItem]
    total: FiguresItem
    claimed_contribution: Euro
    accepted_contribution: Euro
    support_claimed: Euro = Field(description="Support to third parties, over all periods so far")
    support_recorded: Euro = Field(description="Payments of the partner in the register of third parties that count")


class IndicatorItem(BaseModel):
    """What was reached of an indicator."""

    id: str
    title: str
    target: int | None
    value: int | None
    words: str


class StepItem(_Shape):
    """A line of the calculation: its amount, and what is reached with it."""

    id: str
    text: str
    source: str = Field(description="Where its figure comes from")
    amount: Euro
    running: Euro


class RecoveryItem(BaseModel):
    """Money that comes back: until when, what of it came or was waived, what being late costs."""

    amount: Euro = Field(description="What is asked back: what was announced less what was taken off after the hearing")
    hearing: HearingItem | None = Field(description="Null where it was asked back before hearings existed")
    due_on: date | None = Field(description="Null before the hearing is decided on: nothing is asked back yet")
    received: Euro = Field(description="What of it came back so far")
    waived: Euro = Field(description="What is not asked back any more")
    waiver_reason: str
    received_on: date | None = Field(description="The day on which nothing of it was open any more")
    interest: list[InterestItem] = Field(
        description="What each part that came late bears, and what is open until today"
    )
    interest_open: Euro = Field(description="Interest that did not come in")
    surplus: Euro = Field(description="What came in beyond what was owed and its interest")


class ReportDocument(BaseModel):
    """A report in full."""

    report: ReportItem
    version: int = Field(description="Of the texts; send it with the next save")
    texts: dict[str, str]
    indicators: list[IndicatorItem]
    statements: list[StatementItem]
    total: FiguresItem
    claimed_contribution: Euro
    accepted_contribution: Euro
    sheet: list[StepItem] = Field(description="Frozen at the decision; before it, as the decisions on costs stand")
    final_grant: Euro | None
    recovery: RecoveryItem | None = Field(description="What the coordinator pays back; null where nothing comes back")
    changes: list[ChangeItem] = Field(description="What was changed since the report was given back last")
    findings: list[Finding] = Field(description="What the validator says; empty once it is with the office")


class Saved(BaseModel):
    """The version after a save."""

    version: int


class Signed(BaseModel):
    """The hash of what was signed."""

    sha256: str


class Requested(BaseModel):
    """The payment that was asked for."""

    id: UUID


class Closed(BaseModel):
    """What of the commitment was released."""

    released: Euro


def report_item(row: ReportRow) -> ReportItem:
    """A row as JSON."""
    return ReportItem.model_validate(row)


def report_document(
    reading: ReportReading, sheet: Sheet, findings: tuple[Violation, ...], recovery: Recovery | None
) -> ReportDocument:
    """A reading as JSON."""
    values = {one.id: one for one in reading.values}
    return ReportDocument(
        report=report_item(reading.row),
        version=reading.row.version,
        texts=dict(reading.texts),
        indicators=[
            IndicatorItem(
                id=target.id,
                title=target.title,
                target=target.target,
                value=values[target.id].value if target.id in values else None,
                words=values[target.id].words if target.id in values else "",
            )
            for target in reading.targets
        ],
        statements=[_statement(reading, partner.partner_id) for partner in reading.partners],
        total=_figures(reading.summary.total),
        claimed_contribution=reading.summary.claimed_contribution,
        accepted_contribution=reading.summary.accepted_contribution,
        sheet=[StepItem.model_validate(step) for step in sheet.steps],
        final_grant=reading.calculation.final_grant if reading.calculation is not None else None,
        recovery=_recovery(recovery),
        changes=[ChangeItem.model_validate(one) for one in reading.changes],
        findings=[finding_of(one) for one in findings],
    )


def _statement(reading: ReportReading, partner_id: UUID) -> StatementItem:
    head, row = reading.statements.get(partner_id), reading.summary.row(partner_id)
    assert row is not None  # noqa: S101  # every partner with a budget has one
    support = reading.support_of(partner_id)
    return StatementItem(
        partner_id=partner_id,
        name=row.partner.name,
        version=head.version if head is not None else 0,
        signed_at=head.signed_at if head is not None else None,
        sha256=head.sha256 if head is not None else None,
        open=reading.opens(partner_id),
        reopened_at=head.reopened_at if head is not None else None,
        void_sha256=head.void_sha256 if head is not None else None,
        receipts=head.receipts if head is not None else Money.zero(),
        explanation=head.explanation if head is not None else "",
        certificate=head.certificate if head is not None else "",
        has_certificate=head is not None and head.certificate_id is not None,
        costs=[CostItem.model_validate(one) for one in reading.costs_of(partner_id)],
        categories={name: _figures(figures) for name, figures in row.cells.items()},
        total=_figures(row.total),
        claimed_contribution=row.claimed_contribution,
        accepted_contribution=row.accepted_contribution,
        support_claimed=support.claimed,
        support_recorded=support.recorded,
    )


def _recovery(found: Recovery | None) -> RecoveryItem | None:
    if found is None:
        return None
    return RecoveryItem(
        amount=found.owed,
        hearing=hearing_item(found),
        due_on=found.due_on,
        received=found.received,
        waived=found.waived,
        waiver_reason=found.waiver_reason,
        received_on=found.settled_on,
        interest=[item for one in found.interest if (item := interest_item(one)) is not None],
        interest_open=found.interest_open,
        surplus=found.surplus,
    )


def _figures(figures: Figures) -> FiguresItem:
    return FiguresItem.model_validate(figures)
