"""What grants ask: of the consortium, of who signs, and of the office."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from app.grants.rules.standing import Acts
from app.notifications.rules.task_kinds import TaskKind
from app.notifications.rules.tasks import Group, Task, Who
from app.reporting.rules.lateness import NextAct


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantWork:
    """A grant of the person; ``left``: a part of the preparation is theirs, ``signs``: it is their turn to sign.

    ``act`` is the next act of the grant, the same that its own page names.
    """

    grant_id: UUID
    acronym: str
    call: str
    acts: Acts
    act: NextAct
    coordinates: bool
    left: bool
    signs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeGrantWork:
    """A call in which preparations wait for the person, or last signatures."""

    call_id: UUID
    call: str
    title: str
    to_look: int
    to_sign: int


_WHO = {
    Acts.CONSORTIUM: Who.COORDINATOR,
    Acts.OFFICE: Who.OFFICE,
    Acts.COORDINATOR: Who.COORDINATOR,
    Acts.BENEFICIARIES: Who.APPLICANTS,
    Acts.AUTHORITY: Who.OFFICE,
    Acts.PROJECT: Who.COORDINATOR,
    Acts.NOBODY: Who.NOBODY,
}


def grant_tasks(mine: Iterable[GrantWork], office: Iterable[OfficeGrantWork]) -> Iterator[Task]:
    """Tasks about grants: own acts to do, what others do under way, what has ended over."""
    for one in mine:
        kind, group, who, page = _standing(one)
        yield Task(
            kind=kind,
            group=group,
            who=who,
            name=one.acronym,
            place=f"/grants/{one.grant_id}{page}",
            call=one.call,
            day=one.act.by,
            figures={
                "acts": one.acts.value,
                "step": one.act.step.value,
                "number": one.act.number,
                "actor": one.act.actor,
                "since": one.act.since.isoformat() if one.act.since is not None else "",
            },
        )
    for call in office:
        base = f"/officer/calls/{call.call_id}/grants"
        waiting = (
            (TaskKind.LOOK_AT_PREPARATIONS, call.to_look, f"{base}?acts=office"),
            (TaskKind.SIGN_FOR_AUTHORITY, call.to_sign, f"{base}?acts=authority"),
        )
        for kind, count, place in waiting:
            if count:
                yield Task(
                    kind=kind,
                    group=Group.TO_DO,
                    who=Who.YOU,
                    name=call.title,
                    place=place,
                    call=call.call,
                    figures={"count": count},
                )


def _standing(one: GrantWork) -> tuple[TaskKind, Group, Who, str]:
    if one.signs:
        return TaskKind.SIGN_AGREEMENT, Group.TO_DO, Who.YOU, "/sign"
    if one.acts is Acts.CONSORTIUM and (one.coordinates or one.left):
        return TaskKind.PREPARE_GRANT, Group.TO_DO, Who.YOU, "/preparation"
    over = one.acts is Acts.NOBODY
    return TaskKind.GRANT_UNDER_WAY, Group.OVER if over else Group.UNDER_WAY, _WHO[one.acts], ""
