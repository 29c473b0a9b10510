"""The texts of the whole program, and the file of translations of each language."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.infra.catalogue import TRANSLATED, file_of, read
from app.infra.extraction import from_lists, from_python, from_templates
from app.infra.extraction.places import has_labels, has_tables, is_applicant_side, modules, place, templates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

_PLURALS = {"fr": "nplurals=2; plural=(n > 1);", "de": "nplurals=2; plural=(n != 1);"}
_HEAD = """msgid ""
msgstr ""
"Project-Id-Version: Grappe\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"
"""


@dataclass(frozen=True, slots=True)
class Text:
    """A text and the files in which it stands."""

    words: str
    places: Sequence[str]

    @property
    def is_applicant_side(self) -> bool:
        """Whether applicants meet it before there is a grant: then every language must have it."""
        return any(is_applicant_side(where) for where in self.places)


def all_texts() -> list[Text]:
    """Every text that gettext may be asked for, sorted. Reads each template and module, which takes seconds."""
    found: dict[str, set[str]] = {}
    for path, words in _found():
        found.setdefault(words, set()).add(place(path))
    return [Text(words, sorted(places)) for words, places in sorted(found.items())]


def _found() -> Iterator[tuple[Path, str]]:
    for path in templates():
        yield from ((path, words) for words in from_templates.texts_of(path))
    for path in modules():
        yield from (
            (path, words)
            for words in from_python.texts_of(path, tables=has_tables(place(path)), lone=has_labels(place(path)))
        )
        yield from ((path, words) for words in from_lists.texts_of(path))


def missing(texts: Sequence[Text], language: str) -> list[Text]:
    """Texts of the applicant side that nobody translated into the language."""
    known = known_translations(language)
    return [text for text in texts if text.is_applicant_side and not known.get(text.words)]


def known_translations(language: str) -> Mapping[str, str]:
    """What the file of the language holds; nothing where there is no file yet."""
    path = file_of(language)
    return read(path) if path.is_file() else {}


def write(texts: Sequence[Text], *, added: Mapping[str, Mapping[str, str]] | None = None) -> list[str]:
    """Write the file of each language with its translations and those in ``added``; return the languages that changed."""
    changed = []
    for language in TRANSLATED:
        known = {**known_translations(language), **(added or {}).get(language, {})}
        path, content = file_of(language), content_of(texts, language, known)
        if not path.is_file() or path.read_text(encoding="utf-8") != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
            changed.append(language)
    return changed


def content_of(texts: Sequence[Text], language: str, known: Mapping[str, str]) -> str:
    """The file as it should be: no line numbers, so that it changes only where a text does."""
    entries = [_HEAD.format(language=language, plurals=_PLURALS[language])]
    for text in texts:
        lines = [f"#: {where}" for where in text.places]
        lines += [f"msgid {_quoted(text.words)}", f"msgstr {_quoted(known.get(text.words, ''))}", ""]
        entries.append("\n".join(lines))
    return "\n".join(entries)


def _quoted(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)
