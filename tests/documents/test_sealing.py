"""A seal names its maker and its instant, and one changed byte breaks it."""

import io
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.sign.general import SigningError

from app.infra.sealing import (
    AuthorityUnusableError,
    NoSealError,
    SealingAuthority,
    SealReport,
    inspect_seal,
    load_authority,
    seal,
)
from app.infra.sealing_demo import make_test_authority
from tests.documents.conftest import SEALED_AT

SEALER = "Grappe demonstration seal"
GENUINE = SealReport(intact=True, trusted=True, covers_whole_document=True, sealed_at=SEALED_AT, sealed_by=SEALER)


def judged(pdf: bytes, authority: SealingAuthority) -> bool:
    try:
        return inspect_seal(pdf, authority).genuine
    except NoSealError:
        return False


def test_seal_names_maker_and_instant(sealed: bytes, authority: SealingAuthority) -> None:
    assert inspect_seal(sealed, authority) == GENUINE
    (field,) = pypdf.PdfReader(io.BytesIO(sealed)).get_fields().values()
    signature = field["/V"]
    assert signature["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature["/Reason"] == "Agreement concluded"
    (widget,) = [
        annotation.get_object()
        for page in pypdf.PdfReader(io.BytesIO(sealed)).pages
        for annotation in page.get("/Annots", [])
        if annotation.get_object().get("/T") == "Seal"
    ]
    assert widget["/Rect"] == [0, 0, 0, 0]


def test_seal_adds_and_changes_nothing_before(specimen: bytes, sealed: bytes) -> None:
    assert sealed.startswith(specimen)


def test_without_timestamper_the_stated_instant_counts(specimen: bytes, authority: SealingAuthority) -> None:
    plain = replace(authority, timestamp=None)
    sealed = seal(specimen, plain, reason="Test", now=SEALED_AT)
    assert inspect_seal(sealed, plain) == GENUINE
    assert len(sealed) < len(seal(specimen, authority, reason="Test", now=SEALED_AT)) - 3000


def room(sealed: bytes) -> range:
    """Where the signature stands, in hexadecimal digits, with zeros behind it."""
    found = re.search(rb"/Contents <([0-9a-fA-F]+)>", sealed)
    assert found is not None
    return range(found.start(1), found.end(1))


@given(at=st.integers(0, 10**7), change=st.integers(1, 255))
def test_one_changed_byte_breaks_it(sealed: bytes, authority: SealingAuthority, at: int, change: int) -> None:
    signed = [*range(room(sealed).start - 1), *range(room(sealed).stop + 1, len(sealed))]
    place = signed[at % len(signed)]
    damaged = sealed[:place] + bytes([sealed[place] ^ change]) + sealed[place + 1 :]
    assert not judged(damaged, authority)


def test_nothing_hides_behind_the_signature(sealed: bytes, authority: SealingAuthority) -> None:
    last = room(sealed).stop - 2
    assert sealed[last : last + 2] == b"00"
    assert not judged(sealed[:last] + b"41" + sealed[last + 2 :], authority)


@given(at=st.integers(0, 10**7), digit=st.sampled_from(b"0123456789abcdefX>"))
def test_changed_signature_is_judged_without_a_crash(
    sealed: bytes, authority: SealingAuthority, at: int, digit: int
) -> None:
    place = room(sealed)[at % len(room(sealed))]
    judged(sealed[:place] + bytes([digit]) + sealed[place + 1 :], authority)


def test_anything_appended_is_told(sealed: bytes, authority: SealingAuthority) -> None:
    report = inspect_seal(sealed + b"\n% a remark\n", authority)
    assert report == replace(GENUINE, covers_whole_document=False)
    assert not report.genuine


def test_seal_of_a_stranger_is_intact_but_not_trusted(
    specimen: bytes, authority: SealingAuthority, tmp_path: Path
) -> None:
    stranger = make_test_authority(tmp_path / "stranger", now=SEALED_AT)
    forged = seal(specimen, stranger, reason="Forged", now=SEALED_AT)
    assert inspect_seal(forged, authority) == replace(GENUINE, trusted=False)


def test_stamp_of_a_stranger_is_not_trusted(specimen: bytes, authority: SealingAuthority, tmp_path: Path) -> None:
    stranger = make_test_authority(tmp_path / "stranger", now=SEALED_AT)
    mixed = replace(authority, timestamp=stranger.timestamp)
    assert not inspect_seal(seal(specimen, mixed, reason="Mixed", now=SEALED_AT), authority).trusted


def test_seal_made_before_the_certificate_is_not_trusted(specimen: bytes, authority: SealingAuthority) -> None:
    early = SEALED_AT - timedelta(days=2)
    report = inspect_seal(seal(specimen, authority, reason="Early", now=early), authority)
    assert (report.intact, report.trusted, report.sealed_at) == (True, False, early)


@pytest.mark.parametrize("damage", [b"", b"no pdf", b"%PDF-1.7\n%%EOF"])
def test_no_pdf_has_no_seal(authority: SealingAuthority, damage: bytes) -> None:
    with pytest.raises(NoSealError):
        inspect_seal(damage, authority)


def test_unsealed_and_sealed_twice(specimen: bytes, sealed: bytes, authority: SealingAuthority) -> None:
    with pytest.raises(NoSealError, match="carries no seal"):
        inspect_seal(specimen, authority)
    with pytest.raises(SigningError):
        seal(sealed, authority, reason="Again", now=SEALED_AT)


def test_file_without_last_line_end(specimen: bytes, authority: SealingAuthority) -> None:
    sealed = seal(specimen.rstrip(b"\n"), authority, reason="Test", now=SEALED_AT)
    assert b"%%EOF\n" in sealed[: len(specimen)]
    assert inspect_seal(sealed, authority).genuine


def test_authority_is_private_and_never_overwritten(authority_folder: Path) -> None:
    modes = {path.name: path.stat().st_mode & 0o777 for path in authority_folder.iterdir()}
    assert modes == dict.fromkeys(("roots.pem", "seal.pem", "seal.key", "timestamp.pem", "timestamp.key"), 0o600)
    before = (authority_folder / "seal.key").read_bytes()
    with pytest.raises(FileExistsError, match="already holds"):
        make_test_authority(authority_folder, now=SEALED_AT)
    assert (authority_folder / "seal.key").read_bytes() == before


def test_exposed_missing_or_broken_key_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    make_test_authority(folder, now=SEALED_AT)
    (folder / "seal.key").chmod(0o640)
    with pytest.raises(AuthorityUnusableError, match="chmod 600"):
        load_authority(folder)
    (folder / "seal.key").chmod(0o600)
    (folder / "seal.key").write_text("no key")
    with pytest.raises(AuthorityUnusableError):
        load_authority(folder)
    (folder / "seal.key").unlink()
    with pytest.raises(AuthorityUnusableError, match="cannot be used"):
        load_authority(folder)
    (folder / "roots.pem").write_text("")
    with pytest.raises(AuthorityUnusableError):
        load_authority(folder)
