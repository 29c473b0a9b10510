"""Catalogue: the words of one language, read straight from its file of translations.

The ``.po`` files are what translators write and what is in the repository. Reading one takes some ten milliseconds, once
for each language and process, so there is no compiled copy that could be missing or stale. English is its own catalogue.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

TRANSLATED = ("fr", "de")
"""The languages besides English, each with a folder in app/locales."""
LOCALES = Path(__file__).resolve().parents[1] / "locales"


def file_of(language: str) -> Path:
    """Where the translations of a language stand."""
    return LOCALES / language / "LC_MESSAGES" / "messages.po"


def translations(language: str) -> dict[str, str]:
    """The translations of a language; nothing for English and for a language without a file."""
    path = file_of(language)
    return read(path) if path.is_file() else {}


def read(path: Path) -> dict[str, str]:
    """Text to translation; the translation is empty where nobody wrote one. Doubtful ("fuzzy") ones do not count."""
    return dict(_entries(path.read_text(encoding="utf-8")))


def _entries(content: str) -> Iterator[tuple[str, str]]:
    """Entries are parted by empty lines; each text is one or more quoted lines, written as JSON writes them."""
    for entry in content.split("\n\n"):
        parts: dict[str, str] = {"msgid": "", "msgstr": ""}
        part = ""
        for line in entry.splitlines():
            if line.startswith("#, ") and "fuzzy" in line:
                parts = {}
                break
            name, _, quoted = line.partition(" ")
            if name in parts:
                part = name
            elif line.startswith('"') and part:
                quoted = line
            else:
                continue
            parts[part] += json.loads(quoted)
        if parts.get("msgid"):
            yield parts["msgid"], parts["msgstr"]
