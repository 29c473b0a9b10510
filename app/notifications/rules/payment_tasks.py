"""What payments ask of each office: the next step of those that wait, accounts to validate; and of who is paid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.notifications.rules.task_kinds import TaskKind
from app.notifications.rules.tasks import Group, Task, Who
from app.payments.rules.lifecycle import PaymentState

_STEPS = {
    PaymentState.INITIATED: (TaskKind.VERIFY_PAYMENTS, "/payments?standing=mine&state=initiated"),
    PaymentState.VERIFIED: (TaskKind.AUTHORISE_PAYMENTS, "/payments?standing=mine&state=verified"),
    PaymentState.AUTHORISED: (TaskKind.RELEASE_PAYMENTS, "/payments/release"),
    PaymentState.RELEASED: (TaskKind.RECORD_PAYMENTS, "/payments/statement"),
    PaymentState.MISSING: (TaskKind.CONFIRM_MISSING_PAYMENTS, "/payments?standing=mine&state=missing"),
    PaymentState.RETURNED: (TaskKind.CORRECT_PAYMENTS, "/payments?standing=mine&state=returned"),
}


@dataclass(frozen=True, slots=True)
class CameBackWork:
    """A grant whose payment the bank sent back; ``due_on`` is the last day in time of that payment."""

    grant_id: UUID
    acronym: str
    call: str
    payment: str
    due_on: date


def came_back_tasks(work: Iterable[CameBackWork]) -> Iterator[Task]:
    """The coordinator looks after its account, while the office may ask for the payment again."""
    for one in work:
        yield Task(
            kind=TaskKind.CHECK_ACCOUNT,
            group=Group.TO_DO,
            who=Who.YOU,
            name=one.acronym,
            place=f"/grants/{one.grant_id}/amendments",
            call=one.call,
            day=one.due_on,
            figures={"payment": one.payment},
        )


@dataclass(frozen=True, slots=True)
class InterestWork:
    """A late payment whose interest is owed (``owed``), or may be asked for; ``day`` until when."""

    grant_id: UUID
    acronym: str
    call: str
    payment: str
    owed: bool
    day: date | None


def interest_tasks(work: Iterable[InterestWork]) -> Iterator[Task]:
    """The office pays interest that is owed; the coordinator asks for what is paid on request."""
    for one in work:
        yield Task(
            kind=TaskKind.PAY_INTEREST if one.owed else TaskKind.ASK_FOR_INTEREST,
            group=Group.TO_DO,
            who=Who.YOU,
            name=one.acronym,
            place=f"/grants/{one.grant_id}/interest",
            call=one.call,
            day=one.day,
            figures={"payment": one.payment},
        )


def line_tasks(overdue: int, to_confirm: Sequence[UUID]) -> Iterator[Task]:
    """Lines of the statement that nobody has explained in time, and those that another person set aside, oldest first."""
    found = (
        (TaskKind.EXPLAIN_LINES, overdue, "/payments/statement?standing=open"),
        (
            TaskKind.CONFIRM_LINES,
            len(to_confirm),
            next((f"/payments/statement/{line_id}" for line_id in to_confirm), ""),
        ),
    )
    for kind, count, place in found:
        if count:
            yield Task(
                kind=kind, group=Group.TO_DO, who=Who.YOU, name="", place=place, call="", figures={"count": count}
            )


def payment_tasks(waiting: Sequence[tuple[PaymentState, int, date]], suspended: int, accounts: int) -> Iterator[Task]:
    """A task for each step that the person may take next: state, how many, and the earliest last day in time.

    ``suspended`` are those that stand still until somebody lets their time limit run again: no day binds them.
    """
    for state, count, due_on in waiting:
        kind, place = _STEPS[state]
        yield Task(
            kind=kind,
            group=Group.TO_DO,
            who=Who.YOU,
            name="",
            place=place,
            call="",
            day=due_on,
            figures={"count": count},
        )
    if suspended:
        yield Task(
            kind=TaskKind.RESUME_PAYMENTS,
            group=Group.TO_DO,
            who=Who.YOU,
            name="",
            place="/payments?standing=suspended",
            call="",
            figures={"count": suspended},
        )
    if accounts:
        yield Task(
            kind=TaskKind.VALIDATE_ACCOUNTS,
            group=Group.TO_DO,
            who=Who.YOU,
            name="",
            place="/payments/accounts?state=proposed",
            call="",
            figures={"count": accounts},
        )
