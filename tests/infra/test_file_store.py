from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.infra.file_store import FileStore


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


@given(st.binary())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_put_is_what_is_got(store: FileStore, data: bytes) -> None:
    name = store.put(data)
    assert name == hashlib.sha256(data).hexdigest()
    assert store.get(name) == data


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_the_same_bytes_are_one_file(store: FileStore, tmp_path: Path) -> None:
    assert store.put(b"same") == store.put(b"same")
    assert len(files_in(tmp_path)) == 1


def test_a_file_changed_on_disk_is_never_handed_out(store: FileStore, tmp_path: Path) -> None:
    name = store.put(b"signed agreement")
    [path] = files_in(tmp_path)
    path.write_bytes(b"Signed agreement")
    with pytest.raises(OSError, match="changed on disk"):
        store.get(name)


def test_an_unknown_name_is_not_found(store: FileStore) -> None:
    with pytest.raises(FileNotFoundError):
        store.get("0" * 64)


def test_many_at_once_leave_one_whole_file_and_no_rest(store: FileStore, tmp_path: Path) -> None:
    data, start, names = b"x" * 1_000_000, threading.Barrier(8), set()

    def put() -> None:
        start.wait()
        names.add(store.put(data))

    threads = [threading.Thread(target=put) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [name] = names
    assert store.get(name) == data
    assert len(files_in(tmp_path)) == 1
