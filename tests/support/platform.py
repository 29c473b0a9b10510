"""A platform as in life: server and worker in processes of their own, which can be killed and started again."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parents[2]
SECRET_KEY = "a key for tests only"
START_SECONDS = 60


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Platform:
    """Processes over one database and one data folder. ``now()`` is what their clocks show.

    Jobs run ``inside`` the server, as with the embedded database, or in a process ``beside`` it, or not at all.
    """

    database_url: str
    folder: Path
    offset: timedelta
    settings: dict[str, str] = field(default_factory=dict)
    worker: Literal["none", "inside", "beside"] = "beside"
    port: int = field(default_factory=free_port)
    _running: list[subprocess.Popen[str]] = field(default_factory=list)

    def now(self) -> datetime:
        """The platform's instant."""
        return datetime.now(UTC) + self.offset

    def start(self) -> None:
        """Start what is to run and wait until the server is ready."""
        self._spawn("serve", "--port", str(self.port))
        if self.worker == "beside":
            self._spawn("worker")
        self._wait_until_ready()

    def kill(self) -> None:
        """SIGKILL to everything at once: nothing is finished, nothing is told."""
        for process in self._running:
            process.send_signal(signal.SIGKILL)
        self._reap()

    def stop(self) -> None:
        """End politely."""
        for process in self._running:
            process.terminate()
        for process in self._running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(30)
        self.kill()

    def move_clock(self, offset: timedelta) -> None:
        """Another offset for everything that runs."""
        self.offset = offset
        for process in self._running:
            assert process.stdin is not None
            process.stdin.write(f"{offset.total_seconds()!r}\n")
            process.stdin.flush()
        time.sleep(0.1)

    def log(self) -> str:
        """What the processes wrote."""
        path = self.folder / "processes.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def _spawn(self, what: str, *arguments: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        environment = {
            **os.environ,
            "GRAPPE_MODE": "rehearsal",
            "GRAPPE_DATA_DIR": str(self.folder / "data"),
            "GRAPPE_DATABASE_URL": self.database_url,
            "GRAPPE_SECRET_KEY": SECRET_KEY,
            "GRAPPE_WORKER": str(self.worker == "inside"),
            "GRAPPE_STALLED_AFTER_SECONDS": "2",
            **self.settings,
        }
        command = [sys.executable, "-m", "tests.support.platform_process", what]
        command += ["--offset", repr(self.offset.total_seconds()), *arguments]
        with (self.folder / "processes.log").open("a", encoding="utf-8") as log:
            self._running.append(
                subprocess.Popen(
                    command,
                    cwd=ROOT,
                    env=environment,
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=log,
                    text=True,
                    start_new_session=True,
                )
            )

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if time.monotonic() > end or any(process.poll() is not None for process in self._running):
                self.kill()
                raise RuntimeError(f"the platform did not start: {self.log()[-3000:]}")
            time.sleep(0.05)

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()

    def _reap(self) -> None:
        for process in self._running:
            process.wait()
            if process.stdin is not None:
                with contextlib.suppress(BrokenPipeError):
                    process.stdin.close()
        self._running.clear()


@contextlib.contextmanager
def running(platform: Platform) -> Iterator[Platform]:
    """Start it, and leave nothing behind."""
    platform.start()
    try:
        yield platform
    finally:
        platform.stop()
