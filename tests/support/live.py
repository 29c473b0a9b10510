"""The whole platform, alive: HTTP server, worker, mailbox, seal, a clock that the test moves, and Chromium in front of it."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from app.infra.mailbox import DemoMailbox, KeptMail
from app.infra.queue import enqueue
from app.infra.sealing_demo import make_test_authority
from app.processes import a_worker
from app.settings import Mode
from tests.support.runtime import a_runtime, app_of
from tests.support.server import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from app.delivery.runtime import Runtime

Found = TypeVar("Found")
PATIENCE_SECONDS = 90
LOOK_EVERY_SECONDS = 0.05
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True, slots=True)
class Live:
    """A platform that runs; ``base`` is its address without a slash at the end."""

    runtime: Runtime
    mailbox: DemoMailbox
    base: str

    def move_to(self, instant: datetime) -> None:
        """Set the platform's clock; it runs on from there."""
        clock = self.runtime.clock
        clock.rehearsal_offset = instant - datetime.now(UTC) - clock.database_offset

    def move_by(self, stretch: timedelta) -> None:
        """Move the platform's clock."""
        self.runtime.clock.rehearsal_offset += stretch

    def run_job(self, task: str) -> None:
        """Have the worker run a periodic task at its next look, not at its next tick."""
        with self.runtime.database.transaction() as session:
            enqueue(session, task)

    def mail(self, to: str, words: str) -> KeptMail:
        """The newest mail to an address whose subject or text holds ``words``; waits until it has come."""

        def look() -> KeptMail | None:
            kept = self.mailbox.messages()
            return next((one for one in kept if one.to == to and words in one.subject + one.text), None)

        return until(look, f"a mail to {to} that says {words!r}")

    def link(self, to: str, words: str) -> str:
        """The path of the one link in that mail."""
        text = self.mail(to, words).text
        paths = {one.rstrip(".") for one in re.findall(re.escape(self.base) + r"(/\S*)", text)}
        assert len(paths) == 1, f"one link wanted, found {paths} in: {text}"
        return str(paths.pop())


def until(look: Callable[[], Found | None], what: str, *, seconds: float = PATIENCE_SECONDS) -> Found:
    """The first thing that ``look`` finds; AssertionError when it finds nothing in time."""
    end = time.monotonic() + seconds
    while True:
        if found := look():
            return found
        assert time.monotonic() < end, f"waited {seconds:g} s in vain for {what}"
        time.sleep(LOOK_EVERY_SECONDS)


@contextmanager
def live(
    name: str, folder: Path, *, at: datetime | None = None, prepare: Callable[[Runtime], Any] | None = None
) -> Iterator[Live]:
    """Serve a runtime of its own on a free port, with jobs; the clock starts ``at``, or shows the real time.

    ``prepare`` fills the database before the worker starts.
    """
    mailbox = DemoMailbox(folder / "mailbox")
    settings: dict[str, Any] = {"mode": Mode.DEMO, "smtp_host": "127.0.0.1", "smtp_port": mailbox.start(), "now": at}
    try:
        with a_runtime(name, folder, real_clock=True, **settings) as runtime:
            make_test_authority(runtime.seal_dir, now=runtime.clock.now())
            if prepare is not None:
                prepare(runtime)
            with serving(app_of(runtime)) as port:
                base = f"http://127.0.0.1:{port}"
                runtime.settings = runtime.settings.model_copy(update={"base_url": base})
                worker = a_worker(runtime)
                worker.start()
                try:
                    yield Live(runtime, mailbox, base)
                finally:
                    worker.stop()
    finally:
        mailbox.stop()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium without a window; skips where the machine has none, and fails there under GRAPPE_CI=1."""
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        reason = f"browser tests need one of {', '.join(BROWSERS)} on the PATH"
        if os.environ.get("GRAPPE_CI") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=BROWSER_OPTIONS)
        try:
            yield browser
        finally:
            browser.close()
