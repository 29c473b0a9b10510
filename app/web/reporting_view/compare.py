"""Two people saved the same part of a report: which fields differ, what each wrote, and what was chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.core.canonical import digest
from app.web.application_view.conflicts import CHOICE, MINE, THEIRS, WAS, Conflict, pieces_of

Typed = Mapping[str, Sequence[str]]
LINE_PARTS = ("category", "words", "first_day", "last_day", "units", "amount")
"""Fields of a line of a statement, in the order in which they are read."""
_SHORT = 16


def marks(fields: Mapping[str, str]) -> dict[str, str]:
    """A short hash of each stored field: hidden in the form, it tells later who changed what."""
    return {f"{WAS}{name}": _mark(text) for name, text in fields.items()}


def fields_of(typed: Typed) -> dict[str, str]:
    """What was typed, field by field; a line of costs is one field, ``costs.<line>``."""
    found = {
        name: _plain(texts) for name, texts in typed.items() if not name.startswith(("_", "costs.")) and name != "go"
    }
    lines = {name.rsplit(".", 1)[0] for name in typed if name.startswith("costs.")}
    for line in sorted(lines, key=_position):
        parts = [_plain(typed.get(f"{line}.{part}", ())) for part in LINE_PARTS]
        if any(parts[1:]):
            found[line] = " · ".join(part for part in parts if part)
    return found


def differing(typed: Typed, stored: Typed, titles: Mapping[str, str], line: str) -> list[Conflict]:
    """The fields that differ, with the choice to begin with; ``line`` has a place for the number of a line of costs.

    Who did not change a field since the page was opened leaves it to the other; where both did, the own text stays.
    """
    mine, theirs = fields_of(typed), fields_of(stored)
    found = []
    for name in dict.fromkeys((*titles, *sorted((*mine, *theirs), key=_position))):
        own, other = mine.get(name, ""), theirs.get(name, "")
        if own == other:
            continue
        untouched = _plain(typed.get(f"{WAS}{name}", (_mark(""),))) == _mark(own)
        left, right = pieces_of(own, other)
        title = titles.get(name) or line.format(number=_position(name))
        found.append(Conflict(name, title, left, right, THEIRS if untouched else MINE))
    return found


def chosen(typed: Typed, stored: Typed) -> dict[str, Sequence[str]]:
    """What was typed, with the stored text of each field for which that was chosen."""
    taken = [
        name.removeprefix(CHOICE) for name, texts in typed.items() if name.startswith(CHOICE) and texts[-1] == THEIRS
    ]
    found: dict[str, Sequence[str]] = dict(typed)
    for name in taken:
        parts = [f"{name}.{part}" for part in LINE_PARTS] if name.startswith("costs.") else [name]
        found |= {part: stored.get(part, [""]) for part in parts}
    return found


def _plain(texts: Sequence[str]) -> str:
    return "\n".join((texts[-1] if texts else "").split("\r\n")).strip()


def _mark(text: str) -> str:
    return digest(text)[:_SHORT]


def _position(name: str) -> int:
    number = name.removeprefix("costs.")
    return int(number) if number.isascii() and number.isdigit() else 0
