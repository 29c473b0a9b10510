"""One amendment and what this reader may do with it now, for the pages of both sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.accounts.queries import counted_on
from app.amendments.events import AmendmentDecided
from app.amendments.policies import is_signatory, writes
from app.amendments.queries.amendments import record_of_amendment, signers_of_round
from app.amendments.queries.reading import AmendmentReading, amendment_reading
from app.amendments.rules.lifecycle import AMENDMENT, FROZEN, AmendmentEvent, AmendmentState
from app.amendments.rules.signing import authority_findings, decision_findings
from app.core.violations import Severity
from app.delivery.amendments import ComparisonView, comparison_view, signed_rows
from app.documents.queries import documents_of
from app.grants import policies
from app.grants.queries.documents import GRANT
from app.grants.queries.facts import day_of
from app.grants.queries.grants import grant_scope
from app.grants.queries.interests import is_of_a_party
from app.web.findings import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from app.amendments.schemas import AmendmentRow
    from app.core.violations import Violation
    from app.delivery.unit_of_work import Work
    from app.documents.schemas import DocumentRow
    from app.grants.policies import GrantScope
    from app.web.findings import ShownFinding


@dataclass(frozen=True, slots=True)
class Shell:
    """``findings`` stop or warn at the step that is next; ``own`` says why this reader is not the one to take it."""

    reading: AmendmentReading
    today: date
    changes: ComparisonView
    findings: Sequence[ShownFinding]
    stops: bool
    own: Sequence[str]
    signatures: Sequence[Mapping[str, str]]
    document: DocumentRow | None
    writes: bool
    withdraws: bool
    decides: bool
    gives_back: bool
    signs: bool
    signs_last: bool

    @property
    def row(self) -> AmendmentRow:
        """The amendment."""
        return self.reading.row

    @property
    def stopped(self) -> bool:
        """Whether the grant came to its end before the amendment did."""
        return self.reading.ended and bool(AMENDMENT.events_from(self.row.state))

    @property
    def late(self) -> bool:
        """Whether the answer is overdue."""
        row = self.row
        return (
            not self.stopped
            and row.state is AmendmentState.REQUESTED
            and row.decide_by is not None
            and self.today > row.decide_by
        )


def amendment_shell(work: Work, grant_id: UUID, number: int) -> Shell:
    """Everything of an amendment at the instant of the request. A constant number of queries."""
    session, today, language = work.session, day_of(work.now), work.known.language
    reading = amendment_reading(session, grant_id, number, today=today)
    scope, row, actor = grant_scope(session, grant_id), reading.row, work.actor
    record = record_of_amendment(session, row) if row.state in FROZEN else None
    judged = reading.open_findings()
    live = not reading.ended
    mine = live and writes(actor, scope, by_authority=row.by_authority)
    prepares = live and policies.prepares_grant(actor, scope)
    own = _own_findings(work, reading, scope)
    cancels = AMENDMENT.allows(row.state, AmendmentEvent.CANCEL)
    documents = documents_of(session, GRANT, [grant_id]) if row.document_id is not None else ()
    coordinator = reading.base.facts.coordinator.organisation_id
    return Shell(
        reading=reading,
        today=today,
        changes=comparison_view(reading.comparison, language),
        findings=[shown(one, language=language) for one in judged],
        stops=any(one.severity is Severity.BLOCKING for one in judged),
        own=[shown(one, language=language).text for one in own],
        signatures=signed_rows(record, language) if record is not None else (),
        document=next((one for one in documents if one.id == row.document_id), None),
        writes=mine and row.writable,
        withdraws=mine and (AMENDMENT.allows(row.state, AmendmentEvent.WITHDRAW) or (row.by_authority and cancels)),
        decides=prepares and row.state is AmendmentState.REQUESTED,
        gives_back=prepares and not row.by_authority and row.state in {AmendmentState.ACCEPTED, AmendmentState.SIGNED},
        signs=live and row.state is AmendmentState.ACCEPTED and is_signatory(actor, coordinator),
        signs_last=live and row.state is AmendmentState.SIGNED and policies.signs_grant(actor, scope),
    )


def _own_findings(work: Work, reading: AmendmentReading, scope: GrantScope) -> tuple[Violation, ...]:
    """Why this reader is not the one who takes the next step for the office."""
    row = reading.row
    persons = counted_on(work.session, work.actor, AmendmentDecided, row.grant_id)
    of_a_party = is_of_a_party(work.session, work.actor, scope)
    if not policies.follows_grant(work.actor, scope):
        return ()
    match row.state:
        case AmendmentState.REQUESTED:
            return decision_findings(persons, row.requested_by, of_a_party=of_a_party)
        case AmendmentState.SIGNED:
            signed_by = signers_of_round(work.session, row.id, row.round)
            return authority_findings(persons, row.decided_by, signed_by=signed_by, of_a_party=of_a_party)
    return ()
