"""The specimen and the sealing authority, made once per run."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.infra.sealing import SealingAuthority, load_authority, seal
from app.infra.sealing_demo import make_test_authority
from tests.documents.specimen.agreement import specimen_pdf

SEALED_AT = datetime(2026, 3, 2, 9, 30, 15, tzinfo=UTC)


@pytest.fixture(scope="session")
def specimen() -> bytes:
    return specimen_pdf()


@pytest.fixture(scope="session")
def authority_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("authority") / "keys"
    make_test_authority(folder, now=SEALED_AT)
    return folder


@pytest.fixture(scope="session")
def authority(authority_folder: Path) -> SealingAuthority:
    return load_authority(authority_folder)


@pytest.fixture(scope="session")
def sealed(specimen: bytes, authority: SealingAuthority) -> bytes:
    return seal(specimen, authority, reason="Agreement concluded", now=SEALED_AT)
