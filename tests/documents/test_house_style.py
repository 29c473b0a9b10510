"""The house style, proven on the specimen: figures, contents, page breaks, glyphs, alternative texts."""

import io
import logging
import re
from functools import cache

import pikepdf
import pypdf
import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

from app.infra.pdf import FONTS, render_pdf
from tests.documents.specimen.agreement import (
    CREATED,
    DOCUMENT,
    LETTERS,
    PARTNERS,
    TITLE,
    budget_lines,
    money,
    specimen_html,
    specimen_pdf,
    total_of_lines,
)

HEADINGS = (
    "Purpose and parties",
    "Parties",
    "Terms used",
    "Grant and payments",
    "Schedule",
    "Evidence",
    "Recovery",
    "Duties of the beneficiaries",
    "Open use of the bench",
    "Publicity",
    "Records",
    "Changes",
    "Signature record",
    "Estimated budget by line",
    "Work plan",
)


@pytest.fixture(scope="module")
def texts(specimen: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(specimen)).pages]


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_every_figure_of_the_tables_can_be_read(texts: list[str]) -> None:
    whole = squeezed(" ".join(texts))
    for line, work, place, months, cost in budget_lines():
        assert f"{line} {work} {place} {months} {cost}" in whole
    assert total_of_lines() in whole
    for name, _, _, cents in PARTNERS:
        assert name in whole
        assert money(cents) in whole
    assert LETTERS in whole


def test_cover_says_what_it_is(texts: list[str]) -> None:
    cover = squeezed(texts[0])
    for words in (TITLE, "Grant agreement", DOCUMENT.reference, DOCUMENT.date_text, DOCUMENT.verification_code):
        assert words in cover
    assert "Page 1 of" not in cover


def test_running_head_and_foot(texts: list[str]) -> None:
    for number, text in enumerate(texts[1:], start=2):
        page = squeezed(text)
        assert f"Page {number} of {len(texts)}" in page
        assert f"{DOCUMENT.reference} · version 2" in page
        assert f"{DOCUMENT.verification_code} · {DOCUMENT.verification_url}" in page


def test_contents_give_the_pages_where_the_headings_stand(texts: list[str]) -> None:
    contents = squeezed(texts[1].replace(".", " "))
    stated = {heading: re.search(rf"{heading} (\d+)\b", contents) for heading in HEADINGS}
    for heading, found in stated.items():
        assert found is not None, heading
        assert re.search(rf"^.*\b{heading}$", texts[int(found[1]) - 1], re.MULTILINE), heading


def test_bookmarks_follow_the_headings(specimen: bytes) -> None:
    outline = pypdf.PdfReader(io.BytesIO(specimen)).outline
    top = [entry.title for entry in outline if not isinstance(entry, list)]
    assert top[0] == TITLE
    assert [title for title in top if "Annex" in title or "Signature" in title]


def test_table_head_repeats_and_total_is_not_alone(texts: list[str]) -> None:
    with_lines = [text for text in texts if re.search(r"^L\d\d ", text, re.MULTILINE)]
    assert len(with_lines) >= 3
    assert all("Estimated cost" in text for text in with_lines)
    assert re.search(r"^L\d\d ", with_lines[-1], re.MULTILINE)
    assert total_of_lines() in with_lines[-1]


def test_no_heading_stands_alone_at_the_foot(texts: list[str]) -> None:
    for text in texts[2:]:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        body = [line for line in lines if not re.match(r"Page \d+ of|Verification code", line)]
        assert not any(body[-1].endswith(heading) for heading in HEADINGS), body[-1]


def test_landscape_annex(specimen: bytes) -> None:
    boxes = [page.mediabox for page in pypdf.PdfReader(io.BytesIO(specimen)).pages]
    assert [box.width > box.height for box in boxes] == [False] * (len(boxes) - 1) + [True]


def test_footnote_stands_on_the_page_of_its_call(texts: list[str]) -> None:
    (page,) = [text for text in texts if "An associated partner takes part" in text]
    assert "the signature" in page
    (page,) = [text for text in texts if "The certificate follows the model" in text]
    assert "independent auditor" in page


def alternative_texts(specimen: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(specimen)) as pdf:
        elements = [element for element in pdf.objects if isinstance(element, pikepdf.Dictionary)]
        return [str(element.Alt) for element in elements if element.get("/S") == "/Figure"]


def test_charts_carry_words_and_decoration_none(specimen: bytes) -> None:
    words = alternative_texts(specimen)
    assert any(text.startswith("Planned payments: 2026") for text in words)
    assert any(text.startswith("Maximum grant by member") for text in words)
    assert len(words) == 2


def test_engine_has_nothing_to_complain_about(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("weasyprint").propagate = True
    with caplog.at_level(logging.WARNING, "weasyprint"):
        specimen_pdf(subtitle="fresh")
    assert caplog.messages == []


def test_unsealed_first_version_says_nothing_of_either() -> None:
    html = specimen_html(verification_code="", version="")
    assert "Verification code" not in html
    assert 'data-verification=""' in html
    assert 'data-version=""' in html
    assert 'scope="row">Version<' not in html


# The glyphs. Text extraction can be right while the picture is wrong, so outlines are compared.

Outline = list[tuple[str, tuple[object, ...]]]


def outline(font: TTFont, glyph: str) -> Outline:
    pen = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[glyph].draw(pen)
    drawn: Outline = pen.value
    return drawn


def embedded(pdf_bytes: bytes) -> list[tuple[str, TTFont, dict[int, str]]]:
    """Name, program and the stated meaning of each glyph number of every font in the file."""
    found: list[tuple[str, TTFont, dict[int, str]]] = []
    with pikepdf.open(io.BytesIO(pdf_bytes)) as pdf:
        for font in pdf.objects:
            if not (isinstance(font, pikepdf.Dictionary) and font.get("/Subtype") == "/Type0"):
                continue
            program = font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()
            pairs = re.findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>", font.ToUnicode.read_bytes())
            meaning = {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}
            found.append((str(font.BaseFont), TTFont(io.BytesIO(program)), meaning))
    return found


@cache
def fonts() -> list[TTFont]:
    return [TTFont(path) for path in FONTS.glob("*.woff2")]


@cache
def originals(letter: str) -> list[Outline]:
    """How our font files draw a letter, in every family, weight and style."""
    named = [(font, font.getBestCmap().get(ord(letter))) for font in fonts()]
    return [outline(font, name) for font, name in named if name]


@pytest.mark.parametrize("family", ["sans", "serif"])
def test_right_glyphs_are_drawn(family: str) -> None:
    letters = "Łódź€ĞΕλάδαŐő"
    html = f'<html lang="pl"><body><main><p style="font: 400 12pt var(--{family})">{letters}</p></main></body></html>'
    pdf = render_pdf(html, title="T", language="pl", created=CREATED)
    seen: set[str] = set()
    for name, font, meaning in embedded(pdf):
        for code, letter in meaning.items():
            if letter in letters:
                assert ("Inter" if family == "sans" else "Source-Serif") in name
                assert outline(font, font.getGlyphName(code)) in originals(letter), f"{letter} in {name}"
                seen.add(letter)
    assert seen == set(letters)
