"""A database full of complete drafts, each with a contact of its own, made once and cloned for each proof."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from app.infra.db.engine import Database
from app.infra.file_store import FileStore
from app.infra.sealing_demo import make_test_authority
from tests.builders.applications import a_complete_application
from tests.builders.copies import Copy, copies
from tests.conftest import NOW
from tests.support import database as databases

if TYPE_CHECKING:
    from collections.abc import Sequence

DEADLINE = datetime(2019, 4, 4, 15, 0, tzinfo=UTC)
DRAFTS = 210


@dataclass(frozen=True, slots=True)
class Prepared:
    """The database to clone, the folder to copy, and who waits to submit."""

    folder: Path
    drafts: Sequence[Copy]
    identifier: str
    organisation_id: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A clone of the prepared database with a data folder of its own."""

    database: Database
    folder: Path
    drafts: Sequence[Copy]
    identifier: str
    organisation_id: str


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    folder = tmp_path_factory.mktemp("prepared")
    made = databases.test_server()
    database = Database(made.clone("prepared"), pool_size=1)
    files = FileStore(folder / "data" / "files")
    with database.transaction() as session:
        one = a_complete_application(session, files=files)
        drafts = copies(session, one, DRAFTS)
        session.execute(sa.text("delete from procrastinate_jobs"))  # mails about the preparation are nobody's business
    database.close()
    make_test_authority(folder / "data" / "seal", now=NOW)
    yield Prepared(folder, drafts, one.call.identifier, str(one.members[0].organisation.id))
    made.drop("prepared")


@pytest.fixture
def stage(prepared: Prepared, tmp_path: Path) -> Iterator[Stage]:
    server = databases.test_server()
    server.drop("stage")
    server.admin("create database stage template prepared strategy file_copy")
    shutil.copytree(prepared.folder / "data", tmp_path / "data")
    database = Database(server.url("stage"), pool_size=2)
    yield Stage(database, tmp_path, prepared.drafts, prepared.identifier, prepared.organisation_id)
    database.close()
    server.drop("stage")
