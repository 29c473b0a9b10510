"""A real PostgreSQL in shared memory: one server per test process, one template, cheap clones."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from app.infra.db.embedded import EmbeddedServer, start
from app.infra.db.migrations import upgrade

FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "300"}
TEMPLATE = "template_of_tests"


@dataclass(frozen=True, slots=True)
class TestServer:
    """The server and how to make databases on it."""

    server: EmbeddedServer

    def url(self, name: str) -> str:
        """SQLAlchemy URL of a database of this server."""
        return sa.make_url(self.server.url).set(database=name).render_as_string(hide_password=False)

    def admin(self, statement: str) -> None:
        """Run a statement outside any transaction."""
        engine = sa.create_engine(self.url("app"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.execute(sa.text(statement))

    def clone(self, name: str) -> str:
        """A fresh copy of the migrated template; returns its URL."""
        self.drop(name)
        self.admin(f'create database "{name}" template "{TEMPLATE}" strategy file_copy')
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        self.admin(f'drop database if exists "{name}" with (force)')


@cache
def test_server() -> TestServer:
    """Start the server of this process and build the template once."""
    base = Path("/dev/shm" if os.access("/dev/shm", os.W_OK) else tempfile.gettempdir())  # noqa: S108  # shared memory is the point
    home = Path(tempfile.mkdtemp(prefix="grappe-tests-", dir=base))
    home.chmod(0o755)  # the server may run as nobody
    server = start(home / "pg", settings=FAST)

    def leave() -> None:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)

    atexit.register(leave)
    made = TestServer(server)
    made.admin(f'create database "{TEMPLATE}"')
    build(made.url(TEMPLATE))
    return made


def build(url: str) -> None:
    """Bring an empty database to the present schema by the migrations."""
    upgrade(url)
