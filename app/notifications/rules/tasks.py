"""What waits for a person, who acts next and by when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum

from app.applications.rules.lifecycle import ApplicationState
from app.calls.rules.lifecycle import CallState
from app.calls.rules.phases import Phase, phase
from app.core.periods import BRUSSELS, in_time, instant_in_zone
from app.notifications.rules.task_kinds import TaskKind
from app.notifications.rules.work import ApplicationWork, CallWork, Work

_BINDING = {
    TaskKind.COMPLETE_APPLICATION,
    TaskKind.FILL_IN_PART,
    TaskKind.PART_FILLED_IN,
    TaskKind.SUBMITTED,
    TaskKind.WITHDRAWN,
}
"""What the deadline of the application binds."""

_PLANNED = {TaskKind.UNDER_EVALUATION}
_OF_OTHERS = {TaskKind.GRANT_UNDER_WAY}
"""Their dates bind somebody else, or end a project."""


class Group(StrEnum):
    """Where the person finds it: with what they do, what others do, what is over."""

    TO_DO = "to_do"
    UNDER_WAY = "under_way"
    OVER = "over"


class Who(StrEnum):
    """Who acts next."""

    YOU = "you"
    COORDINATOR = "coordinator"
    APPLICANTS = "applicants"
    OFFICE = "office"
    COMMITTEE = "committee"
    PLATFORM = "platform"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One line of the start page. ``figures`` fill its words; ``day`` is a date that is planned, ``by`` one that binds."""

    kind: TaskKind
    group: Group
    who: Who
    name: str
    place: str
    """A place, or the path of a page that belongs to no place."""
    call: str = ""
    by: datetime | None = None
    day: date | None = None
    zone: str = BRUSSELS
    figures: Mapping[str, int | str] = field(default_factory=dict)

    @property
    def is_planned(self) -> bool:
        """Whether its day is only what somebody intends."""
        return self.kind in _PLANNED

    @property
    def until(self) -> datetime | None:
        """The last instant in time: that of a deadline, or of the day by which something is done; None if nothing binds."""
        if self.by is not None or self.day is None or self.is_planned:
            return self.by
        return instant_in_zone(self.day, 23, 59, 59, self.zone)


def tasks_of(work: Work, now: datetime, more: Iterable[Task] = ()) -> tuple[Task, ...]:
    """Every task: what the person does first, by what binds soonest; what is over last, the latest first.

    ``more`` are those that other files of these rules find.
    """
    found = [
        *_invitations(work, now),
        *_questions(work, now),
        *_declarations(work),
        *_applications(work, now),
        *_calls(work, now),
        *work.evaluation,
        *more,
    ]
    coming = sorted((task for task in found if task.group is not Group.OVER), key=_soonest)
    over = sorted((task for task in found if task.group is Group.OVER), key=_soonest, reverse=True)
    order = list(Group)
    return tuple(sorted([*coming, *over], key=lambda task: order.index(task.group)))


def next_deadline(tasks: tuple[Task, ...], now: datetime) -> Task | None:
    """The task whose binding instant comes first and is not past; None where nothing binds."""
    coming = [task for task in tasks if task.group is not Group.OVER and task.kind not in _OF_OTHERS]
    binding = [task for task in coming if task.until is not None and in_time(now, task.until)]
    return min(binding, key=_soonest, default=None)


def _soonest(task: Task) -> tuple[bool, datetime, str]:
    return task.until is None, task.until or datetime.max.replace(tzinfo=UTC), task.name


def _invitations(work: Work, now: datetime) -> Iterator[Task]:
    """An invitation can be accepted until the deadline; then it is no longer a task."""
    for asked in work.invitations:
        if in_time(now, asked.deadline):
            yield Task(
                kind=TaskKind.ANSWER_INVITATION,
                group=Group.TO_DO,
                who=Who.YOU,
                name=asked.acronym,
                place=f"/applications/{asked.application_id}/partners/{asked.partner_id}/answer",
                call=asked.call,
                by=asked.deadline,
                zone=asked.zone,
                figures={"coordinator": asked.coordinator, "role": asked.role.value.replace("_", " ")},
            )


def _questions(work: Work, now: datetime) -> Iterator[Task]:
    """A question of the office can be answered until it is due."""
    for asked in work.questions:
        if in_time(now, asked.due_at):
            yield Task(
                kind=TaskKind.ANSWER_CLARIFICATION,
                group=Group.TO_DO,
                who=Who.YOU,
                name=asked.acronym,
                place=f"application/{asked.application_id}/clarifications",
                call=asked.call,
                by=asked.due_at,
                zone=asked.zone,
                figures={"number": asked.number},
            )


def _declarations(work: Work) -> Iterator[Task]:
    """Declarations that are still missing; the exclusion check waits for them."""
    for one in work.declarations:
        yield Task(
            kind=TaskKind.DECLARE_HONOUR,
            group=Group.TO_DO,
            who=Who.YOU,
            name=one.acronym,
            place=f"application/{one.application_id}/declarations",
            call=one.call,
            figures={"partners": one.partners},
        )


def _applications(work: Work, now: datetime) -> Iterator[Task]:
    told = {one.application_id for one in work.outcomes}
    for one in work.applications:
        if one.application_id in told:
            continue
        kind, group, who = _standing(one, now)
        binding = kind in _BINDING
        yield Task(
            kind=kind,
            group=group,
            who=who,
            name=one.acronym,
            place=f"application/{one.application_id}",
            call=one.call,
            by=one.deadline if binding or group is Group.OVER else None,
            day=one.information_on if kind is TaskKind.UNDER_EVALUATION else None,
            zone=one.zone,
            figures={
                "complete": one.complete,
                "sections": one.sections,
                "invited": one.invited,
                "submission": one.submission,
                "receipt": int(one.receipt),
            },
        )


def _standing(one: ApplicationWork, now: datetime) -> tuple[TaskKind, Group, Who]:
    """What an application asks of this person now."""
    still_open = in_time(now, one.deadline) and one.call_state is CallState.PUBLISHED
    if not still_open:
        judged = one.state is ApplicationState.SUBMITTED and one.call_state is not CallState.WITHDRAWN
        return (TaskKind.UNDER_EVALUATION, Group.UNDER_WAY, Who.OFFICE) if judged else _over(one)
    if one.state is not ApplicationState.DRAFT:
        kind = {ApplicationState.SUBMITTED: TaskKind.SUBMITTED, ApplicationState.WITHDRAWN: TaskKind.WITHDRAWN}
        return (kind[one.state], Group.UNDER_WAY, Who.NOBODY) if one.state in kind else _over(one)
    if one.coordinates:
        return TaskKind.COMPLETE_APPLICATION, Group.TO_DO, Who.YOU
    if one.edits and one.part_done:
        return TaskKind.PART_FILLED_IN, Group.UNDER_WAY, Who.COORDINATOR
    return TaskKind.FILL_IN_PART, *((Group.TO_DO, Who.YOU) if one.edits else (Group.UNDER_WAY, Who.COORDINATOR))


def _over(one: ApplicationWork) -> tuple[TaskKind, Group, Who]:
    """How it ended without being judged."""
    drafted = one.state in {ApplicationState.DRAFT, ApplicationState.NOT_SUBMITTED}
    return TaskKind.NOT_SUBMITTED if drafted else TaskKind.TAKEN_OUT, Group.OVER, Who.NOBODY


def _calls(work: Work, now: datetime) -> Iterator[Task]:
    for call in work.calls:
        if call.state is CallState.DRAFT:
            yield _of_call(call, TaskKind.PUBLISH_CALL, Group.TO_DO, Who.YOU, by=call.opens_at)
            continue
        if call.state is CallState.PUBLISHED and call.waiting and in_time(now, call.deadline):
            yield _of_call(call, TaskKind.PUBLISH_CORRECTION, Group.TO_DO, Who.YOU)
        yield from _checks(call)
        if call.state is not CallState.PUBLISHED:
            yield _of_call(call, TaskKind.CALL_CLOSED, Group.OVER, Who.OFFICE, by=call.deadline)
            continue
        match phase(call.opens_at, call.deadline, now):
            case Phase.FORTHCOMING:
                yield _of_call(call, TaskKind.CALL_FORTHCOMING, Group.UNDER_WAY, Who.PLATFORM, by=call.opens_at)
            case Phase.OPEN:
                yield _of_call(call, TaskKind.CALL_OPEN, Group.UNDER_WAY, Who.APPLICANTS, by=call.deadline)
            case Phase.CLOSED:
                yield _of_call(call, TaskKind.CALL_CLOSING, Group.UNDER_WAY, Who.PLATFORM)


def _checks(call: CallWork) -> Iterator[Task]:
    """What the office of a closed call does before the evaluation."""
    if call.state is CallState.CLOSED:
        page = f"/officer/calls/{call.call_id}/checks"
        if call.settle:
            yield _of_call(call, TaskKind.SETTLE_ANSWERS, Group.TO_DO, Who.YOU, place=page)
        if call.propose:
            yield _of_call(call, TaskKind.PROPOSE_CHECKS, Group.TO_DO, Who.YOU, place=f"{page}?state=open")
        if call.confirm:
            yield _of_call(call, TaskKind.CONFIRM_CHECKS, Group.TO_DO, Who.YOU, place=f"{page}/confirm")


def _of_call(  # what waits where
    call: CallWork, kind: TaskKind, group: Group, who: Who, *, by: datetime | None = None, place: str = ""
) -> Task:
    return Task(
        kind=kind,
        group=group,
        who=who,
        name=call.title,
        place=place or f"/officer/calls/{call.call_id}",
        call=call.call,
        by=by,
        zone=call.zone,
        figures={
            "drafts": call.drafts,
            "submitted": call.submitted,
            "assumed": call.assumed,
            "version": call.waiting,
            "propose": call.propose,
            "confirm": call.confirm,
            "settle": call.settle,
            "state": call.state.value,
        },
    )
