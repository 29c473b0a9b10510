"""What is to be done next about a grant, by whom, by which day, and is it late: one answer wherever a grant is named.

Each thing that somebody owes is an act with its last day in time. Late ones come first, the longest late before all;
then a payment that stands still, since nobody else can act on it; then what is due soonest. A grant is late by the days
of its next act. What nobody owes by a day (a project under way, a closure) is never late.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.grants.rules.grant_lifecycle import GrantState
from app.grants.rules.standing import Acts
from app.payments.rules.circuit import Act
from app.reporting.rules.lifecycle import WRITABLE, ReportState


class Step(StrEnum):
    """What is to be done."""

    PREPARE = "prepare"
    SIGN = "sign"
    PREFINANCE = "prefinance"
    REPORT = "report"
    CORRECT = "correct"
    DECIDE = "decide"
    REQUEST = "request"
    PAY = "pay"
    RESUME = "resume"
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
    Step.CORRECT,
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
    Step.CORRECT: "correction of report",
    Step.DECIDE: "decision on report",
    Step.REQUEST: "payment to be asked for after report",
    Step.PAY: "payment under way",
    Step.RESUME: "suspended payment to be resumed",
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
    Step.CORRECT: "beneficiaries",
    Step.DECIDE: "programme officer",
    Step.REQUEST: "programme officer",
    Step.PAY: "finance, authorising and accounting officers",
    Step.RESUME: "programme or finance officer",
    Step.HEAR: "coordinator",
    Step.CONFIRM: "programme officer",
    Step.RECOVER: "coordinator",
    Step.PROJECT: "beneficiaries",
    Step.CLOSE: "programme officer",
    Step.NOTHING: "",
}
"""Who acts, in words (msgids), where nothing more exact is known."""
TURNS = {
    Acts.CONSORTIUM: "beneficiaries",
    Acts.OFFICE: "programme officer",
    Acts.COORDINATOR: "signatory of the coordinator",
    Acts.BENEFICIARIES: "signatories of the other beneficiaries",
    Acts.AUTHORITY: "authorising officer",
}
"""Whose turn it is before the agreement is in force (msgids)."""
PAYERS = {
    Act.VERIFY: "finance officer",
    Act.AUTHORISE: "authorising officer",
    Act.RELEASE: "accounting officer",
    Act.RECORD: "the bank",
    Act.CONFIRM: "authorising officer or another accounting officer",
    Act.INITIATE: "programme or finance officer",
}
"""Whose step a payment waits for (msgids)."""


@dataclass(frozen=True, slots=True)
class ReportClock:
    """A report with the days that bind; ``due_on`` is that of the correction where it was given back.

    ``due`` says that a payment follows and is to be asked for, ``owed_by`` until when money comes back. Before that the
    coordinator is heard until ``hear_by``, then the office decides until ``confirm_by``: one of the two.
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
    """A payment on the way with its last day in time, suspensions counted, and the ``act`` that it waits for.

    ``since``: it stands still since that day, until somebody lets its time run again.
    """

    due_on: date
    since: date | None = None
    act: Act | None = None


@dataclass(frozen=True, slots=True)
class GrantClock:
    """A grant with everything that somebody may owe. ``prepare_by`` binds before it is in force, ``payment_days`` after a report.

    ``prefinance_by`` is the last day of a pre-financing that is still to be asked for; ``acts`` says whose turn it is
    before it is in force.
    """

    state: GrantState
    acts: Acts | None = None
    prepare_by: date | None = None
    prefinance_by: date | None = None
    payment_days: int = 0
    reports: Sequence[ReportClock] = ()
    payments: Sequence[PaymentClock] = ()
    end_on: date | None = None


@dataclass(frozen=True, slots=True)
class NextAct:
    """One thing to be done; ``by`` is None where no day binds. ``number`` is that of its report, 0 where it has none.

    ``who`` acts where that is known more exactly than by the step; ``since`` is the day since which it stands still.
    """

    step: Step
    by: date | None = None
    number: int = 0
    who: str = ""
    since: date | None = None

    @property
    def actor(self) -> str:
        """Who acts, in words (a msgid); empty where nobody does."""
        return self.who or STEP_ACTORS[self.step]

    def days_late(self, today: date) -> int:
        """Days after its last day in time; 0 while it is in time."""
        return max((today - self.by).days, 0) if self.by is not None and self.step in LATE_STEPS else 0


def open_acts(clock: GrantClock, today: date) -> tuple[NextAct, ...]:
    """Everything that is owed now, the most urgent first; never empty."""

    def urgency(act: NextAct) -> tuple[bool, bool, date, int]:
        return not act.days_late(today), act.since is None, act.since or act.by or date.max, act.number

    return tuple(sorted(_acts(clock), key=urgency)) or (_otherwise(clock),)


def next_act(clock: GrantClock, today: date) -> NextAct:
    """The most urgent thing to be done."""
    return open_acts(clock, today)[0]


def days_late(clock: GrantClock, today: date) -> int:
    """Days by which the most urgent act is late; 0 while everything is in time."""
    return next_act(clock, today).days_late(today)


def _acts(clock: GrantClock) -> Iterator[NextAct]:
    who = TURNS.get(clock.acts, "") if clock.acts is not None else ""
    if clock.state is GrantState.PREPARATION:
        yield NextAct(Step.PREPARE, clock.prepare_by, who=who)
    elif clock.state is GrantState.SIGNATURE:
        yield NextAct(Step.SIGN, clock.prepare_by, who=who)
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
        if payment.since is not None:
            yield NextAct(Step.RESUME, since=payment.since)
        else:
            yield NextAct(Step.PAY, payment.due_on, who=PAYERS.get(payment.act, "") if payment.act else "")


def _decide_by(report: ReportClock, payment_days: int) -> date | None:
    return report.submitted_on + timedelta(days=payment_days) if report.submitted_on is not None else None


def _of_report(report: ReportClock, payment_days: int) -> Iterator[NextAct]:
    decide_by = _decide_by(report, payment_days)
    if report.state in WRITABLE:
        step = Step.CORRECT if report.state is ReportState.RETURNED else Step.REPORT
        yield NextAct(step, report.due_on, report.number)
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
    if not clock.reports:
        return NextAct(Step.PROJECT, clock.end_on)
    return NextAct(Step.CLOSE)
