"""What amendments ask: of the office to decide, of signatories to sign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from app.notifications.rules.task_kinds import TaskKind
from app.notifications.rules.tasks import Group, Task, Who

if TYPE_CHECKING:
    from app.amendments.schemas import AmendmentToSign, OfficeAmendments


def amendment_tasks(office: Iterable[OfficeAmendments], mine: Iterable[AmendmentToSign]) -> Iterator[Task]:
    """Requests by the call with the earliest last day to answer, and signatures one by one."""
    for call in office:
        place = f"/officer/calls/{call.call_id}/grants"
        waiting = (
            (TaskKind.DECIDE_AMENDMENTS, call.to_decide, call.decide_by),
            (TaskKind.SIGN_AMENDMENTS_LAST, call.to_sign, None),
        )
        for kind, count, day in waiting:
            if count:
                yield Task(
                    kind=kind,
                    group=Group.TO_DO,
                    who=Who.YOU,
                    name=call.title,
                    place=place,
                    call=call.call,
                    day=day,
                    figures={"count": count},
                )
    for one in mine:
        yield Task(
            kind=TaskKind.SIGN_AMENDMENT,
            group=Group.TO_DO,
            who=Who.YOU,
            name=one.acronym,
            place=f"/grants/{one.grant_id}/amendments/{one.number}/sign",
            call=one.call,
            figures={"number": one.number},
        )
