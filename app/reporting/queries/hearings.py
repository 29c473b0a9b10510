"""The hearing before what was paid too much is asked back: how it stands, what was said, the document beside an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.errors import NotFoundError
from app.documents.queries import file
from app.documents.schemas import FileRow
from app.grants.queries.facts import day_of
from app.reporting.models import RecoveryHearing, ReportingPeriod
from app.reporting.rules.hearing import Hearing, HearingState
from app.reporting.rules.settled import HearingRow

HEARING_COLUMNS: tuple[Any, ...] = (
    RecoveryHearing.state.label("hearing_state"),
    RecoveryHearing.days.label("hearing_days"),
    RecoveryHearing.answer_by,
    RecoveryHearing.answered_at,
    RecoveryHearing.decided_at.label("hearing_decided_at"),
)
"""What ``hearing_from`` reads, by these names where other columns stand beside it."""


def hearing_from(found: Sequence[Any]) -> Hearing | None:
    """What ``HEARING_COLUMNS`` say; None where nobody is heard."""
    state, days, answer_by, answered_at, decided_at = found
    if state is None:
        return None
    answered_on, decided_on = (day_of(one) if one is not None else None for one in (answered_at, decided_at))
    return Hearing(HearingState(state), days, answer_by, answered_on, decided_on)


def hearing_in(
    row: Any,  # noqa: ANN401  # a row of a statement with HEARING_COLUMNS
) -> Hearing | None:
    """The same out of a row that holds other columns too."""
    return hearing_from((row.hearing_state, row.hearing_days, row.answer_by, row.answered_at, row.hearing_decided_at))


def hearing_row(stored: RecoveryHearing | None) -> HearingRow | None:
    """As pages, documents and rules read it; None where nobody is heard."""
    if stored is None:
        return None
    columns = stored.state, stored.days, stored.answer_by, stored.answered_at, stored.decided_at
    stands = hearing_from(columns)
    if stands is None:
        return None
    return HearingRow(
        stands=stands,
        announced_at=stored.announced_at,
        answer=stored.answer,
        file_id=stored.file_id,
        answered_at=stored.answered_at,
        answered_by=stored.answered_by,
        reason=stored.reason,
        decided_at=stored.decided_at,
        decided_by=stored.decided_by,
    )


def hearing_for_change(session: Session, period_id: UUID) -> RecoveryHearing | None:
    """The hearing on the recovery after a report, locked (its calculation is locked already); None where there is none."""
    return session.get(RecoveryHearing, period_id, with_for_update=True, populate_existing=True)


def enclosure_of(session: Session, grant_id: UUID, number: int) -> FileRow:
    """The document that the coordinator gave with its answer; raise NotFound where there is none."""
    statement = (
        sa.select(RecoveryHearing.file_id)
        .join(ReportingPeriod, ReportingPeriod.id == RecoveryHearing.period_id)
        .where(ReportingPeriod.grant_id == grant_id, ReportingPeriod.number == number)
    )
    found = session.execute(statement).scalar()
    stored = file(session, found) if found is not None else None
    if stored is None:
        raise NotFoundError("document")
    return stored
