"""Two worlds in one installation, shared by the tests of this folder; whatever is allowed there is undone."""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from sqlalchemy.orm import Session

from app.infra.db.engine import Database
from app.infra.sealing_demo import make_test_authority
from app.settings import Mode
from tests.conftest import NOW
from tests.security.world import Two, make_world
from tests.support.runtime import a_runtime


class UndoneDatabase(Database):
    """Does everything but keep it: each transaction is rolled back where it would commit."""

    def __init__(self, real: Database) -> None:
        """The same connections, and what was compiled for them."""
        self.url, self.engine = real.url, real.engine

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Like the real one until the last moment."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session
            session.rollback()


@pytest.fixture(scope="session")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    """The installation as it is."""
    folder = tmp_path_factory.mktemp("two")
    with a_runtime("two", folder, mode=Mode.DEMO) as runtime:
        make_test_authority(runtime.seal_dir, now=NOW)
        ours = make_world(runtime, "ALPHA", "COSME", "COS-CLUSTER-2018-03-02")
        theirs = make_world(runtime, "BETA", "INNOSUP", "INN-CLUSTER-2018-03-02")
        box = mailbox.Maildir(str(runtime.mailbox_dir / "mail"), create=True)
        for world in (ours, theirs):
            world.ids["mail_key"] = box.add(f"To: {world.name}@example.org\nSubject: Hello\n\nGood day.\n".encode())
        with ExitStack() as closing:
            yield Two(runtime, ours, theirs, closing)
