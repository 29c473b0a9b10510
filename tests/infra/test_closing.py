"""Told to stop, the server gives every connection back before its database stops, and says nothing of an error."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from app.infra.db.embedded import start
from tests.support.platform import free_port

ROOT = Path(__file__).resolve().parents[2]
SERVER = """
import sys, time
from pathlib import Path
from app import processes
from app.delivery.runtime import build_runtime
from app.infra.db.migrations import upgrade
from app.infra.queue import Task, enqueue
from app.settings import Mode, Settings

runtime = build_runtime(Settings(mode=Mode.DEMO, data_dir=Path(sys.argv[1]), secret_key="a key for tests only"))
upgrade(runtime.database.url)

def slow():
    print("in hand", flush=True)
    time.sleep(6)

processes.all_tasks = lambda _: (Task("slow", slow),)
with runtime.database.transaction() as session:
    enqueue(session, "slow")
try:
    processes.serve_runtime(runtime, host="127.0.0.1", port=int(sys.argv[2]), patience=0.5)
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the account of the database can reach."""
    base = Path(tempfile.mkdtemp(prefix="grappe-test-"))
    base.chmod(0o711)
    yield base / "data"
    shutil.rmtree(base)


@pytest.mark.parametrize(
    ("told", "ends_with"), [(signal.SIGINT, 0), (signal.SIGTERM, 128 + signal.SIGTERM)], ids=["Ctrl-C", "SIGTERM"]
)
def test_connections_close_before_the_database_while_a_job_is_in_hand(
    folder: Path, told: signal.Signals, ends_with: int
) -> None:
    command = [sys.executable, "-c", SERVER, str(folder), str(free_port())]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if "in hand" in line:
                break
        process.send_signal(told)
        said += process.stdout.readlines()
    words = "".join(said)
    assert process.returncode == ends_with, words
    assert "error connecting" not in words
    assert "Traceback" not in words
    assert not (folder / "postgres" / "data" / "postmaster.pid").exists(), "the database stopped"
    server = start(folder / "postgres")
    try:
        with psycopg.connect(server.url.replace("+psycopg", ""), options="-c search_path=public,jobs") as connection:
            found = connection.execute(
                "select status::text from procrastinate_jobs where task_name = 'slow'"
            ).fetchall()
    finally:
        server.stop()
    assert found == [("todo",)], "the job is done when the platform runs again"
