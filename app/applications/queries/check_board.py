"""The board of checks of a call: one line per application, filtered and paged; and the proposals that wait."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.queries.checks import counts_of, standing
from app.applications.queries.screened import CheckRow, Findings, ScreenedApplication, findings_of, screened_of_call
from app.applications.rules.check_lifecycle import STEPS, CheckState, CheckStep, ClarificationState
from app.applications.rules.clarifications import standing_of
from app.applications.rules.screening import Next, next_step, state_of_step, who_is_next
from app.applications.schemas import ScreeningCounts
from app.core.money import Money
from app.core.paging import Page, PageRequest

STANDINGS = ("open", "proposed", "admitted", "refused", "withdrawn")
UNDECIDED = ("open", "proposed")
WITH, WITHOUT = "with", "without"


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """Which applications are wanted; empty fields do not narrow. ``step`` is the one that is next."""

    text: str = ""
    standing: str = ""
    step: str = ""
    findings: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One application on the board; ``findings`` counts those about the step that is next, ``due_at`` is when its first open question is due."""

    id: UUID
    reference: str
    acronym: str
    title: str
    coordinator: str
    countries: Sequence[str]
    requested: Money
    received_at: datetime
    standing: str
    states: Mapping[CheckStep, CheckState]
    findings: int
    due_at: datetime | None
    next: Next


@dataclass(frozen=True, slots=True)
class Board:
    """A page of the board with the figures of the whole call; ``questions`` is how many are open."""

    page: Page[BoardRow]
    counts: ScreeningCounts
    questions: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal that waits for a second person."""

    application_id: UUID
    reference: str
    acronym: str
    check: CheckRow
    findings: int


_SORTS: Mapping[str, Callable[[ScreenedApplication], Any]] = {
    "reference": lambda one: one.reference,
    "acronym": lambda one: str(one.about["acronym"] or "").lower(),
    "requested": lambda one: one.requested.cents,
    "received": lambda one: one.received_at,
}


def check_board(  # noqa: PLR0913  # a list page's knobs
    session: Session,
    call_id: UUID,
    wanted: BoardFilter,
    page: PageRequest,
    *,
    now: datetime,
    sort: str = "reference",
    descending: bool = False,
) -> Board:
    """Submitted and withdrawn applications of a call. Eight queries whatever the number of rows.

    Submitted texts are read only for the rows of the page, unless the filter asks for findings.
    """
    everything = screened_of_call(session, call_id)
    rows = [one for one in everything if _matches(one, wanted)]
    findings: Mapping[UUID, Findings] = {}
    if wanted.findings:
        findings = findings_of(session, rows)
        rows = [one for one in rows if bool(_count(one, findings)) == (wanted.findings == WITH)]
    rows.sort(key=_SORTS.get(sort, _SORTS["reference"]), reverse=descending)
    shown = rows[page.offset : page.offset + page.size]
    findings = findings or findings_of(session, shown)
    return Board(
        Page([_row(one, findings, now) for one in shown], len(rows), page.number, page.size),
        counts_of(everything),
        sum(len(_open(one, now)) for one in everything),
    )


def waiting_proposals(session: Session, call_id: UUID) -> Sequence[Proposal]:
    """Proposals of a call that wait for a second person, in order of reference. Eight queries."""
    waiting = [
        (one, row)
        for one in screened_of_call(session, call_id)
        for step in STEPS
        if (row := one.checks.get(step)) is not None
        and row.state is CheckState.PROPOSED
        and standing(one) == "proposed"
    ]
    findings = findings_of(session, [one for one, _ in waiting])
    return [
        Proposal(one.id, one.reference, str(one.about["acronym"] or ""), row, len(findings[one.id][row.step]))
        for one, row in waiting
    ]


def _matches(one: ScreenedApplication, wanted: BoardFilter) -> bool:
    words = (one.reference, one.about["acronym"], one.about["title"], one.coordinator)
    return (
        (not wanted.text or any(wanted.text.lower() in str(each or "").lower() for each in words))
        and (not wanted.standing or standing(one) == wanted.standing)
        and (not wanted.step or (standing(one) in UNDECIDED and next_step(one.states) == wanted.step))
    )


def _count(one: ScreenedApplication, findings: Mapping[UUID, Findings]) -> int:
    """Findings about the step that is next; none where everything is decided."""
    step = next_step(one.states) if standing(one) in UNDECIDED else None
    return len(findings[one.id][step]) if step is not None else 0


def _open(one: ScreenedApplication, now: datetime) -> list[datetime]:
    """When its open questions are due."""
    return [
        asked.due_at
        for asked in one.questions
        if standing_of(asked.state, asked.due_at, now) is ClarificationState.OPEN
    ]


def _row(one: ScreenedApplication, findings: Mapping[UUID, Findings], now: datetime) -> BoardRow:
    return BoardRow(
        id=one.id,
        reference=one.reference,
        acronym=str(one.about["acronym"] or ""),
        title=str(one.about["title"] or ""),
        coordinator=one.coordinator,
        countries=one.countries,
        requested=one.requested,
        received_at=one.received_at,
        standing=standing(one),
        states={step: state_of_step(one.states, step) for step in STEPS},
        findings=_count(one, findings),
        due_at=min(_open(one, now), default=None),
        next=who_is_next(one.state, one.states, [(asked.state, asked.due_at) for asked in one.questions], now),
    )
