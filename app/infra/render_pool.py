"""Renders documents in processes of their own, so that laying out pages never slows an answer down.

WeasyPrint is Python from end to end: in a thread of the server it would hold every
request up. The processes start on first use, run at low priority and end with us.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from functools import partial
from multiprocessing import get_context

from app.infra.pdf import PdfAttachment, render_pdf

NICE = 10
PARENT_EVERY_SECONDS = 1.0
TIMEOUT_SECONDS = 300


class RenderPool:
    """Same meaning as ``infra.pdf.render_pdf``, in another process."""

    def __init__(self, *, processes: int = 2) -> None:
        self._processes = processes
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None

    def render(
        self, html: str, *, title: str, language: str, created: datetime, attachments: Sequence[PdfAttachment] = ()
    ) -> bytes:
        """The file; a process that died is replaced once, its other errors are raised here."""
        work = partial(
            render_pdf, html, title=title, language=language, created=created, attachments=tuple(attachments)
        )
        try:
            return self._ready().submit(work).result(TIMEOUT_SECONDS)
        except BrokenProcessPool:
            self.close()
            return self._ready().submit(work).result(TIMEOUT_SECONDS)

    def _ready(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ProcessPoolExecutor(
                    self._processes, mp_context=get_context("spawn"), initializer=_begin, initargs=(os.getpid(),)
                )
            return self._pool

    def close(self) -> None:
        """End the processes."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)


def _begin(parent: int) -> None:
    """Work when nobody else wants to, and never outlive a parent that was killed."""
    os.nice(NICE)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_EVERY_SECONDS)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
