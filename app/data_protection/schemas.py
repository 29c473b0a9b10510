"""Commands of data protection and the rows that its queries return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import StringConstraints

from app.core.commands import Command, Text
from app.data_protection.rules.erasure import Duties, SignedAct
from app.data_protection.rules.lifecycle import ANSWERED_WITHIN, ErasureState
from app.data_protection.rules.retention import Retention


class AskErasure(Command):
    """Ask to be erased; why is up to the person."""

    words: Text = ""


class RefuseErasure(Command):
    """Refuse, with the reason that the person is told."""

    reason: Annotated[str, StringConstraints(min_length=10, max_length=4000)]


@dataclass(frozen=True, slots=True)
class HeldRecords:
    """Everything of one kind that is held of a person, as rows of plain values in the order of ``columns``."""

    key: str
    title: str
    columns: tuple[tuple[str, str], ...]
    """Name in the file and words on the page."""
    rows: Sequence[tuple[Any, ...]]
    goes: bool
    """Whether an erasure takes it."""
    why: str
    """What exactly goes, or why it stays."""

    def plain(self) -> list[dict[str, object]]:
        """The rows as the file carries them."""
        names = [name for name, _ in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class ErasureRow:
    """A request as lists and its own page show it."""

    id: UUID
    person_id: UUID
    name: str
    email: str
    words: str
    state: ErasureState
    asked_at: datetime
    decided_at: datetime | None
    decided_by: str
    reason: str

    @property
    def answer_by(self) -> datetime:
        """By when the person must have an answer."""
        return self.asked_at + ANSWERED_WITHIN


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """What an erasure would do: what stands in its way, what goes, what stays, and which acts keep the name."""

    duties: Duties
    held: tuple[HeldRecords, ...]
    binding: tuple[SignedAct, ...]


@dataclass(frozen=True, slots=True)
class DueRecord:
    """A record whose time is over."""

    id: str
    words: str
    """What it is, without personal values."""
    counted_from: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class RetentionRow:
    """A line of the table with how many records are due now."""

    line: Retention
    due: int


@dataclass(frozen=True, slots=True)
class Applied:
    """What a run of retention let go; ``contents`` are SHA-256 of bytes to be removed once it is committed."""

    records: int
    contents: frozenset[str] = frozenset()
