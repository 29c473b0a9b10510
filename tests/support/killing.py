"""Transactions that die in the middle: in a process that is killed with SIGKILL, or on a connection that is cut off."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.infra.db.engine import Database

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime

Work = Callable[[Session], object]
_PID = sa.text("select pg_backend_pid()")
_ALIVE = sa.text("select count(*) from pg_stat_activity where pid = :pid")
_END = sa.text("select pg_terminate_backend(:pid)")
_PATIENCE = 60


def killed_after(database: Database, work: Work, *, committed: bool) -> str:
    """Run ``work`` in a process that is killed when it has come to its end; what it returned.

    ``committed``: after the commit and before anybody hears of it; else before the commit, everything being written.
    """
    child, told = _fork(database, work, waits=not committed)
    backend, result = int(_line(told)), _line(told)
    _kill(database, child, backend)
    told.close()
    return result


def killed_within(database: Database, work: Work, seconds: float) -> None:
    """Run ``work`` in a process that is killed so long after its transaction began, wherever it is then."""
    child, told = _fork(database, work, waits=False)
    backend = int(_line(told))
    time.sleep(seconds)
    _kill(database, child, backend)
    told.close()


def killed_request(runtime: Runtime, ask: Callable[[], object], *, writes: str, committed: bool) -> None:
    """Answer a request in a process that is killed before the commit of the transaction that ``writes`` into that table.

    ``committed``: after it, the answer being on its way.
    """
    database = runtime.database
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as told:
            backend = int(_line(told))
            _line(told)
            _kill(database, child, backend)
        return
    try:
        runtime.database = Database(database.url, pool_size=4)
        begun = False

        def before(connection: Any, _cursor: object, statement: str, *_: object) -> None:  # SQLAlchemy's arguments
            nonlocal begun
            if not begun and statement.startswith(f"INSERT INTO {writes} "):
                begun = True
                os.write(writing, f"{connection.connection.driver_connection.info.backend_pid}\n".encode())

        def commit(_: object) -> None:
            if begun and not committed:
                os.write(writing, b"before its commit\n")
                time.sleep(_PATIENCE)

        sa.event.listen(runtime.database.engine, "before_cursor_execute", before)
        sa.event.listen(runtime.database.engine, "commit", commit)
        ask()
        os.write(writing, b"after its commit\n")
        time.sleep(_PATIENCE)
    finally:
        os._exit(1)


def cut_off(database: Database, work: Work, at: int) -> bool:
    """Run ``work`` on a connection that the server ends before its statement number ``at``; whether it came so far.

    One that comes to its end before is cut off instead of its commit. What ``work`` raises by itself is raised.
    """
    own, seen, done = Database(database.url, pool_size=1), 0, False
    backend = 0

    def end() -> None:
        nonlocal done
        done = True
        with database.engine.connect() as connection:
            connection.execute(_END, {"pid": backend})
        _wait(database, backend)

    def before(*_: Any) -> None:  # SQLAlchemy's arguments
        nonlocal seen
        seen += 1
        if seen == at and not done:
            end()

    def instead_of_commit(_: object) -> None:
        if not done:
            end()

    try:
        with own.transaction() as session:
            backend = session.execute(_PID).scalar_one()
            sa.event.listen(own.engine, "before_cursor_execute", before)
            sa.event.listen(own.engine, "commit", instead_of_commit)
            work(session)
    except sa.exc.DBAPIError:
        if not done:
            raise
    finally:
        own.close()
    return 0 < at <= seen


def _fork(database: Database, work: Work, *, waits: bool) -> tuple[int, Any]:
    """A copy of this process that does the work on a connection of its own; what it says can be read."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, os.fdopen(reading, encoding="utf-8")
    try:
        own = Database(database.url, pool_size=1)
        with own.transaction() as session:
            os.write(writing, f"{session.execute(_PID).scalar_one()}\n".encode())
            result = work(session)
            session.flush()
            if waits:
                os.write(writing, f"{result}\n".encode())
                signal.pause()
        os.write(writing, f"{result}\n".encode())
        signal.pause()
    finally:
        os._exit(1)  # nothing of the parent is tidied up here
    raise AssertionError


def _line(told: Any) -> str:
    line = told.readline().strip()
    assert line, "the process ended before it was killed"
    return str(line)


def _kill(database: Database, child: int, backend: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    _wait(database, backend)


def _wait(database: Database, backend: int) -> None:
    """Until the server has noticed, and has undone what was not committed."""
    end = time.monotonic() + _PATIENCE
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while connection.execute(_ALIVE, {"pid": backend}).scalar_one():
            assert time.monotonic() < end, "the server does not notice that somebody was killed"
            time.sleep(0.005)
