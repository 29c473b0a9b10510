"""What a document's HTML gets before layout: anchors, the list of contents, alternative texts of drawings.

Works on the parsed tree (xml.etree) and knows nothing of the engine that lays it out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from xml.etree.ElementTree import Element, SubElement

SVG = "{http://www.w3.org/2000/svg}"
DRAWING_FONT = "Inter latin, Inter latin-ext, Inter greek, Inter cyrillic"
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
END_OF_OUR_LETTERS = 0x180
LEVELS = {"h1": 1, "h2": 2, "h3": 3}


class UndescribedDrawingError(ValueError):
    """A drawing says nothing to a reader who cannot see it."""

    def __init__(self) -> None:
        super().__init__("A drawing in a document needs an aria-label, or aria-hidden where it only decorates")


def complete(root: Element, *, language: str) -> None:
    """Complete a document in place.

    Sets the language where the template left it out, gives each heading of `<main>` an anchor, fills an empty
    `<nav class="contents">` with links to them down to its `data-depth`, and turns the `aria-label` of a drawing into the
    `<title>` that becomes its alternative text in the PDF. Raises UndescribedDrawingError.
    """
    root.attrib.setdefault("lang", language)
    headings = _anchored_headings(root)
    for contents in _with_class(root, "nav", "contents"):
        _fill_contents(contents, headings)
    for drawing in root.iter(f"{SVG}svg"):
        _describe(drawing)


def _with_class(root: Element, tag: str, name: str) -> list[Element]:
    return [element for element in root.iter(tag) if name in element.get("class", "").split()]


def _anchored_headings(root: Element) -> list[Element]:
    headings = [element for main in root.iter("main") for element in main.iter() if element.tag in LEVELS]
    for position, heading in enumerate(headings, start=1):
        heading.attrib.setdefault("id", f"section-{position}")
    return headings


def _fill_contents(contents: Element, headings: list[Element]) -> None:
    depth = int(contents.get("data-depth", "2"))
    entries = SubElement(contents, "ol")
    for heading in headings:
        level = LEVELS[heading.tag]
        classes = heading.get("class", "").split()
        if level > depth or "unlisted" in classes:
            continue
        kind = "annex" if "annex" in classes else f"level-{level}"
        entry = SubElement(entries, "li", {"class": kind})
        link = SubElement(entry, "a", {"href": f"#{heading.attrib['id']}"})
        if label := heading.get("data-label"):
            link.set("data-label", label)
        link.text = " ".join("".join(heading.itertext()).split())


def _describe(drawing: Element) -> None:
    drawing.attrib.setdefault("font-family", DRAWING_FONT)
    title = drawing.find(f"{SVG}title")
    label = drawing.get("aria-label")
    if drawing.get("aria-hidden") == "true" or (title is not None and not label):
        return
    if not label:
        raise UndescribedDrawingError
    if title is None:
        title = Element(f"{SVG}title")
        drawing.insert(0, title)
    title.text = label


def printable(text: str) -> str:
    """The text without what XML, and so the file's metadata, cannot hold."""
    return NOT_XML.sub("", text)


def replace_letters(root: Element, codes: Collection[int]) -> None:
    """Replace, in text and attributes, the characters that no font has.

    By a plain form where Unicode knows one, by nothing where they are invisible or only mark another letter, else by "?".
    """
    replacements = {code: _substitute(chr(code)) for code in codes}
    for element in root.iter():
        element.text = element.text and element.text.translate(replacements)
        element.tail = element.tail and element.tail.translate(replacements)
        for name, value in element.attrib.items():
            element.set(name, value.translate(replacements))


def _substitute(letter: str) -> str:
    plain = unicodedata.normalize("NFKC", letter)
    if plain.isprintable() and all(ord(part) < END_OF_OUR_LETTERS for part in plain):
        return plain
    return "" if unicodedata.category(letter)[0] in "CMZ" else "?"
