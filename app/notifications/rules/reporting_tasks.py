"""What agreements and their reports ask of a person: write and submit, fill in and sign, judge, ask for payments, pay back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.notifications.rules.task_kinds import TaskKind
from app.notifications.rules.tasks import Group, Task, Who
from app.reporting.rules.hearing import Hearing
from app.reporting.rules.lifecycle import WRITABLE, ReportState


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportWork:
    """A report that is open, and what the person is to it.

    ``due_on``: until when it is handed in, or corrected where it was given back.
    ``lacks_statement``: a partner that the person speaks for has not signed its statement, or its signature is void.
    ``unpaid``: something is due and was not asked for; ``came_back``: it was, and the bank sent it back. ``pay_by``: the last day in time of what is due after it.
    ``back_by``: until when money comes back that did not come yet; ``hearing``: before that, while the coordinator is heard.
    """

    grant_id: UUID
    acronym: str
    reference: str
    call: str
    number: int
    state: ReportState
    ends_on: date
    due_on: date
    coordinates: bool
    takes_part: bool
    officer: bool
    lacks_statement: bool
    unpaid: bool
    pay_by: date | None = None
    back_by: date | None = None
    hearing: Hearing | None = None
    came_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefinancingWork:
    """An agreement in force whose pre-financing nobody has asked for, or that came back; until when it is paid in time."""

    grant_id: UUID
    acronym: str
    reference: str
    call: str
    pay_by: date
    came_back: bool = False


_OF_OFFICE = {
    TaskKind.JUDGE_PERIODIC_REPORT,
    TaskKind.ASK_FOR_PAYMENT,
    TaskKind.ASK_AGAIN,
    TaskKind.DECIDE_RECOVERY,
}


def reporting_tasks(work: Iterable[ReportWork], today: date) -> Iterator[Task]:
    """At most one task for each report and person; a period that still runs asks for nothing."""
    for one in work:
        if (kind := _asked(one, today)) is not None:
            office = kind in _OF_OFFICE
            base = "/officer/grants" if office else "/grants"
            page = "/hearing" if kind is TaskKind.ANSWER_RECOVERY else ""
            yield Task(
                kind=kind,
                group=Group.TO_DO,
                who=Who.YOU,
                name=one.acronym,
                place=f"{base}/{one.grant_id}/reports/{one.number}{page}",
                call=one.call,
                day=_day(one, kind),
                figures={"number": one.number, "reference": one.reference},
            )


def _day(one: ReportWork, kind: TaskKind) -> date | None:
    if one.hearing is not None and kind in {TaskKind.ANSWER_RECOVERY, TaskKind.DECIDE_RECOVERY}:
        return one.hearing.answer_by if kind is TaskKind.ANSWER_RECOVERY else one.hearing.decide_by
    return one.pay_by if kind in _OF_OFFICE else one.back_by if kind is TaskKind.PAY_BACK else one.due_on


def prefinancing_tasks(work: Iterable[PrefinancingWork]) -> Iterator[Task]:
    """The officer starts the pre-financing of each agreement in force; three other people act after that."""
    for one in work:
        yield Task(
            kind=TaskKind.PREFINANCE_AGAIN if one.came_back else TaskKind.START_PREFINANCING,
            group=Group.TO_DO,
            who=Who.YOU,
            name=one.acronym,
            place=f"/officer/grants/{one.grant_id}",
            call=one.call,
            day=one.pay_by,
            figures={"reference": one.reference},
        )


def _asked(one: ReportWork, today: date) -> TaskKind | None:
    if one.hearing is not None and one.hearing.open:
        return _of_hearing(one, heard=one.hearing.heard(today))
    if one.back_by is not None and one.coordinates:
        return TaskKind.PAY_BACK
    if one.state in WRITABLE and today > one.ends_on:
        return _of_consortium(one, late=today > one.due_on)
    if one.state is ReportState.SUBMITTED and one.officer:
        return TaskKind.JUDGE_PERIODIC_REPORT
    ask = TaskKind.ASK_AGAIN if one.came_back else TaskKind.ASK_FOR_PAYMENT
    return ask if one.unpaid and one.officer else None


def _of_consortium(one: ReportWork, *, late: bool) -> TaskKind | None:
    """The coordinator has the whole report; a partner its statement, as long as it is not signed."""
    if not one.coordinates and not (one.takes_part and one.lacks_statement):
        return None
    if one.state is ReportState.RETURNED:
        return TaskKind.CORRECT_PERIODIC_REPORT if one.coordinates else TaskKind.CORRECT_STATEMENT
    if one.coordinates:
        return TaskKind.LATE_PERIODIC_REPORT if late else TaskKind.WRITE_PERIODIC_REPORT
    return TaskKind.LATE_STATEMENT if late else TaskKind.FILL_IN_STATEMENT


def _of_hearing(one: ReportWork, *, heard: bool) -> TaskKind | None:
    """The coordinator may answer, then the office decides; nobody else is asked."""
    if heard:
        return TaskKind.DECIDE_RECOVERY if one.officer else None
    return TaskKind.ANSWER_RECOVERY if one.coordinates else None
