"""Payments on the start page: one task for each step, with how many wait and the earliest day."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from app.notifications.rules.payment_tasks import CameBackWork, came_back_tasks, line_tasks, payment_tasks
from app.notifications.rules.task_kinds import TaskKind
from app.notifications.rules.tasks import Who
from app.payments.rules.circuit import NEXT
from app.payments.rules.lifecycle import PaymentState


@pytest.mark.parametrize("state", NEXT)
def test_every_state_that_waits_is_a_task(state: PaymentState) -> None:
    [task] = payment_tasks([(state, 3, date(2019, 3, 31))], 0, 0)
    assert (task.who, task.day, task.figures) == (Who.YOU, date(2019, 3, 31), {"count": 3})
    assert task.place.startswith("/payments")


def test_accounts_are_one_task_and_nothing_is_none() -> None:
    [task] = payment_tasks([], 0, 2)
    assert (task.kind, task.figures) == (TaskKind.VALIDATE_ACCOUNTS, {"count": 2})
    assert list(payment_tasks([], 0, 0)) == []


def test_what_stands_still_waits_for_who_may_let_it_run() -> None:
    [task] = payment_tasks([], 2, 0)
    assert (task.kind, task.who, task.figures) == (TaskKind.RESUME_PAYMENTS, Who.YOU, {"count": 2})
    assert task.day is None, "its time limit does not run"


def test_the_coordinator_looks_after_the_account_that_the_bank_refused() -> None:
    [task] = came_back_tasks([CameBackWork(UUID(int=1), "WASTEMATES", "CALL", "PAY-2020-00001", date(2020, 3, 31))])
    assert (task.kind, task.who, task.day) == (TaskKind.CHECK_ACCOUNT, Who.YOU, date(2020, 3, 31))
    assert task.place == f"/grants/{UUID(int=1)}/amendments"


def test_lines_of_the_bank_are_tasks_where_they_wait() -> None:
    assert list(line_tasks(0, ())) == []
    explain, confirm = line_tasks(4, (UUID(int=7), UUID(int=8)))
    assert (explain.kind, explain.figures) == (TaskKind.EXPLAIN_LINES, {"count": 4})
    assert (confirm.kind, confirm.figures) == (TaskKind.CONFIRM_LINES, {"count": 2})
    assert confirm.place == f"/payments/statement/{UUID(int=7)}", "the oldest first"
