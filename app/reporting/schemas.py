"""Commands of reporting, and the frozen rows that its queries hand to pages, documents and the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from app.core.commands import Command, EmptyIsNone, Euro, Line, RequiredLine
from app.core.money import Money
from app.grants.rules.grant_lifecycle import GrantState
from app.payments.rules.lifecycle import ENDED, PaymentState
from app.reporting.rules.assessment import Verdict
from app.reporting.rules.hearing import Hearing
from app.reporting.rules.lateness import Step
from app.reporting.rules.lifecycle import WRITABLE, ReportState
from app.reporting.rules.periods import PaymentAfter, Period
from app.reporting.rules.portfolio import Figure, PortfolioFilter, Spending
from app.reporting.rules.progress import Standing
from app.reporting.rules.technical import MAX_TEXT

Prose = Annotated[str, StringConstraints(max_length=MAX_TEXT)]
Reason = Annotated[str, StringConstraints(max_length=2000)]
RowVersion = Annotated[int, Field(ge=0, le=10**9)]
Submission = RowVersion | None
"""Which submission of a report was read, counted from 1; None within the program, where nobody reads a page."""
Whole = Annotated[Annotated[int, Field(ge=0, le=10**9)] | None, EmptyIsNone]


class AboutLatePayment(Command):
    """Which late payment it is about: its interest is asked for, or paid."""

    payment_id: UUID


class SaveTexts(Command):
    """The texts of the technical part, all of them; ``version`` is the one that was read, 0 before the first save."""

    version: RowVersion = 0
    summary: Prose = ""
    work: Prose = ""
    results: Prose = ""
    deviations: Prose = ""
    next: Prose = ""

    def texts(self) -> dict[str, str]:
        """By the ids of ``rules/technical.TEXTS``."""
        return {name: value for name, value in self.values().items() if name != "version"}


class CostLine(Command):
    """One line of a statement as typed: days as ``2020-03-31``, an amount with at most two decimals."""

    category: Line = ""
    words: Annotated[str, StringConstraints(max_length=600)] = ""
    first_day: Line = ""
    last_day: Line = ""
    amount: Line = ""
    units: Whole = None


class SaveStatement(Command):
    """A whole financial statement; ``version`` is the one that was read, 0 before the first save."""

    version: RowVersion = 0
    costs: Annotated[tuple[CostLine, ...], Field(max_length=500)] = ()
    receipts: Line = ""
    explanation: Prose = ""
    certificate: Line = ""


class IndicatorLine(Command):
    """What was reached of one indicator by the end of the period."""

    id: RequiredLine
    value: Whole = None
    words: Annotated[str, StringConstraints(max_length=2000)] = ""


class SaveIndicators(Command):
    """Values of indicators; those that are not named stay as they are."""

    values_reached: Annotated[tuple[IndicatorLine, ...], Field(max_length=100)]


class ReturnReport(Command):
    """Why a report is given back, until when it is corrected (the usual term where no day is named), and whose statements."""

    times: Submission = None
    reason: Reason = ""
    correct_by: Annotated[date | None, EmptyIsNone] = None
    partners: Annotated[tuple[UUID, ...], Field(max_length=100)] = ()


class AssessCost(Command):
    """The decision on one claimed cost; ``amount`` only where it reduces."""

    cost_id: UUID
    verdict: Verdict
    amount: Annotated[Euro | None, EmptyIsNone] = None
    reason: Reason = ""


class AssessCosts(Command):
    """Decisions on costs of one report, all or none; with ``others`` every other cost without a decision is accepted."""

    times: Submission = None
    costs: Annotated[tuple[AssessCost, ...], Field(max_length=2000)] = ()
    others: bool = False


class DecideReport(Command):
    """Accept or reject a report; a reduction for improper implementation only with the final one."""

    times: Submission = None
    decision: Literal["accept", "reject"]
    reason: Reason = ""
    reduction: Annotated[Euro | None, EmptyIsNone] = None
    reduction_reason: Reason = ""


class NoteRecovery(Command):
    """The line of the bank's statement with which the money came in; ``reason`` says what happens with what is too much."""

    line_id: UUID
    reason: Reason = ""


class AnswerRecovery(Command):
    """What the coordinator thinks of an announced recovery, or that it has no observations."""

    observations: Prose = ""
    nothing: bool = False


class DecideRecovery(Command):
    """What becomes of an announced recovery after the hearing; ``amount`` is asked back still, where it is lowered."""

    decision: Literal["confirm", "lower", "withdraw"]
    amount: Annotated[Euro | None, EmptyIsNone] = None
    reason: Reason = ""


class WaiveRecovery(Command):
    """Why what is still to be paid back is not asked back any more."""

    waiver_reason: Reason = ""


class AskPortfolioReport(Command):
    """The choice that a report of the portfolio is made of, by the names that its page has in the address."""

    call: Line = ""
    q: Line = ""
    state: Annotated[GrantState | None, EmptyIsNone] = None
    country: Line = ""
    late: Annotated[Literal["yes"] | Step | None, EmptyIsNone] = None
    spent: Annotated[Spending | None, EmptyIsNone] = None
    target: Annotated[Standing | None, EmptyIsNone] = None
    money: Annotated[Figure | None, EmptyIsNone] = None

    def wanted(self) -> PortfolioFilter:
        """As the rules narrow by it."""
        return PortfolioFilter(
            text=self.q,
            state=self.state or "",
            country=self.country,
            late=self.late or "",
            spent=self.spent or "",
            target=self.target or "",
            money=self.money or "",
        )


@dataclass(frozen=True, slots=True)
class StatementAt:
    """Which financial statement is meant."""

    grant_id: UUID
    number: int
    partner_id: UUID


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A period with its report; ``due`` is what was computed when it was decided, ``paid_on`` when it was booked."""

    period_id: UUID
    grant_id: UUID
    number: int
    starts_on: date
    ends_on: date
    due_on: date
    payment: PaymentAfter
    state: ReportState
    version: int
    times: int
    saved_at: datetime | None
    saved_by: UUID | None
    submitted_at: datetime | None
    submitted_by: UUID | None
    returned_at: datetime | None
    decided_at: datetime | None
    decided_by: UUID | None
    reason: str
    document_id: UUID | None
    claimed: Money | None
    contribution: Money | None
    due: Money | None
    recovery: Money | None
    payment_id: UUID | None
    recovered_on: date | None
    payment_state: PaymentState | None
    paid_on: date | None
    agreement_version: int | None
    waived: Money | None = None
    correct_by: date | None = None
    hearing: Hearing | None = None
    """On the recovery; None where nothing comes back, or it was asked back before hearings existed."""

    @property
    def owed_on(self) -> date:
        """Until when the consortium hands it in: the day of the correction while it is given back."""
        return self.correct_by if self.state is ReportState.RETURNED and self.correct_by else self.due_on

    @property
    def period(self) -> Period:
        """Its days."""
        return Period(self.number, self.starts_on, self.ends_on, self.due_on, self.payment)

    @property
    def is_last(self) -> bool:
        """Whether it is the final report."""
        return self.payment is PaymentAfter.BALANCE

    @property
    def asked_for(self) -> bool:
        """Whether its payment is under way or booked; one that was given up or came back can be asked for again."""
        return self.payment_state is not None and self.payment_state not in ENDED

    def late(self, today: date) -> bool:
        """Whether the consortium owes it and its day has passed."""
        return self.state in WRITABLE and today > self.owed_on


@dataclass(frozen=True, slots=True)
class CostRow:
    """A claimed cost with the decision on it."""

    id: UUID
    period_id: UUID
    period: int
    partner_id: UUID
    number: int
    category: str
    words: str
    first_day: date | None
    last_day: date | None
    amount: Money
    units: int | None
    verdict: Verdict | None
    accepted: Money | None
    reason: str


@dataclass(frozen=True, slots=True)
class StatementRow:
    """The head of a financial statement."""

    id: UUID
    period_id: UUID
    period: int
    partner_id: UUID
    version: int
    receipts: Money
    explanation: str
    certificate: str
    saved_at: datetime
    saved_by: UUID | None
    signed_at: datetime | None
    signed_by: UUID | None
    sha256: str | None
    certificate_id: UUID | None
    certificate_name: str
    certificate_sha256: str
    reopened_at: datetime | None = None
    void_sha256: str | None = None
