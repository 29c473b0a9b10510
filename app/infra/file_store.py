"""Files by content hash in a local folder: written once, never changed."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

_FRESH = 3600
"""Seconds; no request takes that long from its upload to its commit."""


class FileStore:
    """Keeps bytes under their SHA-256."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def put(self, data: bytes) -> str:
        """Store and return the hash; the file is on disk, whole, when this returns."""
        sha256 = hashlib.sha256(data).hexdigest()
        path = self._path(sha256)
        with suppress(FileNotFoundError):
            os.utime(path)  # somebody needs it again: remove leaves it alone
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
            _sync(path.parent)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes; raise FileNotFoundError, or OSError when they are no longer what was stored."""
        data = self._path(sha256).read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise OSError(f"file {sha256} was changed on disk")
        return data

    def remove(self, sha256: str) -> bool:
        """Remove bytes that no row names any more; whether they are gone.

        What was put here again a short while ago stays: its row may not be committed yet.
        """
        path = self._path(sha256)
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime < _FRESH:
                return False
            path.unlink()
        return True


def _sync(folder: Path) -> None:
    """Make the new name itself survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
