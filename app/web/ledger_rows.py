"""Rows of the journal as its pages and files show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.infra.templates import translator
from app.ledger.schemas import EntryRow
from app.web.words import ACCOUNTS, ENTRIES


@dataclass(frozen=True, slots=True)
class JournalRow:
    """An entry in words: what it did, from which account to which, and who did it."""

    entry: EntryRow
    what: str
    source: str
    target: str
    who: str


def journal_rows(rows: Sequence[EntryRow], names: Mapping[UUID, str], language: str) -> list[JournalRow]:
    """All rows in the reader's language; what no person did was done by the platform."""
    say = translator(language)
    found = []
    for row in rows:
        source, target = (say(ACCOUNTS[line.account]) for line in row.postings)
        who = "Grappe" if row.actor_id is None else names.get(row.actor_id) or say("a person whose data was erased")
        found.append(JournalRow(row, say(ENTRIES[row.kind]), source, target, who))
    return found
