"""Processes: the HTTP server, with jobs inside it where that is wanted, and the worker."""

from __future__ import annotations

import gc
import signal
import threading
from typing import TYPE_CHECKING, NoReturn

import uvicorn

from app.delivery.runtime import build_runtime
from app.infra.db.migrations import upgrade
from app.infra.logging import configure_logging
from app.infra.queue import Worker
from app.infra.render_pool import RenderPool
from app.jobs.tasks import all_tasks
from app.main import create_app

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime
    from app.settings import Settings

PATIENCE = 15.0
"""Seconds that jobs in hand get when we are told to stop."""


def serve_forever(settings: Settings, *, host: str, port: int) -> None:
    """Serve until told to stop; migrates the embedded database first."""
    configure_logging(as_json=settings.log_json)
    runtime = build_runtime(settings)
    if runtime.embedded is not None:
        upgrade(runtime.database.url)
    serve_runtime(runtime, host=host, port=port)


def serve_runtime(runtime: Runtime, *, host: str, port: int, patience: float = PATIENCE) -> None:
    """Serve a built runtime; the jobs run in a thread of this process with the embedded database.

    Told to stop, it waits ``patience`` seconds for the jobs in hand; then every connection is given back before the
    database stops, whether by Ctrl-C or by SIGTERM.
    """
    signal.signal(signal.SIGTERM, _leave)
    worker = a_worker(runtime) if wants_worker(runtime) else None
    if worker is not None:
        worker.start()
    try:
        _server(runtime, host, port).run()
    finally:
        if worker is not None:
            worker.stop(patience)
        runtime.close()


def _server(runtime: Runtime, host: str, port: int) -> uvicorn.Server:
    app = create_app(runtime)
    # What is loaded by now (a quarter of a million objects) stays: to look through it for garbage again and again
    # would make some request wait for it each time.
    gc.collect()
    gc.freeze()
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            log_level="warning",
            access_log=False,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=20,
            backlog=1024,
            server_header=False,
            proxy_headers=False,  # whom to believe about the client's address is a setting of ours
        )
    )


def _leave(number: int, _frame: object) -> NoReturn:
    """End as the signal would, but through every ``finally``."""
    raise SystemExit(128 + number)


def wants_worker(runtime: Runtime) -> bool:
    """Whether jobs run inside `serve`: as the settings say, else with the embedded database."""
    wanted = runtime.settings.worker
    return runtime.embedded is not None if wanted is None else wanted


def a_worker(runtime: Runtime) -> Worker:
    """A worker over all tasks; it lays documents out in processes beside it."""
    if runtime.renderers is None:
        runtime.renderers = RenderPool()
    return Worker(runtime.database.url, all_tasks(runtime), stalled_after=runtime.settings.stalled_after_seconds)


def work_forever(settings: Settings) -> None:
    """Run jobs until SIGTERM or Ctrl-C."""
    configure_logging(as_json=settings.log_json)
    runtime = build_runtime(settings)
    worker, stopping = a_worker(runtime), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    worker.start()
    stopping.wait()
    worker.stop()
    runtime.close()
