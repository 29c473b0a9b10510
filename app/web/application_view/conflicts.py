"""Two people saved the same section: which fields differ, and what each of them wrote."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from app.applications.rules.answer_values import UnreadableError, read_answer
from app.core.canonical import canonical_json, digest
from app.web.application_view.typed_answers import answers_from, asks_in_form

if TYPE_CHECKING:
    from app.calls.rules.form_kinds import FormField, Section
    from app.web.application_view.typed_answers import Typed

MINE, THEIRS = "mine", "theirs"
CHOICE, WAS = "_choose.", "_was."
_SHORT = 16
Piece = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that differs: both texts in pieces (words, same | added), and the choice to begin with."""

    id: str
    title: str
    mine: Sequence[Piece]
    theirs: Sequence[Piece]
    chosen: str


def marks(section: Section, stored: Mapping[str, Any]) -> dict[str, str]:
    """A short hash of each stored answer: hidden in the form, it tells later who changed what."""
    return {f"{WAS}{field.id}": _mark(field, stored.get(field.id)) for field in section.fields if asks_in_form(field)}


def conflicts(
    section: Section, typed: Typed, stored: Mapping[str, Any], sent: Mapping[str, str], *, language: str
) -> list[Conflict]:
    """The fields in which the typed answers differ from the stored ones.

    Whoever did not change a field since the page was opened leaves it to the other: that is the
    choice to begin with; where both changed it, one's own text is.
    """
    mine = answers_from(section, typed)
    found = []
    for field in section.fields:
        own, other = _mark(field, mine.get(field.id)), _mark(field, stored.get(field.id))
        if asks_in_form(field) and own != other:
            left, right = pieces_of(_words(field, mine.get(field.id)), _words(field, stored.get(field.id)))
            untouched = sent.get(f"{WAS}{field.id}") == own
            title = field.title.in_language(language)
            found.append(Conflict(field.id, title, left, right, THEIRS if untouched else MINE))
    return found


def merged(section: Section, typed: Typed, stored: Mapping[str, Any], chosen: Mapping[str, str]) -> dict[str, Any]:
    """The typed answers, with the stored one of each field for which the colleague's was chosen."""
    answers = answers_from(section, typed)
    for field in section.fields:
        if chosen.get(f"{CHOICE}{field.id}") == THEIRS:
            answers.pop(field.id, None)
            if field.id in stored:
                answers[field.id] = stored[field.id]
    return answers


def _mark(field: FormField, answer: object) -> str:
    """The same for the same meaning, however it was typed."""
    try:
        return digest(read_answer(field, answer))[:_SHORT]
    except UnreadableError:
        return digest(answer)[:_SHORT]


def _words(field: FormField, answer: object) -> str:
    """The answer as text, one thing per line, so that differences can be marked."""
    try:
        value = json.loads(canonical_json(read_answer(field, answer)))
    except UnreadableError:
        value = answer
    return "\n".join(_lines(value))


def _lines(value: object) -> list[str]:
    match value:
        case None | False:
            return []
        case True:
            return ["confirmed"]
        case {"amount": amount, "currency": currency}:
            return [f"{currency} {amount}"]
        case dict():
            return [f"{name.replace('_', ' ')}: {' '.join(_lines(item))}" for name, item in value.items()]
        case list():
            return [" · ".join(_lines(item)) for item in value]
        case _:
            return [str(value)]


def pieces_of(mine: str, theirs: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts cut into stretches that are the same and stretches that only one of them has."""
    left, right = mine.split(" "), theirs.split(" ")
    own: list[Piece] = []
    other: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind == "equal":
            own.append((" ".join(left[a:b]) + " ", "same"))
            other.append((" ".join(right[c:d]) + " ", "same"))
            continue
        if b > a:
            own.append((" ".join(left[a:b]) + " ", "added"))
        if d > c:
            other.append((" ".join(right[c:d]) + " ", "added"))
    return own, other
