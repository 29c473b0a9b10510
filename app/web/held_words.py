"""What is held of a person, as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from app.infra.templates import instant_text, locale_of, translator

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from app.data_protection.schemas import HeldRecords
    from app.delivery.unit_of_work import Work

HELD_SHOWN = 10
"""Rows of one kind on the page; the file has all of them."""
_CODED = frozenset({"role", "scope", "state", "outcome", "letter", "report", "seat", "subject_kind", "kind"})
"""Columns whose values are words of a closed list."""


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column as components/tables.html wants it."""

    key: str
    label: str
    align: str = "left"
    sort_href: str = ""
    sorted: str = "none"


@dataclass(frozen=True, slots=True)
class ShownRecords:
    """One kind: the first rows in words, by column, and how many there are."""

    key: str
    title: str
    columns: Sequence[ShownColumn]
    rows: Sequence[dict[str, str]]
    total: int
    goes: bool
    why: str


def shown_records(work: Work, held: Iterable[HeldRecords]) -> list[ShownRecords]:
    """Records in the reader's language and zone, the first HELD_SHOWN of each kind."""
    say = translator(work.known.language)
    return [
        ShownRecords(
            key=one.key,
            title=say(one.title),
            columns=[ShownColumn(name, say(words)) for name, words in one.columns],
            rows=[{name: _words(work, name, value) for name, value in row.items()} for row in one.plain()[:HELD_SHOWN]],
            total=len(one.rows),
            goes=one.goes,
            why=say(one.why),
        )
        for one in held
    ]


def _words(work: Work, column: str, value: object) -> str:
    say = translator(work.known.language)
    match value:
        case None | "":
            return ""
        case bool():
            return say("yes") if value else say("no")
        case datetime():
            return instant_text(value, locale_of(work.known.language), zone=work.known.zone)
        case list():
            return ", ".join(str(item) for item in value)
        case _:
            text = str(value)
            return say(text.replace("_", " ").replace(".", ": ")) if column in _CODED else text
