"""Renders documents in processes of their own, so that laying out pages never slows an answer down.

WeasyPrint is Python from end to end: in a thread of the server it would hold every
request up. The processes start on first use, run at low priority and end with us.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Sequence
from concurrent.futures import CancelledError, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from functools import partial
from multiprocessing import get_context

from app.infra.pdf import PdfAttachment, render_pdf

NICE = 10
PARENT_EVERY_SECONDS = 1.0
TIMEOUT_SECONDS = 300


class RenderingStoppedError(Exception):
    """The platform is being stopped: the document is made when it runs again."""


class RenderPool:
    """Same meaning as ``infra.pdf.render_pdf``, in another process."""

    def __init__(self, *, processes: int = 2) -> None:
        self._processes = processes
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._stopped = False

    def render(
        self, html: str, *, title: str, language: str, created: datetime, attachments: Sequence[PdfAttachment] = ()
    ) -> bytes:
        """The file; a process that died is replaced once, its other errors are raised here.

        Raise RenderingStoppedError where the pool is closed before the file is there.
        """
        work = partial(
            render_pdf, html, title=title, language=language, created=created, attachments=tuple(attachments)
        )
        try:
            return self._ready().submit(work).result(TIMEOUT_SECONDS)
        except BrokenProcessPool:
            self._give_up()
            return self._ready().submit(work).result(TIMEOUT_SECONDS)
        except CancelledError:
            raise RenderingStoppedError from None

    def _ready(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._stopped:
                raise RenderingStoppedError
            if self._pool is None:
                self._pool = ProcessPoolExecutor(
                    self._processes, mp_context=get_context("spawn"), initializer=_begin, initargs=(os.getpid(),)
                )
            return self._pool

    def close(self) -> None:
        """End the processes, in the middle of a document if need be, and start none again."""
        self._stopped = True
        self._give_up()

    def _give_up(self) -> None:
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            processes = list((pool._processes or {}).values())  # noqa: SLF001  # it has no public way to end them at once
            pool.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.terminate()


def _begin(parent: int) -> None:
    """Work when nobody else wants to, and never outlive a parent that was killed."""
    os.nice(NICE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group: the parent says when to end

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_EVERY_SECONDS)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
