"""What the consortium changed of a report since it was given back, as the event log tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.queries import EventRow, linked_events
from app.reporting.events import (
    CertificateAttached,
    CertificateRemoved,
    IndicatorsSaved,
    StatementSaved,
    StatementSigned,
    TextsSaved,
)
from app.reporting.rules.correction import Change, ChangeKind
from app.reporting.schemas import ReportRow

_KINDS: Mapping[str, ChangeKind] = {
    TextsSaved.kind: ChangeKind.TEXTS,
    IndicatorsSaved.kind: ChangeKind.INDICATORS,
    StatementSaved.kind: ChangeKind.STATEMENT,
    StatementSigned.kind: ChangeKind.SIGNATURE,
    CertificateAttached.kind: ChangeKind.CERTIFICATE,
    CertificateRemoved.kind: ChangeKind.CERTIFICATE,
}
"""An event stands for a change: saving what is stored already records none."""


def changes_since_return(session: Session, row: ReportRow) -> Sequence[Change]:
    """The last change of each part since the report was given back, in order; none where it never was. One query."""
    if row.returned_at is None:
        return ()
    found: dict[tuple[ChangeKind, UUID | None], Change] = {}
    for event, _place in linked_events(session, _KINDS.keys(), [row.grant_id]):
        if event.occurred_at >= row.returned_at and event.facts.get("period") == row.number:
            change = Change(_KINDS[event.kind], event.occurred_at, _partner(event))
            found[change.kind, change.partner_id] = change
    return sorted(found.values(), key=lambda one: one.changed_at)


def _partner(event: EventRow) -> UUID | None:
    named = event.facts.get("partner")
    return UUID(str(named)) if named else None
