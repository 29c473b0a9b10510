"""What payments ask of each office: the next step of those that wait, and accounts to validate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

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


def payment_tasks(waiting: Sequence[tuple[PaymentState, int, date]], accounts: int) -> Iterator[Task]:
    """A task for each step that the person may take next: state, how many, and the earliest last day in time."""
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
