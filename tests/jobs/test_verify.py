"""`grappe verify` is green on what was recorded, and names everything that was touched afterwards."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pikepdf
import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from app.audit.queries import chains
from app.audit.rules.chain import first_break, link_hash
from app.audit.rules.roots import day_to_seal
from app.audit.use_cases.seal_root import seal_root
from app.cli import main
from app.core.actor import SYSTEM
from app.delivery.runtime import build_runtime
from app.documents.rules.lifecycle import DocumentState
from app.documents.schemas import DocumentRequest, FileToStore
from app.documents.use_cases.request_document import request_document
from app.documents.use_cases.store_file import store_file
from app.infra.pdf import render_pdf
from app.infra.sealing import load_authority, seal
from app.infra.sealing_demo import make_test_authority
from app.jobs.render_documents import make_document
from app.jobs.seal_roots import seal_roots
from app.jobs.verify import verify_everything
from app.settings import load_settings
from tests.builders.applications import a_submitted_application
from tests.builders.receipts import receipt_row
from tests.conftest import NOW
from tests.support import database
from tests.support.runtime import a_runtime

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Recorded:
    """A platform with one submission and its sealed receipt."""

    runtime: Runtime
    submission_id: UUID
    version_id: UUID
    receipt: str
    upload: str

    def path(self, sha256: str) -> Path:
        """Where a file lies on disk."""
        return self.runtime.settings.data_dir / "files" / sha256[:2] / sha256

    def forge(self, table: str, statement: str, **values: object) -> None:
        """What a database administrator could do: switch the triggers off and write."""
        with self.runtime.database.transaction() as session:
            session.execute(sa.text(f"alter table {table} disable trigger user"))
            assert session.execute(sa.text(statement), values).rowcount  # type: ignore[attr-defined]  # it changes rows
            session.execute(sa.text(f"alter table {table} enable trigger user"))

    def faults(self) -> tuple[str, ...]:
        """What verify says."""
        return verify_everything(self.runtime).faults


@pytest.fixture(scope="module")
def seal_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seal") / "keys"
    make_test_authority(folder, now=NOW)
    return folder


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory, seal_dir: Path) -> Iterator[Recorded]:
    """Recorded once; every test touches a copy."""
    with a_runtime("recorded", tmp_path_factory.mktemp("recorded"), seal_dir=seal_dir) as runtime:
        with runtime.database.transaction() as session:
            made = a_submitted_application(session, files=runtime.files)
            assert made.submission_id is not None
            document = receipt_row(session, made.submission_id)
            version = session.execute(sa.text("select call_version_id from submission")).scalar_one()
        make_document(runtime, document.id)
        with runtime.database.reading() as session:
            sealed = receipt_row(session, made.submission_id)
            assert sealed.state == DocumentState.SEALED
            assert sealed.file_sha256
            with pikepdf.open(io.BytesIO(runtime.files.get(sealed.file_sha256))) as pdf:
                assert sealed.pages == len(pdf.pages) > 1
            uploaded = sa.text("select sha256 from stored_file where filename = 'part-b.pdf'")
            upload = session.execute(uploaded).scalar_one()
        runtime.database.close()
        yield Recorded(runtime, made.submission_id, version, str(sealed.file_sha256), upload)


@pytest.fixture
def recorded(source: Recorded, tmp_path: Path) -> Iterator[Recorded]:
    server, settings = database.test_server(), source.runtime.settings
    shutil.copytree(settings.data_dir, tmp_path / "data")
    server.drop("touched")
    server.admin("create database touched template recorded strategy file_copy")
    touched = {"database_url": server.url("touched"), "data_dir": tmp_path / "data"}
    runtime = build_runtime(settings.model_copy(update=touched))
    yield replace(source, runtime=runtime)
    runtime.close()
    server.drop("touched")


def test_what_was_recorded_is_whole(recorded: Recorded) -> None:
    report = verify_everything(recorded.runtime)
    assert report.whole
    assert (report.files, report.sealed) == (2, 1)
    assert report.events > 20


def test_a_changed_submission_is_found(recorded: Recorded) -> None:
    recorded.forge(
        "submission", "update submission set snapshot = jsonb_set(snapshot, '{totals,requested,amount}', '\"1.00\"')"
    )
    assert recorded.faults() == (f"submission {recorded.submission_id}: its content is not what was received",)


def test_a_changed_call_is_found(recorded: Recorded) -> None:
    recorded.forge(
        "call_version",
        "update call_version set document = jsonb_set(document, '{version}', '\"9.9\"') where id = :id",
        id=recorded.version_id,
    )
    assert recorded.faults() == (f"call version {recorded.version_id}: its document is not what was published",)


def test_a_changed_event_is_found(recorded: Recorded) -> None:
    recorded.forge(
        "audit_event",
        "update audit_event set occurred_at = occurred_at - interval '1 day' where kind = 'document.sealed'",
    )
    [fault] = recorded.faults()
    assert fault.startswith("document ")
    assert fault.endswith(": event 2 does not fit")


def test_a_chain_that_was_made_anew_is_found_by_the_sealed_root(recorded: Recorded) -> None:
    """Who can write into every table makes event, hash and head fit again; the sealed root they cannot make."""
    day = seal_roots(recorded.runtime)
    assert day is not None
    assert verify_everything(recorded.runtime).roots == 1
    assert recorded.faults() == ()
    recorded.forge(
        "audit_event",
        "update audit_event set occurred_at = occurred_at - interval '1 day' where kind = 'document.sealed'",
    )
    with recorded.runtime.database.transaction() as session:
        forged = [one for one in chains(session) if first_break(one[2]) is not None]
        [(kind, subject, links)] = forged
        link, _ = links[-1]
        made = link_hash(links[-2][1], link)
        session.execute(sa.text("alter table audit_event disable trigger user"))
        fits = {"hash": made, "kind": kind, "subject": subject, "position": link.position}
        session.execute(
            sa.text("update audit_event set hash = :hash where subject_id = :subject and position = :position"), fits
        )
        session.execute(sa.text("update audit_chain_head set hash = :hash where subject_id = :subject"), fits)
        session.execute(sa.text("alter table audit_event enable trigger user"))
    [fault] = recorded.faults()
    assert fault == (f"root of {day}: event {link.position} of {kind} {subject} is not the one that was sealed")


def test_a_root_that_another_seal_made_is_found(recorded: Recorded, tmp_path: Path) -> None:
    make_test_authority(tmp_path / "stranger", now=NOW)
    with recorded.runtime.database.transaction() as session:
        seal_root(session, load_authority(tmp_path / "stranger"), now=NOW)
    assert recorded.faults() == (f"root of {day_to_seal(NOW)}: its seal is not genuine",)
    recorded.runtime.settings = recorded.runtime.settings.model_copy(update={"seal_dir": tmp_path / "nowhere"})
    assert any(fault.startswith("seals cannot be checked") for fault in recorded.faults())


def test_changed_cut_and_lost_files_are_found(recorded: Recorded) -> None:
    path = recorded.path(recorded.upload)
    content = path.read_bytes()
    for touched, words in (
        (content[:-1] + b"x", "was changed on disk"),
        (content[:100], "was changed on disk"),
        (None, "it is missing"),
    ):
        path.unlink() if touched is None else path.write_bytes(touched)
        [fault] = recorded.faults()
        assert fault.startswith(f"file part-b.pdf ({recorded.upload}): ")
        assert words in fault
    path.write_bytes(content)
    assert recorded.faults() == ()


def test_a_receipt_that_another_seal_made_is_found(recorded: Recorded, tmp_path: Path) -> None:
    """Somebody with access to disk and database swaps the receipt for one of their own, hash and all."""
    make_test_authority(tmp_path / "stranger", now=NOW)
    plain = render_pdf("<p>We received nothing.</p>", title="Receipt", language="en", created=NOW)
    for forged, words in (
        (seal(plain, load_authority(tmp_path / "stranger"), reason="Receipt", now=NOW), "its seal is not genuine"),
        (plain, "The file carries no seal"),
    ):
        sha256 = recorded.runtime.files.put(forged)
        recorded.forge(
            "stored_file",
            "update stored_file set sha256 = :sha256, size = :size where id = (select file_id from document)",
            sha256=sha256,
            size=len(forged),
        )
        [fault] = recorded.faults()
        assert words in fault


def test_a_document_that_nothing_makes_is_found(recorded: Recorded) -> None:
    about = DocumentRequest(
        kind="receipt",
        subject_kind="submission",
        subject_id=recorded.submission_id,
        reference="2019/0001",
        title="Receipt",
        data={},
    )
    with recorded.runtime.database.transaction() as session:
        waiting, lost = (request_document(session, SYSTEM, about, now=NOW) for _ in range(2))
    assert recorded.faults() == (), f"{waiting} waits for its turn"
    with recorded.runtime.database.transaction() as session:
        gone = sa.text("delete from procrastinate_jobs where args->>'document_id' = :lost")
        session.execute(gone, {"lost": str(lost)})
    assert recorded.faults() == (f"document {lost}: asked for, and nothing makes it",)


def test_a_wrong_size_and_a_lost_authority_are_found(recorded: Recorded, tmp_path: Path) -> None:
    recorded.forge("stored_file", "update stored_file set size = 7 where filename = 'part-b.pdf'")
    [fault] = recorded.faults()
    assert "not 7" in fault
    recorded.runtime.settings = recorded.runtime.settings.model_copy(update={"seal_dir": tmp_path / "nowhere"})
    assert any(fault.startswith("seals cannot be checked") for fault in recorded.faults())


def test_the_command_says_it_with_its_exit_code(recorded: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = recorded.runtime.settings
    monkeypatch.setenv("GRAPPE_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("GRAPPE_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("GRAPPE_SEAL_DIR", str(settings.seal_dir))
    load_settings.cache_clear()
    try:
        green = CliRunner().invoke(main, ["verify"])
        assert green.exit_code == 0, green.output
        assert "2 files, 1 of them sealed documents" in green.output
        recorded.path(recorded.receipt).write_bytes(os.urandom(50))
        red = CliRunner().invoke(main, ["verify"])
        assert red.exit_code == 1
        assert recorded.receipt in red.output
    finally:
        load_settings.cache_clear()


def test_the_same_bytes_kept_twice_are_looked_at_once(recorded: Recorded) -> None:
    with recorded.runtime.database.transaction() as session:
        size = recorded.path(recorded.upload).stat().st_size
        again = FileToStore(sha256=recorded.upload, size=size, media_type="application/pdf", filename="z.pdf")
        store_file(session, SYSTEM, again, now=NOW)
    report = verify_everything(recorded.runtime)
    assert (report.files, report.whole) == (2, True)
