"""Descriptions of the action, and proofs of payment, as small PDF files, written directly: a program for documents would take a second for each."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.demo.content import Project

_CHAPTERS = ("Relevance", "Work plan", "Partners", "ClusterXchange", "Impact", "Management", "Risks", "Budget")
_AGREED = "The partners have agreed who does what, by when, and how each step is checked by somebody who did not do it."
_ASKED = (
    "Firms are asked first what they need; what they say decides which visits are offered and which skills are "
    "trained. Every half year the steering group looks at the figures and shifts effort to what works."
)
_WIDTH, _LINE, _TOP, _LEFT = 88, 16, 780, 62
"""Characters of a line; points from line to line, from the bottom to the first line, and of the margin."""


@lru_cache(maxsize=64)
def part_b(project: Project, pages: int) -> bytes:
    """The description of a project, one chapter a page."""
    return _written([list(_page(project, number)) for number in range(pages)], project.acronym)


@lru_cache(maxsize=64)
def letter(title: str, lines: tuple[str, ...]) -> bytes:
    """One page with a heading and some lines."""
    return _written([[(16, title), (11, ""), *((11, line) for line in lines)]], title)


def _page(project: Project, number: int) -> Iterator[tuple[int, str]]:
    """Size in points and text of each line."""
    if number == 0:
        yield 22, project.acronym
        yield 13, project.title
        yield 13, ""
    yield 16, f"{number + 1}. {_CHAPTERS[number % len(_CHAPTERS)]}"
    for words in (
        f"This chapter explains how {project.acronym} deals with {project.theme}. {_AGREED}",
        _ASKED,
    ):
        yield 11, ""
        for line in textwrap.wrap(words, _WIDTH):
            yield 11, line


def _written(pages: Sequence[Sequence[tuple[int, str]]], title: str) -> bytes:
    """A file of the PDF version 1.4 with one of the typefaces that every reader has."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Lang(en)>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for number, lines in enumerate(pages):
        drawn = _drawn(lines)
        objects += [
            (
                f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>/Contents {5 + 2 * number} 0 R>>"
            ).encode(),
            b"<</Length %d>>\nstream\n%s\nendstream" % (len(drawn), drawn),
        ]
    objects.append(b"<</Title(%s)>>" % _escaped(f"{title} Part B"))
    file, places = BytesIO(), []
    file.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    for number, content in enumerate(objects, start=1):
        places.append(file.tell())
        file.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    table = file.tell()
    file.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    file.writelines(b"%010d 00000 n \n" % place for place in places)
    root = b"<</Size %d/Root 1 0 R/Info %d 0 R>>" % (len(objects) + 1, len(objects))
    file.write(b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (root, table))
    return file.getvalue()


def _drawn(lines: Sequence[tuple[int, str]]) -> bytes:
    parts, height = [], _TOP
    for size, text in lines:
        parts.append(b"BT /F %d Tf %d %d Td (%s) Tj ET" % (size, _LEFT, height, _escaped(text)))
        height -= max(_LINE, size + 8)
    return b"\n".join(parts)


def _escaped(text: str) -> bytes:
    plain = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return plain.encode("cp1252", "replace")
