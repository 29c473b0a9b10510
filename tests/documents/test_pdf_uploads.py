"""Whatever is sent as a PDF gives facts or a reason, soon."""

import base64
import io
import os
import subprocess
import time
import zlib
from pathlib import Path

import pikepdf
import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from app.infra.pdf import PROJECT
from app.infra.pdf_probe import Refused, probe
from app.infra.pdf_uploads import PdfFacts, Unreadable, UnreadablePdfError, inspect_pdf, mark_pages_beyond

NEEDS_PASSWORD = {
    "crazyones-encrypted-256.pdf",
    "encrypted-file.pdf",
    "encryption__r2-user-password.pdf",
    "encryption__r3-user-password.pdf",
    "encryption__r4-user-password.pdf",
    "encryption__r6-both-passwords.pdf",
}
SECONDS = 8
MARK = "Beyond the limit of 7 pages: not evaluated (Łódź)"


def shared(folder: str) -> Path:
    root = Path(os.environ.get("GRAPPE_SHARED_DATA", PROJECT.parent / "shared" / "data"))
    found = root / "dirty_inputs" / folder
    if not found.exists():
        pytest.skip(f"{found} is absent; set GRAPPE_SHARED_DATA")
    return found


def saved(pdf: pikepdf.Pdf, **options: object) -> bytes:
    buffer = io.BytesIO()
    pdf.save(buffer, **options)  # type: ignore[arg-type]
    return buffer.getvalue()


def blank(pages: int = 1) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page()
    return pdf


def script() -> pikepdf.Dictionary:
    return pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def reason_of(data: bytes) -> Unreadable:
    with pytest.raises(UnreadablePdfError) as caught:
        inspect_pdf(data, max_pages_scanned=10)
    return caught.value.reason


def test_dirty_files_give_facts_or_a_reason() -> None:
    facts: dict[str, PdfFacts] = {}
    for path in sorted(shared("pdfs").rglob("*.pdf")):
        started = time.monotonic()
        if path.name in NEEDS_PASSWORD:
            assert reason_of(path.read_bytes()) is Unreadable.ENCRYPTED
        else:
            facts[path.name] = inspect_pdf(path.read_bytes(), max_pages_scanned=50)
        assert time.monotonic() - started < SECONDS, path.name
    assert len(facts) >= 30
    for name, known in facts.items():
        path = next(shared("pdfs").rglob(name))
        assert known.pages == len(pypdf.PdfReader(path).pages), name
    assert {name for name, known in facts.items() if known.has_embedded_files} == {
        "025-attachment__with-attachment.pdf"
    }
    assert facts["encryption__r5-owner-password.pdf"].encrypted
    assert not facts["encryption__unencrypted.pdf"].encrypted


def test_other_dirty_files_are_no_pdf() -> None:
    for path in sorted(shared("odd_zips").rglob("*.zip"))[:5]:
        assert reason_of(path.read_bytes()) is Unreadable.NOT_A_PDF
    eicar = base64.b64decode((shared("odd_zips").parent / "eicar.base64.txt").read_text())
    assert reason_of(eicar) is Unreadable.NOT_A_PDF


def test_specimen_facts(specimen: bytes) -> None:
    facts = inspect_pdf(specimen, max_pages_scanned=10)
    pages = len(pypdf.PdfReader(io.BytesIO(specimen)).pages)
    assert facts == PdfFacts(pages=pages, encrypted=False, has_javascript=False, has_embedded_files=True, version="1.7")


def test_reasons() -> None:
    whole = saved(blank(3))
    assert reason_of(b"") is Unreadable.NOT_A_PDF
    assert reason_of(b"PK\x03\x04 archive") is Unreadable.NOT_A_PDF
    assert reason_of(b"%PDF-1.7 and nothing more") is Unreadable.BROKEN
    assert reason_of(saved(pikepdf.new())) is Unreadable.EMPTY
    locked = saved(blank(), encryption=pikepdf.Encryption(user="secret", owner="other"))
    assert reason_of(locked) is Unreadable.ENCRYPTED
    owned = saved(blank(), encryption=pikepdf.Encryption(user="", owner="other"))
    assert inspect_pdf(owned, max_pages_scanned=1).encrypted
    assert inspect_pdf(whole, max_pages_scanned=1).pages == 3


def with_script(place: str) -> bytes:
    pdf = blank(3)
    action = script()
    if place == "open":
        pdf.Root.OpenAction = action
    elif place == "names":
        pdf.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=[pikepdf.String("a"), action]))
    elif place == "page":
        pdf.pages[1].obj.AA = pikepdf.Dictionary(O=action)
    elif place == "annotation":
        pdf.pages[2].obj.Annots = pikepdf.Array([pikepdf.Dictionary(Type=pikepdf.Name.Annot, A=action)])
    elif place == "field":
        field = pikepdf.Dictionary(T="f", Kids=[pikepdf.Dictionary(AA=pikepdf.Dictionary(K=action))])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[field])
    else:
        following = pikepdf.Dictionary(S=pikepdf.Name.GoTo, Next=[action])
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.GoTo, Next=following)
    return saved(pdf)


@pytest.mark.parametrize("place", ["open", "names", "page", "annotation", "field", "next"])
def test_scripts_are_found(place: str) -> None:
    assert inspect_pdf(with_script(place), max_pages_scanned=3).has_javascript


def test_script_beyond_the_scanned_pages_is_not_looked_for() -> None:
    assert not inspect_pdf(with_script("annotation"), max_pages_scanned=2).has_javascript


def bomb_in_object_stream() -> bytes:
    """A file whose index sends the reader into a stream of half a megabyte that unpacks to half a gigabyte."""
    packed = zlib.compress(b"1 0 " + b" " * (500 * 1024 * 1024), 9)
    head = b"%PDF-1.5\n"
    stream = b"5 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    body = head + stream + packed + b"\nendstream\nendobj\n"
    rows = b"".join(
        kind + place.to_bytes(4, "big") + index
        for kind, place, index in ((b"\x02", 5, b"\0"), (b"\x01", len(body), b"\0"), (b"\x01", len(head), b"\0"))
    )
    index = b"4 0 obj\n<</Type/XRef/Size 6/W[1 4 1]/Index[1 1 4 2]/Root 1 0 R/Length %d>>stream\n" % len(rows)
    return body + index + rows + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % len(body)


def tree_that_doubles(levels: int) -> bytes:
    """A page tree in which every node lists the next one twice."""
    nodes = [
        f"{node} 0 obj<</Type/Pages/Count {2**levels}/Kids[{node + 1} 0 R {node + 1} 0 R]>>endobj"
        for node in range(2, levels + 2)
    ]
    leaf = f"{levels + 2} 0 obj<</Type/Page/MediaBox[0 0 9 9]>>endobj"
    head = "%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj"
    return "\n".join([head, *nodes, leaf, "trailer<</Root 1 0 R>>\n%%EOF"]).encode()


@pytest.mark.parametrize(
    "data",
    [
        bomb_in_object_stream(),
        tree_that_doubles(40),
        b"%PDF-1.5\n1 0 obj" + b"[" * 2_000_000,
        b"%PDF-1.5\n" + b"1 0 obj<<>>endobj\n" * 400_000,
        b"%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 1/Kids[2 0 R]>>endobj trailer<</Root 1 0 R>>",
    ],
    ids=["bomb", "doubling tree", "nesting", "many objects", "loop"],
)
def test_hostile_files_end_soon(data: bytes) -> None:
    started = time.monotonic()
    assert reason_of(data) in {Unreadable.BROKEN, Unreadable.TOO_DEMANDING, Unreadable.EMPTY}
    assert time.monotonic() - started < SECONDS


@given(data=st.binary(max_size=400) | st.binary(max_size=200).map(lambda tail: b"%PDF-1.7\n" + tail))
def test_naughty_bytes_give_a_reason(data: bytes) -> None:
    with pytest.raises(Refused):
        probe(data, 10)


@given(place=st.integers(0, 10**6), length=st.integers(0, 60), filling=st.binary(max_size=60))
def test_damaged_files_give_facts_or_a_reason(place: int, length: int, filling: bytes) -> None:
    whole = with_script("field")
    at = place % len(whole)
    try:
        assert probe(whole[:at] + filling + whole[at + length :], 10)["pages"] > 0
    except Refused as refusal:
        Unreadable(str(refusal))


def test_only_pages_beyond_the_limit_are_marked(specimen: bytes) -> None:
    before = pypdf.PdfReader(io.BytesIO(specimen)).pages
    after = pypdf.PdfReader(io.BytesIO(mark_pages_beyond(specimen, 7, MARK))).pages
    assert len(after) == len(before) > 7
    marked = [MARK in " ".join(page.extract_text().split()) for page in after]
    assert marked == [position >= 7 for position in range(len(after))]
    assert "EUR" in after[2].extract_text()


def test_mark_on_the_dirty_files() -> None:
    for path in sorted(shared("pdfs").rglob("*.pdf"))[::2]:
        if path.name in NEEDS_PASSWORD:
            with pytest.raises(UnreadablePdfError):
                mark_pages_beyond(path.read_bytes(), 0, MARK)
            continue
        marked = pypdf.PdfReader(io.BytesIO(mark_pages_beyond(path.read_bytes(), 0, MARK)))
        assert not marked.is_encrypted
        assert all("/XObject" in page["/Resources"] for page in marked.pages), path.name


def test_nothing_is_marked_within_the_limit() -> None:
    within = pypdf.PdfReader(io.BytesIO(mark_pages_beyond(saved(blank(2)), 2, MARK)))
    assert [page.extract_text() for page in within.pages] == ["", ""]


def test_mark_is_drawn_inside_pages_of_any_size_and_turn(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    for size, turn in (((595, 842), 0), ((842, 595), 0), ((595, 842), 90), ((2000, 300), 180)):
        pdf.add_blank_page(page_size=size)
        pdf.pages[-1].rotate(turn, relative=False)
    path = tmp_path / "marked.pdf"
    path.write_bytes(mark_pages_beyond(saved(pdf), 0, MARK))
    subprocess.run(["pdftoppm", "-r", "36", "-png", str(path), str(tmp_path / "page")], check=True)
    pictures = sorted(tmp_path.glob("page*.png"))
    assert len(pictures) == 4
    for picture in pictures:
        with Image.open(picture) as image:
            box = ImageOps.invert(image.convert("L")).getbbox()
            assert box is not None
            assert min(box[0], box[1], image.width - box[2], image.height - box[3]) >= 0
            assert (box[3] - box[1]) > image.height // 3
