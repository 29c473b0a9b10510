"""What waits for a person, who acts next and by when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from uuid import UUID

from app.applications.rules.lifecycle import ApplicationState
from app.calls.rules.lifecycle import CallState
from app.calls.rules.phases import Phase, phase
from app.core.periods import BRUSSELS, in_time
from app.partnerships.rules.facts import PartnerRole


class TaskKind(StrEnum):
    """What it is about."""

    ANSWER_INVITATION = "answer_invitation"
    COMPLETE_APPLICATION = "complete_application"
    FILL_IN_PART = "fill_in_part"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    UNDER_EVALUATION = "under_evaluation"
    NOT_SUBMITTED = "not_submitted"
    TAKEN_OUT = "taken_out"
    PUBLISH_CALL = "publish_call"
    PUBLISH_CORRECTION = "publish_correction"
    CALL_FORTHCOMING = "call_forthcoming"
    CALL_OPEN = "call_open"
    CALL_CLOSING = "call_closing"
    CALL_CLOSED = "call_closed"
    DRAFT_CONSENSUS = "draft_consensus"
    AGREE_OR_DISSENT = "agree_or_dissent"
    CONCLUDE_CONSENSUS = "conclude_consensus"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationWork:
    """An open invitation that the person can answer."""

    application_id: UUID
    partner_id: UUID
    acronym: str
    coordinator: str
    role: PartnerRole
    call: str
    deadline: datetime
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationWork:
    """An application that the person takes part in; ``receipt`` whether the one of the last submission is sealed."""

    application_id: UUID
    acronym: str
    reference: str
    state: ApplicationState
    coordinates: bool
    edits: bool
    call: str
    call_state: CallState
    deadline: datetime
    zone: str
    sections: int
    saved: int
    invited: int
    submission: int = 0
    receipt: bool = False
    information_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWork:
    """A call that the person manages; ``waiting`` is the label of a version that is not published."""

    call_id: UUID
    call: str
    title: str
    state: CallState
    opens_at: datetime
    deadline: datetime
    zone: str
    waiting: str = ""
    assumed: int = 0
    drafts: int = 0
    submitted: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Everything a person is part of."""

    invitations: tuple[InvitationWork, ...] = ()
    applications: tuple[ApplicationWork, ...] = ()
    calls: tuple[CallWork, ...] = ()
    speaks_for_organisation: bool = False
    has_office: bool = False

    @property
    def is_newcomer(self) -> bool:
        """Nothing yet: the page shows how to begin."""
        return not (self.invitations or self.applications or self.calls or self.has_office)


def tasks_of(work: Work, now: datetime, *, more: Iterable[Task] = ()) -> tuple[Task, ...]:
    """Every task: what the person does first, by what binds soonest; what is over last, the latest first.

    ``more`` are those of other kinds of work.
    """
    found = [*_invitations(work, now), *_applications(work, now), *_calls(work, now), *more]
    coming = sorted((task for task in found if task.group is not Group.OVER), key=_soonest)
    over = sorted((task for task in found if task.group is Group.OVER), key=_soonest, reverse=True)
    order = list(Group)
    return tuple(sorted([*coming, *over], key=lambda task: order.index(task.group)))


def next_deadline(tasks: tuple[Task, ...], now: datetime) -> Task | None:
    """The task whose binding instant comes first; None where nothing binds."""
    coming = [task for task in tasks if task.by is not None and task.group is not Group.OVER and in_time(now, task.by)]
    return min(coming, key=_soonest, default=None)


def _soonest(task: Task) -> tuple[bool, datetime, str]:
    return task.by is None, task.by or datetime.max.replace(tzinfo=UTC), task.name


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


def _applications(work: Work, now: datetime) -> Iterator[Task]:
    for one in work.applications:
        kind, group, who = _standing(one, now)
        binding = kind in {TaskKind.COMPLETE_APPLICATION, TaskKind.FILL_IN_PART, TaskKind.SUBMITTED, TaskKind.WITHDRAWN}
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
                "saved": min(one.saved, one.sections),
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


def _of_call(call: CallWork, kind: TaskKind, group: Group, who: Who, *, by: datetime | None = None) -> Task:
    return Task(
        kind=kind,
        group=group,
        who=who,
        name=call.title,
        place=f"/officer/calls/{call.call_id}",
        call=call.call,
        by=by,
        zone=call.zone,
        figures={
            "drafts": call.drafts,
            "submitted": call.submitted,
            "assumed": call.assumed,
            "version": call.waiting,
            "state": call.state.value,
        },
    )
