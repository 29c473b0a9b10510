"""What is to be done next about a grant, by which day, and is it late: one answer for portfolio, lists and report.

Each thing that somebody owes is an act with its last day in time; the most urgent one is next, and a grant is late by
the days of its most urgent act. What nobody owes by a day (a project under way, a closure) is never late.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.grants.rules.grant_lifecycle import GrantState
from app.reporting.rules.lifecycle import WRITABLE, ReportState


class Step(StrEnum):
    """What is to be done."""

    PREPARE = "prepare"
    SIGN = "sign"
    PREFINANCE = "prefinance"
    REPORT = "report"
    DECIDE = "decide"
    REQUEST = "request"
    PAY = "pay"
    HEAR = "hear"
    CONFIRM = "confirm"
    RECOVER = "recover"
    PROJECT = "project"
    CLOSE = "close"
    NOTHING = "nothing"


LATE_STEPS = (
    Step.PREPARE,
    Step.SIGN,
    Step.PREFINANCE,
    Step.REPORT,
    Step.DECIDE,
    Step.REQUEST,
    Step.PAY,
    Step.CONFIRM,
    Step.RECOVER,
)
"""Steps that have a last day in time; being heard is a right, so nobody is late with it."""

STEP_WORDS = {
    Step.PREPARE: "preparation of the agreement",
    Step.SIGN: "signature of the agreement",
    Step.PREFINANCE: "pre-financing to be asked for",
    Step.REPORT: "report",
    Step.DECIDE: "decision on report",
    Step.REQUEST: "payment to be asked for after report",
    Step.PAY: "payment under way",
    Step.HEAR: "answer to the announced recovery after report",
    Step.CONFIRM: "decision on the recovery after report",
    Step.RECOVER: "money to be paid back after report",
    Step.PROJECT: "project under way",
    Step.CLOSE: "closure",
    Step.NOTHING: "nothing",
}
"""What is to be done, in words (msgids); where it is about a report, its number follows."""
STEP_ACTORS = {
    Step.PREPARE: "beneficiaries and managing body",
    Step.SIGN: "signatories",
    Step.PREFINANCE: "programme officer",
    Step.REPORT: "beneficiaries",
    Step.DECIDE: "programme officer",
    Step.REQUEST: "programme officer",
    Step.PAY: "finance, authorising and accounting officers",
    Step.HEAR: "coordinator",
    Step.CONFIRM: "programme officer",
    Step.RECOVER: "coordinator",
    Step.PROJECT: "beneficiaries",
    Step.CLOSE: "programme officer",
    Step.NOTHING: "",
}
"""Who acts, in words (msgids)."""


@dataclass(frozen=True, slots=True)
class ReportClock:
    """A report with the days that bind; ``due`` says that a payment follows and is to be asked for, ``owed_by`` until when money comes back.

    Before that the coordinator is heard until ``hear_by``, then the office decides until ``confirm_by``: one of the two.
    """

    number: int
    state: ReportState
    due_on: date
    submitted_on: date | None = None
    due: bool = False
    owed_by: date | None = None
    hear_by: date | None = None
    confirm_by: date | None = None


@dataclass(frozen=True, slots=True)
class PaymentClock:
    """A payment on the way with its last day in time, suspensions counted; ``suspended`` while it stands still."""

    due_on: date
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class GrantClock:
    """A grant with everything that somebody may owe. ``prepare_by`` binds before it is in force, ``payment_days`` after a report.

    ``prefinance_by`` is the last day of a pre-financing that is still to be asked for.
    """

    state: GrantState
    prepare_by: date | None = None
    prefinance_by: date | None = None
    payment_days: int = 0
    reports: Sequence[ReportClock] = ()
    payments: Sequence[PaymentClock] = ()
    end_on: date | None = None


@dataclass(frozen=True, slots=True)
class NextAct:
    """One thing to be done; ``by`` is None where no day binds. ``number`` is that of its report, 0 where it has none."""

    step: Step
    by: date | None = None
    number: int = 0

    def days_late(self, today: date) -> int:
        """Days after its last day in time; 0 while it is in time."""
        return max((today - self.by).days, 0) if self.by is not None and self.step in LATE_STEPS else 0


def open_acts(clock: GrantClock) -> tuple[NextAct, ...]:
    """Everything that is owed now, the most urgent first; never empty."""
    found = sorted(_acts(clock), key=lambda act: (act.by or date.max, act.number))
    return tuple(found) or (_otherwise(clock),)


def next_act(clock: GrantClock) -> NextAct:
    """The most urgent thing to be done."""
    return open_acts(clock)[0]


def days_late(clock: GrantClock, today: date) -> int:
    """Days by which the most urgent act is late; 0 while everything is in time."""
    return next_act(clock).days_late(today)


def _acts(clock: GrantClock) -> Iterator[NextAct]:
    if clock.state is GrantState.PREPARATION:
        yield NextAct(Step.PREPARE, clock.prepare_by)
    elif clock.state is GrantState.SIGNATURE:
        yield NextAct(Step.SIGN, clock.prepare_by)
    elif clock.state is GrantState.RUNNING:
        if clock.prefinance_by is not None:
            yield NextAct(Step.PREFINANCE, clock.prefinance_by)
        for report in clock.reports:
            yield from _of_report(report, clock.payment_days)
        yield from _of_payments(clock)
    elif clock.state is GrantState.CLOSED:  # the bank may send a payment back after the closure
        for report in clock.reports:
            if report.due:
                yield NextAct(Step.REQUEST, _decide_by(report, clock.payment_days), report.number)
        yield from _of_payments(clock)


def _of_payments(clock: GrantClock) -> Iterator[NextAct]:
    for payment in clock.payments:
        if not payment.suspended:
            yield NextAct(Step.PAY, payment.due_on)


def _decide_by(report: ReportClock, payment_days: int) -> date | None:
    return report.submitted_on + timedelta(days=payment_days) if report.submitted_on is not None else None


def _of_report(report: ReportClock, payment_days: int) -> Iterator[NextAct]:
    decide_by = _decide_by(report, payment_days)
    if report.state in WRITABLE:
        yield NextAct(Step.REPORT, report.due_on, report.number)
    elif report.state is ReportState.SUBMITTED:
        yield NextAct(Step.DECIDE, decide_by, report.number)
    elif report.due:
        yield NextAct(Step.REQUEST, decide_by, report.number)
    if report.hear_by is not None:
        yield NextAct(Step.HEAR, report.hear_by, report.number)
    if report.confirm_by is not None:
        yield NextAct(Step.CONFIRM, report.confirm_by, report.number)
    if report.owed_by is not None:
        yield NextAct(Step.RECOVER, report.owed_by, report.number)


def _otherwise(clock: GrantClock) -> NextAct:
    """Nothing is owed: the project goes on, the grant can be closed, or it is over."""
    if clock.state is not GrantState.RUNNING:
        return NextAct(Step.NOTHING)
    if clock.payments or not clock.reports:
        return NextAct(Step.PROJECT, clock.end_on)
    return NextAct(Step.CLOSE)
