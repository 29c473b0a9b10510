"""The job queue: Procrastinate, and what it lacks.

Jobs are enqueued on the session's own connection, so they exist exactly when the
facts that caused them do. A job that touches the outside names a ``key``: the row in
``queue_key`` makes it exist once, whoever asks for it. Two App objects are needed
(enqueue synchronously, work asynchronously); both know the same tasks.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import procrastinate
import sqlalchemy as sa
import structlog
from procrastinate import RetryStrategy
from procrastinate.types import JSONValue
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.infra.db.base import Base
from app.infra.db.engine import connection_options

log = structlog.get_logger(__name__)

RESCUE_QUEUE = "rescue"
DEFAULT_QUEUE = "default"
DOCUMENT_QUEUE = "documents"
"""Laying out a document takes a thousand times as long as posting a mail: neither may stand before the other."""
WAITED_FOR = 50
"""Priority of what somebody sits and waits for; 0 is that of all the rest."""
TEAR_SECONDS = 5
_JOB = "process job "
"""How Procrastinate begins the name of each job in hand."""


class QueueKey(Base):
    """A key that was used: the job behind it was enqueued once and never again."""

    __tablename__ = "queue_key"

    key: Mapped[str] = mapped_column(primary_key=True)
    task: Mapped[str]
    enqueued_at: Mapped[datetime] = mapped_column(server_default=sa.func.clock_timestamp())


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of work the queue can run; ``cron`` (six fields, seconds last) makes it periodic."""

    name: str
    run: Callable[..., object]
    cron: str = ""
    attempts: int = 8


_ENQUEUE = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())


def enqueue(
    session: Session,
    task: str,
    *,
    key: str = "",
    at: datetime | None = None,
    priority: int = 0,
    queue: str = DEFAULT_QUEUE,
    **arguments: JSONValue,
) -> bool:
    """Add a job to the session's transaction; False when ``key`` was used before.

    ``at`` is a wall-clock instant, ``arguments`` must be plain JSON values. Of one queue the weightier ``priority`` comes
    first, and of the same the older job.
    """
    if key:
        used = session.execute(
            insert(QueueKey).values(key=key, task=task).on_conflict_do_nothing().returning(QueueKey.key)
        ).first()
        if used is None:
            return False
    connection = session.connection().connection.driver_connection
    job = _ENQUEUE.configure_task(task, connection=connection, schedule_at=at, priority=priority, queue=queue)
    job.defer(**arguments)
    return True


_AHEAD = sa.text("""
    select count(*) from procrastinate_jobs one join procrastinate_jobs other on other.queue_name = one.queue_name
    where one.status = 'todo' and one.task_name = :task and one.args @> cast(:arguments as jsonb)
    and (other.status = 'doing' or other.status = 'todo' and coalesce(other.scheduled_at, '-infinity') <= clock_timestamp()
    and (other.priority > one.priority or other.priority = one.priority and other.id < one.id))
""")
"""Both sides are read from the partial indexes over jobs that wait or run, never from the history."""


def jobs_ahead(session: Session, task: str, **arguments: JSONValue) -> int:
    """How many jobs are done before the one with these arguments, those in hand among them; 0 where it does not wait."""
    return int(session.execute(_AHEAD, {"task": task, "arguments": json.dumps(arguments)}).scalar_one())


def pending_arguments(session: Session, task: str) -> list[dict[str, JSONValue]]:
    """The arguments of that task's jobs that wait or run."""
    rows = session.execute(
        sa.text("select args from procrastinate_jobs where task_name = :task and status in ('todo', 'doing')"),
        {"task": task},
    )
    return list(rows.scalars())


class Worker:
    """Runs jobs until told to stop; survives a restart of the database."""

    def __init__(
        self,
        url: str,
        tasks: tuple[Task, ...],
        *,
        concurrency: int = 2,
        polling: float = 0.5,
        stalled_after: float = 30,
    ) -> None:
        """``url`` is a SQLAlchemy URL; ``stalled_after`` seconds without heartbeat a job is given to another worker."""
        self._conninfo = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._tasks, self._concurrency, self._polling = tasks, concurrency, polling
        self._stalled_after = stalled_after
        self._stopping = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._runs: list[asyncio.Task[None]] = []
        self._disconnected = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Run in a thread of this process."""
        self._thread = threading.Thread(target=self.run, name="grappe-worker", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 15) -> None:
        """Ask to stop and wait for the jobs in hand; those that take longer go back to the queue.

        Afterwards the queue has no connection: the database may stop.
        """
        self._stopping.set()
        self._tell(self._cancel)
        if self._thread is None:
            return
        self._thread.join(timeout)
        if self._thread.is_alive():  # the thread itself ends with the work that it cannot break off
            self._tell(self._tear)
            self._disconnected.wait(TEAR_SECONDS)

    def _tell(self, what: Callable[[], None]) -> None:
        """Have something done in the worker's loop, if it is there."""
        with suppress(RuntimeError):  # it has just been closed
            if self._loop is not None:
                self._loop.call_soon_threadsafe(what)

    def _cancel(self) -> None:
        """Ask each run to end after its jobs in hand; asking twice would tear it out of them."""
        while self._runs:
            self._runs.pop().cancel()

    def _tear(self) -> None:
        """Take the jobs in hand away from their threads: Procrastinate then notes that they are to be done again."""
        for task in asyncio.all_tasks(self._loop):
            if task.get_name().startswith(_JOB):
                task.cancel()

    def run(self) -> None:
        """Work in this thread until stopped: the worker exits when the database restarts, so it is run again."""
        while not self._stopping.is_set():
            try:
                asyncio.run(self._work_and_tell())
            except Exception as error:  # noqa: BLE001  # whatever ended the worker, the jobs must go on
                log.warning("worker.restarted", reason=str(error))
            self._stopping.wait(1)

    def drain(self) -> None:
        """Run what is due now and return (tests and command line)."""
        asyncio.run(self._work(wait=False))

    async def _work_and_tell(self) -> None:
        """Work, and say when the last connection is given back: before the threads of broken-off jobs end."""
        try:
            await self._work()
        finally:
            if self._stopping.is_set():
                self._disconnected.set()

    async def _work(self, *, wait: bool = True) -> None:
        self._loop = asyncio.get_running_loop()
        connector = procrastinate.PsycopgConnector(
            conninfo=self._conninfo, kwargs={"options": connection_options()}, min_size=1, max_size=4
        )
        app = procrastinate.App(connector=connector)
        self._register(app)
        async with app.open_async():
            common: dict[str, Any] = {
                "install_signal_handlers": False,
                "wait": wait,
                "listen_notify": wait,
                "fetch_job_polling_interval": self._polling,
                "update_heartbeat_interval": max(0.5, self._stalled_after / 4),
                "stalled_worker_timeout": self._stalled_after,
            }
            # The rescue must never queue behind slow jobs, nor mails behind documents: a worker for each.
            hands = [[DEFAULT_QUEUE], [DOCUMENT_QUEUE], [RESCUE_QUEUE]] if wait else [[DEFAULT_QUEUE, DOCUMENT_QUEUE]]
            self._runs = [
                asyncio.ensure_future(app.run_worker_async(queues=queues, concurrency=self._concurrency, **common))
                for queues in hands
            ]
            runs = tuple(self._runs)
            if self._stopping.is_set():
                self._cancel()
            await asyncio.wait(runs, return_when=asyncio.FIRST_COMPLETED)
            self._cancel()  # one alone would leave half of the work undone, unnoticed
            for result in await asyncio.gather(*runs, return_exceptions=True):
                if isinstance(result, Exception):
                    raise result

    def _register(self, app: procrastinate.App) -> None:
        for task in self._tasks:
            registered = app.task(
                name=task.name,
                queue=DEFAULT_QUEUE,
                retry=RetryStrategy(max_attempts=task.attempts, exponential_wait=2),
            )(_quiet(task.run))
            if task.cron:
                app.periodic(cron=task.cron, periodic_id=task.name)(registered)

        stalled_after = self._stalled_after

        async def rescue(timestamp: int) -> None:  # noqa: ARG001  # Procrastinate passes the tick
            manager = app.job_manager
            for job in await manager.get_stalled_jobs(seconds_since_heartbeat=stalled_after):
                log.warning("job.rescued", job=job.id, task=job.task_name)
                await manager.retry_job(job)

        rescuing = app.task(name="rescue_stalled_jobs", queue=RESCUE_QUEUE, priority=100)(rescue)
        app.periodic(cron=f"* * * * * */{max(1, int(self._stalled_after // 3))}", periodic_id="rescue")(rescuing)


def _quiet(run: Callable[..., object]) -> Callable[..., None]:
    """Drop the tick that Procrastinate hands to periodic tasks."""

    def call(*, timestamp: int | None = None, **arguments: object) -> None:  # noqa: ARG001  # the tick is not ours
        run(**arguments)

    return call
