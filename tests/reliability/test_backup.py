"""A backup made while others write, and the installation that comes out of it: whole, the same hashes, ready to go on."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from app.audit.queries import heads
from app.audit.rules.roots import root_hash
from app.cli import main
from app.core.actor import SYSTEM
from app.core.canonical import canonical_json
from app.core.money import Money
from app.delivery.backup import (
    MANIFEST,
    MANIFEST_HASH,
    BackupError,
    Manifest,
    has_same_key,
    make_backup,
    read_manifest,
    restore_backup,
)
from app.delivery.runtime import build_runtime
from app.documents.schemas import FileToStore
from app.documents.use_cases.store_file import store_file
from app.infra.db.dump import file_hash, is_empty
from app.infra.db.migrations import upgrade
from app.infra.queue import enqueue
from app.infra.sealing_demo import make_test_authority
from app.jobs.verify import verify_everything
from app.ledger.models import Entry
from app.settings import load_settings
from tests.architecture.test_migrations import differences
from tests.builders.applications import a_submitted_application
from tests.builders.money import a_commitment, an_envelope
from tests.builders.people import a_person
from tests.conftest import NOW
from tests.support import database as databases
from tests.support.platform import SECRET_KEY
from tests.support.runtime import a_runtime

if TYPE_CHECKING:
    from uuid import UUID

    from app.delivery.runtime import Runtime

WRITERS = 4


@dataclass
class Writer:
    """Somebody who stores files and commits money until told to stop; ``done`` was acknowledged."""

    runtime: Runtime
    envelope_id: UUID
    stop: threading.Event
    done: list[tuple[str, str]] = field(default_factory=list)

    def run(self) -> None:
        while not self.stop.is_set():
            content = os.urandom(3000)
            sha256 = self.runtime.files.put(content)
            with self.runtime.database.transaction() as session:
                file = FileToStore(sha256=sha256, size=len(content), media_type="text/plain", filename="noise.txt")
                store_file(session, SYSTEM, file, now=NOW)
                bound = a_commitment(session, self.envelope_id, Money(1))
            self.done.append((sha256, f"commit/{bound}"))


@dataclass(frozen=True, slots=True)
class Saved:
    """What was backed up, and what had been acknowledged before it began."""

    source: Runtime
    folder: Path
    manifest: Manifest
    before: frozenset[tuple[str, str]]
    written: int


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Saved]:
    folder = tmp_path_factory.mktemp("backup")
    make_test_authority(folder / "source" / "seal", now=NOW)
    with a_runtime("backed_up", folder / "source", threads=WRITERS + 2) as runtime:
        with runtime.database.transaction() as session:
            a_submitted_application(session, files=runtime.files)
            envelope_id = an_envelope(session).id
        stop = threading.Event()
        writers = [Writer(runtime, envelope_id, stop) for _ in range(WRITERS)]
        threads = [threading.Thread(target=one.run, daemon=True) for one in writers]
        for one in threads:
            one.start()
        while not all(len(one.done) > 2 for one in writers):
            stop.wait(0.01)
        before = frozenset(act for one in writers for act in one.done)
        manifest = make_backup(runtime, folder / "saved", now=NOW)
        went_on = sum(len(one.done) for one in writers)
        stop.set()
        for one in threads:
            one.join(30)
        yield Saved(runtime, folder / "saved", manifest, before, went_on - len(before))


@pytest.fixture
def empty(saved: Saved, tmp_path: Path) -> Iterator[Runtime]:
    """An installation with the keys of the other and nothing else."""
    server = databases.test_server()
    server.drop("restored")
    server.admin('create database "restored" template template0')
    shutil.copytree(saved.source.seal_dir, tmp_path / "data" / "seal")
    changed = {"database_url": server.url("restored"), "data_dir": tmp_path / "data"}
    runtime = build_runtime(saved.source.settings.model_copy(update=changed))
    yield runtime
    runtime.close()
    server.drop("restored")


def test_what_was_acknowledged_comes_back_with_the_same_hashes(saved: Saved, empty: Runtime) -> None:
    assert saved.written > 0, "others wrote while the backup was made"
    manifest = restore_backup(empty, saved.folder)
    assert manifest == saved.manifest
    report = verify_everything(empty)
    assert report.faults == ()
    assert (report.events, report.chains, report.files) == (manifest.events, manifest.chains, len(manifest.files))
    with empty.database.reading() as session:
        assert root_hash(heads(session)) == manifest.root
        keys = set(session.scalars(sa.select(Entry.key)))
        kept = set(session.scalars(sa.text("select sha256 from stored_file")))
    for sha256, key in saved.before:
        assert key in keys
        assert sha256 in kept
    assert kept == {one.sha256 for one in manifest.files}
    assert has_same_key(empty, manifest)
    with saved.source.database.reading() as session:
        now = heads(session)
        assert root_hash(now) != manifest.root, "the source went on"
        with empty.database.reading() as restored:
            for subject, (length, _) in heads(restored).items():
                assert now[subject][0] >= length


def test_the_restored_installation_goes_on_and_its_guards_stand(saved: Saved, empty: Runtime) -> None:
    restore_backup(empty, saved.folder)
    with empty.database.transaction() as session:
        a_person(session)
        enqueue(session, "verify")
        a_commitment(session, an_envelope(session).id, Money(1))
    assert verify_everything(empty).faults == ()
    for statement in ("delete from audit_event", "update posting set amount = 1", "update envelope set paid = 1"):
        with pytest.raises(sa.exc.DBAPIError), empty.database.transaction() as session:
            session.execute(sa.text(statement))
    with pytest.raises(BackupError, match="not empty"):
        restore_backup(empty, saved.folder)


def test_a_backup_of_an_older_schema_comes_back_at_the_present_one(empty: Runtime, tmp_path: Path) -> None:
    older = "0014"
    server = databases.test_server()
    server.drop("older_schema")
    server.admin('create database "older_schema"')
    upgrade(server.url("older_schema"), older)
    changed = {"database_url": server.url("older_schema"), "data_dir": tmp_path / "older"}
    source = build_runtime(empty.settings.model_copy(update=changed))
    try:
        with source.database.transaction() as session:
            code = {"code": "COSME \\ with a\ttab and a\nline", "now": NOW}
            session.execute(sa.text("insert into programme values (gen_random_uuid(), :code, 'COSME', :now)"), code)
        assert make_backup(source, tmp_path / "backup", now=NOW).revision == older
    finally:
        source.close()
        server.drop("older_schema")
    restore_backup(empty, tmp_path / "backup")
    assert differences(str(empty.database.url)) == []
    with empty.database.reading() as session:
        assert session.execute(sa.text("select code from programme")).scalars().all() == [code["code"]]
    assert verify_everything(empty).faults == ()


def damaged(saved: Saved, folder: Path, **changes: object) -> Path:
    """A copy of the backup whose manifest says something else, hash and all."""
    shutil.copytree(saved.folder, folder)
    content = saved.manifest.model_copy(update=changes).model_dump(mode="json")
    (folder / MANIFEST).write_bytes(canonical_json(content))
    (folder / MANIFEST_HASH).write_text(f"{file_hash(folder / MANIFEST)}  {MANIFEST}\n")
    return folder


def test_a_backup_that_was_touched_or_does_not_fit_changes_nothing(
    saved: Saved, empty: Runtime, tmp_path: Path
) -> None:
    [submission] = [part for part in saved.manifest.tables if part.name == "submission"]
    wrong = [part.model_copy(update={"rows": part.rows + 1}) for part in saved.manifest.tables]
    cases = {
        "a newer Grappe": damaged(saved, tmp_path / "newer", revision="9999"),
        "reads grappe": damaged(saved, tmp_path / "format", format="grappe-backup-9"),
        "manifest names": damaged(saved, tmp_path / "root", root="0" * 64),
        "cannot be loaded": damaged(saved, tmp_path / "rows", tables=tuple(wrong)),
        "submission.copy.gz is missing or was changed": damaged(saved, tmp_path / "table"),
        "A file of the backup cannot be read": damaged(saved, tmp_path / "file"),
        "manifest.json was changed": damaged(saved, tmp_path / "manifest"),
        "holds no backup": tmp_path / "nowhere",
    }
    (tmp_path / "table" / "tables" / submission.file).write_bytes(b"")
    [first, *_] = saved.manifest.files
    (tmp_path / "file" / "files" / first.sha256[:2] / first.sha256).write_bytes(b"x")
    with (tmp_path / "manifest" / MANIFEST).open("ab") as file:
        file.write(b" ")
    for words, folder in cases.items():
        with pytest.raises(BackupError, match=words):
            restore_backup(empty, folder)
        with empty.database.engine.connect() as connection:
            assert is_empty(connection), words


def test_a_folder_that_is_there_is_left_alone_and_a_lost_file_is_named(saved: Saved, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="is there already"):
        make_backup(saved.source, saved.folder, now=NOW)
    (tmp_path / "again.part").mkdir()
    with pytest.raises(BackupError, match="cut off"):
        make_backup(saved.source, tmp_path / "again", now=NOW)
    lost = saved.manifest.files[0].sha256
    path = saved.source.settings.data_dir / "files" / lost[:2] / lost
    content = path.read_bytes()
    path.unlink()
    try:
        manifest = make_backup(saved.source, tmp_path / "other", now=NOW)
    finally:
        path.write_bytes(content)
    assert manifest.missing == (lost,)
    assert read_manifest(tmp_path / "other") == manifest


def test_the_commands_say_what_they_did(
    saved: Saved, empty: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(runtime: Runtime, *arguments: str, secret: str = SECRET_KEY) -> tuple[int, str]:
        monkeypatch.setenv("GRAPPE_DATABASE_URL", runtime.settings.database_url)
        monkeypatch.setenv("GRAPPE_DATA_DIR", str(runtime.settings.data_dir))
        monkeypatch.setenv("GRAPPE_SECRET_KEY", secret)
        load_settings.cache_clear()
        try:
            done = CliRunner().invoke(main, arguments)
        finally:
            load_settings.cache_clear()
        return done.exit_code, done.output

    code, words = run(empty, "backup", str(tmp_path / "nothing"))
    assert (code, "there is nothing to back up" in words) == (2, True)
    code, words = run(saved.source, "backup", str(tmp_path / "by command"))
    assert code == 0, words
    assert f"GRAPPE_SECRET_KEY and {saved.source.seal_dir}" in words
    code, words = run(empty, "restore", str(tmp_path / "by command"), secret="another")
    assert code == 0, words
    assert "The secret key is another one" in words
    assert "History is whole" in words
    code, words = run(empty, "restore", str(tmp_path / "by command"))
    assert (code, "not empty" in words) == (2, True)
