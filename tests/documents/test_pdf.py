"""One file that is PDF/A-3a and PDF/UA-1, the same bytes each time, and nothing fetched from anywhere."""

import base64
import io
import json
import os
import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pikepdf
import pypdf
import pytest
from PIL import Image

from app.infra.pdf import DOCUMENTS, FONTS, INLINE_IMAGE_BYTES, PROJECT, ResourceRefusedError, render_pdf
from app.infra.pdf_markup import UndescribedDrawingError
from tests.documents.specimen.agreement import CREATED, TITLE, attachment, specimen_pdf
from tests.support.verapdf import validate

NAUGHTY = "emoji 🌈🏳, 田中さん, \uff46\uff55\uff4c\uff4c, Z\u0356algo, \x01\x1b\ufffe, \u202e right to left, e\u0301"


def render(body: str, head: str = "") -> bytes:
    html = f'<html lang="en"><head>{head}</head><body><main>{body}</main></body></html>'
    return render_pdf(html, title="T", language="en", created=CREATED)


def picture(edge: int) -> str:
    buffer = io.BytesIO()
    Image.effect_noise((edge, edge), 200).save(buffer, "PNG")
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def test_standards_before_and_after_the_seal(specimen: bytes, sealed: bytes, tmp_path: Path) -> None:
    files = {"specimen": specimen, "sealed": sealed, "naughty": render(f"<h1>{NAUGHTY}</h1><p>{NAUGHTY}</p>")}
    with pikepdf.open(io.BytesIO(specimen)) as pdf:
        metadata = pdf.Root.Metadata.read_bytes().replace(b'pdfuaid:part="1"', b"")
        pdf.Root.Metadata = pdf.make_stream(metadata, Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
        del pdf.Root.MarkInfo
        broken = io.BytesIO()
        pdf.save(broken)
    files["broken"] = broken.getvalue()
    paths = {name: tmp_path / f"{name}.pdf" for name in files}
    for name, path in paths.items():
        path.write_bytes(files[name])
    findings = validate(list(paths.values()))
    for name in ("specimen", "sealed", "naughty"):
        assert findings[paths[name]] == {"3a": [], "ua1": []}
    assert any(finding.startswith("5-1 ") for finding in findings[paths["broken"]]["ua1"])
    assert findings[paths["broken"]]["3a"]


def test_same_bytes_again_after_another_document_and_in_threads(specimen: bytes) -> None:
    render("<p>another</p>")
    assert specimen_pdf() == specimen
    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(lambda _: specimen_pdf(), range(2))) == {specimen}


def test_same_bytes_in_another_process(specimen: bytes) -> None:
    program = "import sys; from tests.documents.specimen.agreement import *; sys.stdout.buffer.write(specimen_pdf())"
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "TZ": "Pacific/Chatham"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, env=environment, capture_output=True, check=True
    )
    assert done.stdout == specimen


def test_data_travel_inside_as_source(specimen: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(specimen))
    assert reader.attachments == {"agreement.json": [attachment().data]}
    assert "Ősi Szövetség" in json.loads(reader.attachments["agreement.json"][0])["partners"]
    with pikepdf.open(io.BytesIO(specimen)) as pdf:
        (listed,) = pdf.Root.AF
        assert listed.AFRelationship == "/Source"
        assert listed.EF.F.Subtype == "/application/json"


def test_metadata_come_from_the_arguments(specimen: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(specimen))
    assert reader.metadata is not None
    assert reader.metadata.title == TITLE
    assert reader.metadata.creation_date == reader.metadata.modification_date == CREATED
    assert reader.trailer["/Root"]["/Lang"] == "en"


def test_title_with_control_characters_stays_readable_metadata() -> None:
    pdf = render_pdf("<p>x</p>", title="One\x01 \x1btitle ☃", language="en", created=CREATED)
    metadata = pypdf.PdfReader(io.BytesIO(pdf)).xmp_metadata
    assert metadata is not None
    assert metadata.dc_title == {"x-default": "One title ☃"}


SECRET = "file:///etc/passwd"
OUTSIDE = FONTS.parent / "govuk-frontend.min.css"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", f'<img alt="" src="{SECRET}">'),
        ("", '<img alt="" src="http://127.0.0.1:9/x.png">'),
        ("", '<img alt="" src="https://127.0.0.1:9/x.png">'),
        ("", '<img alt="" src="ftp://127.0.0.1:9/x.png">'),
        ("", '<img alt="" src="//etc/passwd">'),
        ("", '<img alt="" src="file://localhost/etc/passwd">'),
        ("", '<img alt="" src="layout.html">'),
        ("", f'<img alt="" src="{picture(600)}">'),
        ("", '<img alt="" src="data:image/svg+xml;base64,PHN2Zy8+">'),
        ("", '<img alt="" src="data:image/png;base64,@@@">'),
        ("", f'<svg role="img" aria-label="x"><image href="{SECRET}" width="9" height="9"/></svg>'),
        ("", f'<object data="{SECRET}"></object>'),
        ("", f'<embed src="{SECRET}">'),
        ("", f'<a rel="attachment" href="{SECRET}">x</a>'),
        (f'<link rel="attachment" href="{SECRET}">', "<p>x</p>"),
        (f'<link rel="stylesheet" href="{OUTSIDE.as_uri()}">', "<p>x</p>"),
        ('<link rel="stylesheet" href="../../app/web/static/built/govuk-frontend.min.css">', "<p>x</p>"),
        ('<link rel="stylesheet" href="%2e%2e/documents/../../requirements.txt">', "<p>x</p>"),
        (f'<style>@import url("{SECRET}");</style>', "<p>x</p>"),
        ("<style>@import 'http://127.0.0.1:9/x.css';</style>", "<p>x</p>"),
        (f"<style>@font-face {{ font-family: x; src: url({SECRET}) }} p {{ font-family: x }}</style>", "<p>x</p>"),
        (f"<style>p {{ background: url({SECRET}) }}</style>", "<p>x</p>"),
        (f"<style>p::before {{ content: url({SECRET}) }}</style>", "<p>x</p>"),
        ('<base href="http://127.0.0.1:9/"><link rel="stylesheet" href="document.css">', "<p>x</p>"),
    ],
)
def test_nothing_else_is_fetched(head: str, body: str) -> None:
    with pytest.raises(ResourceRefusedError, match="may not load"):
        render(body, head)


def test_refusal_leaves_the_next_document_alone(specimen: bytes) -> None:
    with pytest.raises(ResourceRefusedError):
        render(f'<img alt="" src="{SECRET}">')
    assert specimen_pdf() == specimen


def test_own_stylesheet_and_small_picture_are_served() -> None:
    small = picture(20)
    assert len(small) < INLINE_IMAGE_BYTES
    assert (DOCUMENTS / "document.css").exists()
    pdf = render(f'<img alt="noise" src="{small}">', '<link rel="stylesheet" href="document.css">')
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages[0].images) == 1


def test_link_inside_the_folder_to_a_file_outside_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.infra.pdf.DOCUMENTS", tmp_path)
    (tmp_path / "document.css").write_text("p { color: red }")
    (tmp_path / "stolen.css").symlink_to("/etc/passwd")
    render("<p>x</p>", '<link rel="stylesheet" href="document.css">')
    with pytest.raises(ResourceRefusedError):
        render("<p>x</p>", '<link rel="stylesheet" href="stolen.css">')


def test_drawing_without_words_is_refused() -> None:
    with pytest.raises(UndescribedDrawingError):
        render('<svg width="10" height="10"><rect width="10" height="10"/></svg>')


def test_letters_that_no_font_has_are_replaced_and_the_others_kept() -> None:
    pdf = render(f"<p>{NAUGHTY}</p>")
    text = unicodedata.normalize("NFC", pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text())
    assert "emoji ??" in text
    assert "full" in text
    assert "Zalgo" in text
    assert "é" in text
