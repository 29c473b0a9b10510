"""A runtime for tests: own database, own data folder, a clock that the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from fastapi import FastAPI

from app.delivery.runtime import Runtime, build_runtime
from app.main import create_app
from app.settings import Mode, Settings
from tests.conftest import NOW
from tests.support.database import test_server


class TestClock:
    """Stands still until moved; the rest of the runtime cannot tell."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant
        self.database_offset = timedelta(0)
        self.agrees = True

    def now(self) -> datetime:
        """The instant that the test set."""
        return self.instant

    def real(self, platform_instant: datetime) -> datetime:
        """Wall-clock instant of a platform instant: the same."""
        return platform_instant

    def note_database_time(self, database_now: datetime, asked: datetime, answered: datetime) -> None:
        """The test's time is the time."""


@contextmanager
def a_runtime(
    name: str, folder: Path, *, at: datetime = NOW, real_clock: bool = False, **overrides: Any
) -> Iterator[Runtime]:  # any setting
    """A runtime over a clone of the template database."""
    server, usual = test_server(), not overrides
    settings = Settings(
        mode=overrides.pop("mode", Mode.REHEARSAL),
        data_dir=folder,
        database_url=server.clone(name),
        secret_key="a key for tests only",
        threads=overrides.pop("threads", 8),
        **overrides,
    )
    runtime = build_runtime(settings)
    if usual:
        runtime = _moved_into(_IDLE.pop() if _IDLE else _Usual(runtime), runtime)
    if not real_clock:
        runtime.clock = TestClock(at)  # type: ignore[assignment]
    try:
        yield runtime
    finally:
        runtime.close()
        server.drop(name)
        _IDLE.extend(one for one in _USUAL if one.runtime is runtime)


class _Usual:
    """A runtime that one module after the other has to itself, with the application over it.

    What SQLAlchemy compiled and what FastAPI prepared is theirs for good; database, files, clock and all else are new.
    """

    def __init__(self, first: Runtime) -> None:
        self.runtime = replace(first)
        self.database = first.database
        self.connected_to = ""
        sa.event.listen(self.database.engine, "do_connect", self._connect)
        _USUAL.append(self)

    def _connect(self, dialect: Any, record: Any, arguments: Any, options: dict[str, Any]) -> None:
        options["dbname"] = self.connected_to


_USUAL: list[_Usual] = []
_IDLE: list[_Usual] = []


def _moved_into(usual: _Usual, built: Runtime) -> Runtime:
    """The usual runtime with everything that was built for this module; its engine connects to the new database."""
    for one in fields(built):
        setattr(usual.runtime, one.name, getattr(built, one.name))
    usual.database.url = built.database.url
    usual.connected_to = str(sa.make_url(built.database.url).database)
    usual.runtime.database = usual.database
    return usual.runtime


_APPS: list[tuple[Runtime, FastAPI]] = []
_KEPT = 4


def app_of(runtime: Runtime) -> FastAPI:
    """The one application over this runtime: FastAPI prepares its routes at the first request, which costs half a second."""
    for known, app in _APPS:
        if known is runtime:
            return app
    app = create_app(runtime)
    passing = [pair for pair in _APPS if not any(pair[0] is one.runtime for one in _USUAL)]
    dropped = passing[: max(0, len(passing) + 1 - _KEPT)]
    _APPS[:] = [pair for pair in _APPS if not any(pair is one for one in dropped)] + [(runtime, app)]
    return app
