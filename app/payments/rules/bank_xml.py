"""XML of a bank, read without entities and within limits, and what stands in its elements whatever their namespace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.core.violations import Violation

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_BYTES = 5_000_000
"""Bytes of a file that are read at most."""
MOST_TEXT = 500
"""Signs of a text that are kept."""
PLACE = "statement"


class UnreadableError(ValueError):
    """A file of the bank cannot be read; carries the finding."""

    def __init__(self, finding: Violation) -> None:
        super().__init__(finding.text)
        self.finding = finding


def looks_like_xml(data: bytes) -> bool:
    """Whether the first sign is that of XML."""
    return data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def parse(data: bytes) -> Element:
    """The root; raise UnreadableError for what is no XML, is cut off, or declares anything of its own (entities)."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        words = "This is no XML that can be read safely. Send the camt.053 or pain.002 file as the bank made it."
        raise UnreadableError(Violation("payments.statement_unreadable", words, PLACE)) from None
    return root


def local(element: Element) -> str:
    """The name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def namespace(element: Element) -> str:
    """The namespace; empty where there is none."""
    return str(element.tag).rpartition("}")[0].removeprefix("{")


def every(element: Element, name: str) -> Iterator[Element]:
    """Elements of that name at any depth."""
    return (one for one in element.iter() if local(one) == name)


def children(element: Element, name: str) -> list[Element]:
    """Elements of that name right below."""
    return [one for one in element if local(one) == name]


def at(element: Element, *path: str) -> Element | None:
    """The first element along the path, or None."""
    found: Element | None = element
    for name in path:
        found = next(iter(children(found, name)), None) if found is not None else None
    return found


def text(element: Element, *path: str) -> str:
    """What stands in the first element along the path, without spaces around; empty where nothing does."""
    found = at(element, *path)
    return (found.text or "").strip() if found is not None else ""


def short(words: str) -> str:
    """A text in one line of printable signs, at most MOST_TEXT of them."""
    printable = "".join(sign if sign.isprintable() else " " for sign in words)
    return " ".join(printable.split())[:MOST_TEXT]


def named(words: str) -> str:
    """What the bank gives back of the payment's reference; banks write NOTPROVIDED where there was none."""
    name = short(words).upper()
    return "" if name == "NOTPROVIDED" else name[:35]
