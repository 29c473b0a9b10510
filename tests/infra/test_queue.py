"""The queue: a job exists exactly when its cause does, runs once, and survives kills and restarts."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from app.infra.queue import DOCUMENT_QUEUE, QueueKey, Task, Worker, enqueue

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime

ROOT = Path(__file__).resolve().parents[2]
SEEN = sa.Table("seen", sa.MetaData(), sa.Column("n", sa.Integer), sa.Column("pid", sa.Integer))
RACERS = 16


@pytest.fixture(autouse=True)
def empty(runtime: Runtime) -> None:
    """Each test starts with an empty queue and an empty table of what jobs did."""
    SEEN.metadata.create_all(runtime.database.engine)
    with runtime.database.transaction() as session:
        session.execute(sa.delete(SEEN))
        session.execute(sa.delete(QueueKey))
        for table in ("procrastinate_events", "procrastinate_periodic_defers", "procrastinate_jobs"):
            session.execute(sa.text(f"delete from {table}"))  # noqa: S608  # names of our own


def see(runtime: Runtime) -> Callable[..., None]:
    """A task that notes its number."""

    def run(n: int) -> None:
        with runtime.database.transaction() as session:
            session.execute(sa.insert(SEEN).values(n=n))

    return run


def seen(runtime: Runtime) -> list[int]:
    with runtime.database.reading() as session:
        return list(session.scalars(sa.select(SEEN.c.n).order_by(SEEN.c.n)))


def jobs(runtime: Runtime) -> dict[str, int]:
    """How many jobs are in which status."""
    with runtime.database.reading() as session:
        rows = session.execute(
            sa.text("select status::text, count(*) from procrastinate_jobs where task_name = 'see' group by 1")
        )
        return {str(row[0]): int(row[1]) for row in rows}


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for the condition; fail when it does not come."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            pytest.fail("it did not happen in time")
        time.sleep(0.05)


@pytest.fixture
def worker(runtime: Runtime) -> Iterator[Worker]:
    """A worker thread that rescues after two seconds."""
    made = Worker(runtime.database.url, (Task("see", see(runtime)),), polling=0.1, stalled_after=2)
    made.start()
    yield made
    made.stop()


def test_a_job_is_there_only_when_its_cause_is(runtime: Runtime) -> None:
    def fail_afterwards() -> None:
        with runtime.database.transaction() as session:
            assert enqueue(session, "see", key="once", n=1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_afterwards()
    assert jobs(runtime) == {}
    with runtime.database.transaction() as session:
        assert enqueue(session, "see", key="once", n=1), "the key of a rolled-back job is free again"
        assert jobs(runtime) == {}, "invisible before the commit"
    assert jobs(runtime) == {"todo": 1}


def test_a_worker_drains_what_is_due(runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        for n in range(5):
            enqueue(session, "see", n=n)
        enqueue(session, "see", n=99, at=datetime.now(UTC) + timedelta(days=1))
    Worker(runtime.database.url, (Task("see", see(runtime)),)).drain()
    assert seen(runtime) == [0, 1, 2, 3, 4]
    assert jobs(runtime) == {"succeeded": 5, "todo": 1}


def test_weightier_jobs_run_first(runtime: Runtime) -> None:
    order: list[int] = []

    def note(n: int) -> None:
        order.append(n)

    with runtime.database.transaction() as session:
        for priority in (1, 3, 2):
            enqueue(session, "see", priority=priority, n=priority)
    Worker(runtime.database.url, (Task("see", note),), concurrency=1).drain()
    assert order == [3, 2, 1]


def test_a_key_is_used_once_by_many_at_the_same_moment(runtime: Runtime) -> None:
    """Sixteen threads enqueue one mail: one job, one True."""
    answers, start = [], threading.Barrier(RACERS)

    def ask() -> None:
        start.wait()
        with runtime.database.transaction() as session:
            answers.append(enqueue(session, "see", key="mail-1", n=1))

    threads = [threading.Thread(target=ask) for _ in range(RACERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(answers), answers.count(True)) == (RACERS, 1)
    assert jobs(runtime) == {"todo": 1}


def test_a_key_stays_used_after_its_job_is_done(runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        enqueue(session, "see", key="mail-1", n=1)
    Worker(runtime.database.url, (Task("see", see(runtime)),)).drain()
    with runtime.database.transaction() as session:
        assert not enqueue(session, "see", key="mail-1", n=1)
        assert enqueue(session, "see", key="mail-2", n=2)
    Worker(runtime.database.url, (Task("see", see(runtime)),)).drain()
    assert seen(runtime) == [1, 2]


def test_a_job_that_fails_is_tried_again(runtime: Runtime) -> None:
    tries: list[int] = []

    def fail(n: int) -> None:
        tries.append(n)
        raise OSError("the mail server is away")

    with runtime.database.transaction() as session:
        enqueue(session, "see", n=1)
    Worker(runtime.database.url, (Task("see", fail, attempts=3),)).drain()
    with runtime.database.reading() as session:
        row = session.execute(
            sa.text(
                "select status::text, attempts, scheduled_at > clock_timestamp() from procrastinate_jobs where task_name = 'see'"
            )
        ).one()
    assert tries == [1]
    assert tuple(row) == ("todo", 1, True)


def test_a_running_worker_takes_new_jobs_at_once(runtime: Runtime, worker: Worker) -> None:
    with runtime.database.transaction() as session:
        enqueue(session, "see", n=7)
    until(lambda: seen(runtime) == [7])


def test_the_clock_starts_periodic_tasks(runtime: Runtime) -> None:
    ticks: list[float] = []
    made = Worker(
        runtime.database.url, (Task("tick", lambda: ticks.append(time.monotonic()), cron="* * * * * *"),), polling=0.1
    )
    made.start()
    try:
        until(lambda: len(ticks) >= 2, 10)
    finally:
        made.stop()


def test_a_worker_that_is_stopped_at_once_does_stop(runtime: Runtime) -> None:
    for wait in (0, 0.05, 0.3):
        made = Worker(runtime.database.url, (Task("see", see(runtime)),))
        made.start()
        time.sleep(wait)
        began = time.monotonic()
        made.stop()
        assert made._thread is not None
        assert not made._thread.is_alive()
        assert time.monotonic() - began < 10


def test_a_worker_that_is_stopped_finishes_the_job_in_hand(runtime: Runtime) -> None:
    begun = threading.Event()

    def slow(n: int) -> None:
        begun.set()
        time.sleep(1)
        see(runtime)(n)

    with runtime.database.transaction() as session:
        enqueue(session, "see", n=1)
    made = Worker(runtime.database.url, (Task("see", slow),), polling=0.1)
    made.start()
    assert begun.wait(20)
    made.stop()
    assert (seen(runtime), jobs(runtime)) == ([1], {"succeeded": 1})


def test_a_job_that_takes_longer_than_we_wait_goes_back_to_the_queue_and_leaves_no_connection(runtime: Runtime) -> None:
    begun, end = threading.Event(), threading.Event()

    def slow(n: int) -> None:
        begun.set()
        end.wait(30)

    with runtime.database.transaction() as session:
        enqueue(session, "see", n=1)
    made = Worker(runtime.database.url, (Task("see", slow),), polling=0.1)
    made.start()
    assert begun.wait(20)
    made.stop(0.2)
    try:
        assert jobs(runtime) == {"todo": 1}
        with runtime.database.reading() as session:
            others = "select count(*) from pg_stat_activity where datname = current_database() and application_name <> 'grappe'"
            assert session.execute(sa.text(others)).scalar_one() == 0
    finally:
        end.set()


def test_documents_do_not_stand_behind_mail(runtime: Runtime) -> None:
    """The hands for mail are full; a document is made all the same."""
    made, end = threading.Event(), threading.Event()
    tasks = (Task("see", lambda n: end.wait(30)), Task("draw", made.set))
    with runtime.database.transaction() as session:
        for n in range(4):
            enqueue(session, "see", n=n)
        enqueue(session, "draw", queue=DOCUMENT_QUEUE)
    worker = Worker(runtime.database.url, tasks, polling=0.1)
    worker.start()
    try:
        assert made.wait(20)
    finally:
        end.set()
        worker.stop()


@pytest.mark.parametrize("rounds", [2, pytest.param(10, marks=pytest.mark.soak)])
def test_the_worker_goes_on_after_the_database_was_restarted(runtime: Runtime, worker: Worker, rounds: int) -> None:
    """Every connection is cut, as a restart does; a job that comes afterwards is done all the same."""
    for n in range(rounds):
        with runtime.database.transaction() as session:
            enqueue(session, "see", n=2 * n)
        until(lambda n=n: 2 * n in seen(runtime))  # type: ignore[misc]
        cut_all_connections(runtime)
        with runtime.database.transaction() as session:
            enqueue(session, "see", n=2 * n + 1)
        until(lambda n=n: 2 * n + 1 in seen(runtime))  # type: ignore[misc]
    assert seen(runtime) == list(range(2 * rounds))


def cut_all_connections(runtime: Runtime) -> None:
    runtime.database.close()
    engine = sa.create_engine(runtime.database.url, poolclass=sa.NullPool)
    cut = sa.text(
        "select count(pg_terminate_backend(pid)) from pg_stat_activity "
        "where datname = current_database() and pid <> pg_backend_pid()"
    )
    with engine.connect() as connection:
        assert connection.execute(cut).scalar_one() >= 2


VICTIM = """
import os, sys, time
import sqlalchemy as sa
from app.infra.db.engine import Database
from app.infra.queue import Task, Worker

database = Database(sys.argv[1])

def hang(n):
    with database.transaction() as session:
        session.execute(sa.text("insert into seen (n, pid) values (:n, :pid)"), {"n": -n, "pid": os.getpid()})
    time.sleep(600)

Worker(sys.argv[1], (Task("see", hang),), polling=0.1, stalled_after=2).run()
"""


@pytest.mark.parametrize("rounds", [1, pytest.param(7, marks=pytest.mark.soak)])
def test_a_job_whose_worker_was_killed_is_done_by_another(runtime: Runtime, worker: Worker, rounds: int) -> None:
    """kill -9 in the middle of a job: after two seconds without heartbeat another worker does it, once."""
    worker.stop()
    for n in range(1, rounds + 1):
        with subprocess.Popen([sys.executable, "-c", VICTIM, runtime.database.url], cwd=ROOT) as victim:
            with runtime.database.transaction() as session:
                enqueue(session, "see", n=n)
            until(lambda n=n: -n in seen(runtime))  # type: ignore[misc]
            victim.send_signal(signal.SIGKILL)
            victim.wait()
        assert n not in seen(runtime)
        rescuer = Worker(runtime.database.url, (Task("see", see(runtime)),), polling=0.1, stalled_after=2)
        rescuer.start()
        try:
            until(lambda n=n: n in seen(runtime))  # type: ignore[misc]
        finally:
            rescuer.stop()
    assert [n for n in seen(runtime) if n > 0] == list(range(1, rounds + 1))
    assert jobs(runtime) == {"succeeded": rounds}
