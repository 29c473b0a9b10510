"""``make messages``: bring the catalogues up to date and say what is not translated yet.

``--add FILE`` takes translations along: lines of JSON, ``{"msgid": "...", "fr": "...", "de": "..."}``. ``--check`` writes nothing.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from app.infra.catalogue import TRANSLATED
from app.infra.extraction.files import all_texts, missing, write


def main(arguments: list[str]) -> int:
    """Write both catalogues, print each missing text as a line of JSON with its place; 1 where one is missing."""
    texts, added = all_texts(), _added(arguments[1:] if arguments[:1] == ["--add"] else [])
    for language in [] if arguments == ["--check"] else write(texts, added=added):
        _say(f"{language}: catalogue written")
    lacking = {language: missing(texts, language) for language in TRANSLATED}
    for language, found in lacking.items():
        for text in found:
            _say(json.dumps({"msgid": text.words, language: "", "place": text.places[0]}, ensure_ascii=False))
    counts = ", ".join(f"{language} {len(found)}" for language, found in lacking.items())
    _say(f"{len(texts)} texts; texts of the applicant side without a translation: {counts}")
    return 1 if any(lacking.values()) else 0


def _added(files: list[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {language: {} for language in TRANSLATED}
    for file in files:
        for line in Path(file).read_text(encoding="utf-8").splitlines():
            entry = json.loads(line) if line.strip() else {}
            for language in TRANSLATED:
                if entry.get(language):
                    found[language][entry["msgid"]] = entry[language]
    return found


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
