"""Commands and readings of calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.calls.rules.call_rules import CallRules
from app.calls.rules.changes import Change
from app.calls.rules.funding_kinds import FundingKind
from app.calls.rules.lifecycle import CallState
from app.calls.rules.phases import Phase
from app.core.money import Money
from app.core.paging import Page
from app.core.violations import Violation

Facets = Mapping[str, Mapping[str, int]]
"""How many calls there are under each value of each facet."""


class NewProgramme(BaseModel):
    """A programme to create."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z0-9-]*$", max_length=30)]
    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class DraftToSave(BaseModel):
    """The document of a draft as an officer sends it; ``revision`` is the one that was edited, 0 for a new draft."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: dict[str, Any]
    revision: Annotated[int, Field(ge=0)]


class WithdrawCall(BaseModel):
    """Why a call is taken back; the reason is public."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    reason: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """What was stored, and everything found about it."""

    call_id: UUID
    version_id: UUID | None
    findings: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls are wanted; empty fields do not narrow."""

    text: str = ""
    programme: str = ""
    phase: Phase | None = None
    funding_kind: FundingKind | None = None


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call as lists show it; label and hash of its published version are empty for a draft."""

    id: UUID
    identifier: str
    titles: Mapping[str, str]
    programme: str
    funding_kind: FundingKind
    opens_at: datetime
    deadline: datetime
    envelope: Money | None
    state: CallState
    phase: Phase
    version: str
    sha256: str

    def title(self, language: str = "en") -> str:
        """The title in a language, or in English."""
        return self.titles.get(language) or self.titles["en"]


@dataclass(frozen=True, slots=True)
class CallList:
    """One page of calls, and how many there are under each value of each facet."""

    page: Page[CallRow]
    facets: Facets


def count_facets(chosen: Mapping[str, str | None], counts: Iterable[tuple[Sequence[str], int]]) -> tuple[Facets, int]:
    """Counts of each facet without its own choice, so that another value can be chosen, and the total with every choice.

    ``counts`` has one row for each combination of values, in the order of ``chosen``; nothing chosen does not narrow.
    """
    found: dict[str, dict[str, int]] = {name: {} for name in chosen}
    total = 0
    for values, count in counts:
        row = dict(zip(chosen, values, strict=True))
        left_out_by = [name for name, value in row.items() if chosen[name] and chosen[name] != value]
        if not left_out_by:
            total += count
        for name, value in row.items():
            if left_out_by in ([], [name]):
                found[name][value] = found[name].get(value, 0) + count
    return {name: dict(sorted(values.items())) for name, values in found.items()}, total


@dataclass(frozen=True, slots=True)
class CountedCalls:
    """How many published calls with a text there were at an instant, by programme, phase and kind together."""

    text: str
    now: datetime
    rows: Sequence[tuple[Sequence[str], int]]

    def under(self, wanted: CallFilter) -> tuple[Facets, int]:
        """Facets and total of a list with this filter."""
        chosen = {"programme": wanted.programme, "phase": wanted.phase, "funding_kind": wanted.funding_kind}
        return count_facets(chosen, self.rows)


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version as the history shows it; ``published_at`` None for a draft."""

    id: UUID
    number: int
    label: str
    sha256: str
    revision: int
    saved_at: datetime
    published_at: datetime | None
    published_by: UUID | None
    publisher: str | None
    """The name of who published it; None where nobody did, or the platform."""


@dataclass(frozen=True, slots=True)
class CorrigendumRow:
    """A published version and what it changed in the one before."""

    version: VersionRow
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class CallPage:
    """Everything the page of a call shows; ``published`` are its versions and ``corrigenda`` their changes, newest first."""

    row: CallRow
    programme_id: UUID
    withdrawal_reason: str
    rules: CallRules
    version: VersionRow
    published: Sequence[VersionRow]
    corrigenda: Sequence[CorrigendumRow]
