"""A report that is given back: until when it is corrected, which statements are open again, what was changed since."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from app.core.violations import Violation
from app.reporting.rules.lifecycle import ReportState

CORRECTION_DAYS = 30
"""Days of a correction where the office states no day. No call names a term for it; it is as long as a hearing."""
LONGEST = timedelta(days=365)
"""The furthest day that the office may state."""


class ChangeKind(StrEnum):
    """What of a report was changed."""

    TEXTS = "texts"
    INDICATORS = "indicators"
    STATEMENT = "statement"
    SIGNATURE = "signature"
    CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True)
class Change:
    """The last change of one part since the report was given back; ``partner_id`` where it is a partner's part."""

    kind: ChangeKind
    changed_at: datetime
    partner_id: UUID | None = None


def usual_correction_day(today: date) -> date:
    """Until when a report is corrected that is given back today, where nobody states a day."""
    return today + timedelta(days=CORRECTION_DAYS)


def correction_findings(
    correct_by: date, today: date, named: Collection[UUID], partners: Collection[UUID]
) -> Iterator[Violation]:
    """Why a report is not given back like this: its day is not ahead or too far, or a statement is nobody's."""
    if not today < correct_by <= today + LONGEST:
        words = "The correction is due on a day after today, within {days} days."
        yield Violation("report.correction_day", words, "correct_by", {"days": LONGEST.days})
    if set(named) - set(partners):
        yield Violation("report.correction_partner", "Name partners with a financial statement.", "partners")


def is_open(state: ReportState, *, signed: bool, reopened: bool) -> bool:
    """Whether a statement may be changed while its report is written.

    ``reopened``: it was named when the report was given back; without that a signed one stays as it is.
    """
    return state is not ReportState.RETURNED or reopened or not signed


def closed_findings(state: ReportState, *, signed: bool, reopened: bool) -> tuple[Violation, ...]:
    """Why a statement is not changed: the report was given back, and this statement was not."""
    if is_open(state, signed=signed, reopened=reopened):
        return ()
    words = "The managing body gave the report back without this statement: it stays as it was signed."
    return (Violation("statement.not_reopened", words),)
