"""Fixtures of every tier: a real database, a clock that stands still, a client like a browser."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import Session

from app.infra.logging import configure_logging
from app.infra.templates import environment
from tests.support.kept import puts_back

NOW = datetime(2019, 3, 1, 9, 0, tzinfo=UTC)
"""A moment while the 2019 call is open."""

GARBAGE_EVERY = 10_000
"""New objects until somebody looks for garbage among them: a test makes many and leaves few."""

settings.register_profile("ci", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("soak", max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("soak" if os.environ.get("GRAPPE_SOAK") else "ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--soak` runs the long proofs too."""
    parser.addoption("--soak", action="store_true", default=False, help="run the long proofs")


def pytest_configure(config: pytest.Config) -> None:
    """Declare our mark; log as in production, without local variables."""
    configure_logging(as_json=False)
    _keep_templates()
    config.addinivalue_line("markers", "soak: a long proof, only with --soak")


def _keep_templates() -> None:
    """A template is compiled once for all processes of a run; Jinja compiles it anew when its text changes."""
    folder = Path(__file__).resolve().parents[1] / "var" / "templates"
    folder.mkdir(parents=True, exist_ok=True)
    environment().bytecode_cache = FileSystemBytecodeCache(str(folder))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long proofs out of `make test`."""
    if config.getoption("--soak"):
        return
    long_ones = [item for item in items if item.get_closest_marker("soak")]
    if long_ones:
        config.hook.pytest_deselected(items=long_ones)
        items[:] = [item for item in items if not item.get_closest_marker("soak")]


def pytest_collection_finish() -> None:
    """What is loaded by now stays, as in a server: nobody looks through it for garbage again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_EVERY)


@pytest.fixture
def now() -> datetime:
    """The instant of the test."""
    return NOW


@pytest.fixture(scope="session")
def engine() -> Iterator[sa.Engine]:
    """An engine on this process's own copy of the template."""
    from app.infra.db.engine import Database
    from tests.support.database import test_server

    database = Database(test_server().clone("shared"), pool_size=4)
    yield database.engine
    database.close()


@pytest.fixture
def session(engine: sa.Engine) -> Iterator[Session]:
    """A session whose work is undone after the test."""
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as made:
            yield puts_back(made)
        outer.rollback()


@pytest.fixture(scope="module")
def runtime(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """A whole runtime on a database of its own, shared by the tests of one module."""
    from tests.support.runtime import a_runtime

    name = request.module.__name__.rsplit(".", 1)[-1]
    with a_runtime(name, tmp_path_factory.mktemp(name)) as made:
        yield made


@pytest.fixture
def browser(runtime: object) -> Iterator[object]:
    """A browser without JavaScript at the HTML door."""
    from tests.support.client import Browser

    with Browser(runtime) as made:  # type: ignore[arg-type]
        yield made


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real public data; the test skips, saying so, where it is absent."""
    folder = Path(os.environ.get("GRAPPE_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the folder of public data is not here (GRAPPE_SHARED_DATA)")
    return folder
