"""What was asked when a report was given back, until when, and what the consortium changed since, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.grants.queries.facts import day_of
from app.infra.templates import instant_text, locale_of, translator
from app.reporting.rules.correction import ChangeKind
from app.reporting.rules.lifecycle import ReportState

if TYPE_CHECKING:
    from datetime import date

    from app.delivery.unit_of_work import Work
    from app.web.reporting_view.report import Shell

CHANGES: Mapping[ChangeKind, str] = {
    ChangeKind.TEXTS: "Texts about the work",
    ChangeKind.INDICATORS: "Indicators",
    ChangeKind.STATEMENT: "Statement of {name}",
    ChangeKind.SIGNATURE: "Signature of {name}",
    ChangeKind.CERTIFICATE: "Certificate of {name}",
}
"""What was changed, in words (msgids)."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A report that was given back: ``statements`` are the partners whose statements are open again.

    ``changes`` are what was changed with its instant, the last change of each part; ``days_late`` is 0 in time.
    """

    reason: str
    returned_on: date
    correct_by: date
    days_late: int
    statements: Sequence[str]
    changes: Sequence[tuple[str, str]]


def correction_of(work: Work, frame: Shell) -> Correction | None:
    """The correction that is under way; for the office also the one that came in and is not decided."""
    row = frame.row
    if row.state not in {ReportState.RETURNED, ReportState.SUBMITTED} or row.returned_at is None or not row.correct_by:
        return None
    language = work.known.language
    say, names = translator(language), {one.partner_id: one.name for one in frame.reading.partners}
    late = (frame.today - row.correct_by).days if row.state is ReportState.RETURNED else 0
    return Correction(
        reason=row.reason,
        returned_on=day_of(row.returned_at),
        correct_by=row.correct_by,
        days_late=max(late, 0),
        statements=[one.name for one in frame.reading.partners if frame.reading.named(one.partner_id)],
        changes=[
            (
                say(CHANGES[one.kind]).format(name=names.get(one.partner_id, "") if one.partner_id else ""),
                instant_text(one.changed_at, locale_of(language), zone=work.known.zone),
            )
            for one in frame.reading.changes
        ],
    )
