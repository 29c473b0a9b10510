"""A runtime for tests: own database, own data folder, a clock that the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

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
    server = test_server()
    settings = Settings(
        mode=overrides.pop("mode", Mode.REHEARSAL),
        data_dir=folder,
        database_url=server.clone(name),
        secret_key="a key for tests only",
        threads=overrides.pop("threads", 8),
        **overrides,
    )
    runtime = build_runtime(settings)
    if not real_clock:
        runtime.clock = TestClock(at)  # type: ignore[assignment]
    try:
        yield runtime
    finally:
        runtime.close()
        server.drop(name)


_APPS: list[tuple[Runtime, FastAPI]] = []
_KEPT = 4


def app_of(runtime: Runtime) -> FastAPI:
    """The one application over this runtime: FastAPI prepares its routes at the first request, which costs half a second."""
    for known, app in _APPS:
        if known is runtime:
            return app
    app = create_app(runtime)
    _APPS[:] = [*_APPS[1 - _KEPT :], (runtime, app)]
    return app
