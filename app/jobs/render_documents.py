"""Make the documents that were asked for: read, render and seal outside any transaction, then take over once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog

from app.amendments.queries.documents import ADDENDUM
from app.amendments.rules.addendum import AddendumRecord
from app.applications.queries import rules_of
from app.applications.queries.reading import application_head, snapshot, submission
from app.core.actor import SYSTEM
from app.core.canonical import canonical_json
from app.documents.queries import document
from app.documents.rules.lifecycle import DocumentState
from app.documents.schemas import DocumentRow, FileToStore
from app.documents.use_cases.request_document import RENDER_TASK
from app.documents.use_cases.seal_document import fail_document, seal_document
from app.evaluation.queries.record import record_facts
from app.evaluation.use_cases.adopt_ranking import RANKING_RECORD
from app.grants.queries.agreement import agreement_of
from app.grants.queries.documents import AGREEMENT
from app.grants.queries.grants import grant_head
from app.grants.queries.letters import letter_row
from app.grants.rules.agreement import Agreement
from app.infra.pdf import PdfAttachment, page_count, render_pdf
from app.infra.queue import Task
from app.infra.render_pool import RenderingStoppedError
from app.infra.sealing import load_authority, seal
from app.infra.templates import environment, instant_text
from app.jobs import report_letters as letters
from app.jobs.award_letters import letter_context
from app.jobs.evaluation_summary import summary_context
from app.jobs.grant_agreement import agreement_context
from app.jobs.grant_amendment import amendment_context
from app.jobs.periodic_report import periodic_report_context, report_data
from app.jobs.portfolio_report import portfolio_report_context, portfolio_subtitle
from app.jobs.ranking_record import ranking_record_context
from app.jobs.receipt import receipt_context
from app.payments.queries import payment_row
from app.reporting.queries.documents import (
    INTEREST_LETTER,
    PAYMENT_LETTER,
    PORTFOLIO_REPORT,
    PREFINANCING_LETTER,
    RECOVERY_ANNOUNCEMENT,
    RECOVERY_NOTE,
    REPORT_DOCUMENT,
)
from app.reporting.queries.reading import ReportReading, report_reading
from app.reporting.rules.prefinancing_letter import PrefinancingLetterFacts

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.delivery.runtime import Runtime
    from app.infra.render_pool import RenderPool

_LetterContext = Callable[[ReportReading, Mapping[str, Any]], dict[str, object]]
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What rendering needs, read in one moment."""

    template: str
    context: dict[str, object]
    data: bytes
    created: datetime
    subtitle: str
    version: str
    application_id: UUID | None
    call_id: UUID | None


def _receipt(session: Session, row: DocumentRow) -> Prepared:
    found = submission(session, row.subject_id)
    head = application_head(session, found.application_id)
    content: Any = snapshot(session, row.subject_id)
    return Prepared(
        template="documents/receipt.html",
        context=receipt_context(content, rules_of(session, found.call_version_id)) | {"sha256": found.sha256},
        data=canonical_json(content),
        created=found.received_at,
        subtitle=str(content["application"]["title"] or head.title),
        version=str(found.number),
        application_id=found.application_id,
        call_id=head.call_id,
    )


def _ranking_record(session: Session, row: DocumentRow) -> Prepared:
    facts = record_facts(session, row.subject_id)
    return Prepared(
        template="documents/ranking_record.html",
        context=ranking_record_context(facts),
        data=canonical_json(dict(facts.ranking.snapshot)),
        created=facts.ranking.adopted_at or facts.ranking.proposed_at,
        subtitle=str(facts.known.rules.identity.titles),
        version=str(facts.ranking.number),
        application_id=None,
        call_id=facts.known.row.call_id,
    )


def _decision(session: Session, row: DocumentRow, context: dict[str, object]) -> Prepared:
    """What was frozen when the letter was sent: nothing that changed since is read."""
    letter = letter_row(session, row.subject_id)
    return Prepared(
        template=f"documents/{row.kind}.html",
        context=context,
        data=canonical_json(dict(row.data)),
        created=row.requested_at,
        subtitle=str(row.data["title"]),
        version=str(row.data["number"]),
        application_id=letter.application_id,
        call_id=letter.call_id,
    )


def _of_grant(
    row: DocumentRow, agreement: Agreement, context: dict[str, object], data: bytes, template: str
) -> Prepared:
    return Prepared(
        template=f"documents/{template}.html",
        context=context,
        data=data,
        created=row.requested_at,
        subtitle=agreement.title,
        version="",
        application_id=agreement.application_id,
        call_id=agreement.call_id,
    )


def _periodic_report(session: Session, row: DocumentRow) -> Prepared:
    """A decided report no longer changes, so it is read when it is rendered."""
    reading = _reading(session, row)
    context, data = periodic_report_context(reading), canonical_json(report_data(reading))
    return _of_grant(row, reading.agreement, context, data, row.kind)


def _letter(session: Session, row: DocumentRow, context_of: _LetterContext) -> Prepared:
    """A letter about a report: what it says was frozen when it was asked for."""
    reading = _reading(session, row)
    data = canonical_json(dict(row.data))
    return _of_grant(row, reading.agreement, context_of(reading, row.data), data, row.kind)


def _letter_of_payment(session: Session, row: DocumentRow) -> Prepared:
    """What was frozen about a payment or the interest for it, by the template of the letter after a report."""
    agreement = agreement_of(session, payment_row(session, row.subject_id).subject_id)
    data = canonical_json(dict(row.data))
    if row.kind == INTEREST_LETTER:
        return _of_grant(row, agreement, letters.interest_letter_context(agreement, row.data), data, PAYMENT_LETTER)
    facts = PrefinancingLetterFacts.model_validate_json(data)
    return _of_grant(row, agreement, letters.prefinancing_letter_context(facts), data, PAYMENT_LETTER)


def _reading(session: Session, row: DocumentRow) -> ReportReading:
    """The report that a document is about."""
    return report_reading(session, UUID(str(row.data["grant"])), int(str(row.data["number"])))


def _agreement(session: Session, row: DocumentRow) -> Prepared:
    """What was frozen at the last signature; the data inside are exactly what was signed."""
    data: Any = row.data
    agreement = data["agreement"]
    grant = grant_head(session, row.subject_id)
    return Prepared(
        template="documents/grant_agreement.html",
        context=agreement_context(data, rules_of(session, grant.call_version_id)),
        data=canonical_json(agreement),
        created=row.requested_at,
        subtitle=str(agreement["title"]),
        version=str(agreement["number"]),
        application_id=grant.application_id,
        call_id=grant.call_id,
    )


def _amendment(session: Session, row: DocumentRow) -> Prepared:
    """What was frozen at acceptance beside the version that it names; the data inside are exactly what was signed."""
    record = AddendumRecord.read(row.data)
    addendum = record.addendum
    before = agreement_of(session, row.subject_id, addendum.base_version)
    context = amendment_context(record, before.facts)
    return _of_grant(row, before, context, canonical_json(addendum.plain()), row.kind)


def _portfolio_report(_session: Session, row: DocumentRow) -> Prepared:
    """What was frozen when it was asked for, without who asked."""
    data = {name: value for name, value in row.data.items() if name != "asked_by"}
    return Prepared(
        template="documents/portfolio_report.html",
        context=portfolio_report_context(data),
        data=canonical_json(data),
        created=row.requested_at,
        subtitle=portfolio_subtitle(data),
        version="",
        application_id=None,
        call_id=None,
    )


PREPARE: dict[str, Callable[[Session, DocumentRow], Prepared]] = {
    "receipt": _receipt,
    RANKING_RECORD: _ranking_record,
    "information_letter": lambda session, row: _decision(session, row, letter_context(row.data)),
    "rejection_letter": lambda session, row: _decision(session, row, letter_context(row.data)),
    AGREEMENT: _agreement,
    ADDENDUM: _amendment,
    REPORT_DOCUMENT: _periodic_report,
    PAYMENT_LETTER: lambda session, row: _letter(session, row, letters.payment_letter_context),
    PREFINANCING_LETTER: _letter_of_payment,
    INTEREST_LETTER: _letter_of_payment,
    RECOVERY_ANNOUNCEMENT: lambda session, row: _letter(session, row, letters.recovery_announcement_context),
    RECOVERY_NOTE: lambda session, row: _letter(session, row, letters.recovery_note_context),
    PORTFOLIO_REPORT: _portfolio_report,
    "evaluation_summary_report": lambda session, row: _decision(session, row, summary_context(row.data)),
}
"""Kind of document to what it is made from."""


def html_of(row: DocumentRow, prepared: Prepared, *, base_url: str) -> str:
    """The document as HTML, before it is laid out."""
    return (
        environment(row.language)
        .get_template(prepared.template)
        .render(
            document={
                "reference": row.reference.rsplit(" v", 1)[0],
                "version": prepared.version,
                "title": row.title,
                "subtitle": prepared.subtitle,
                "date_text": instant_text(prepared.created, "en_GB"),
                "verification_code": row.verification_code,
                "verification_url": f"{base_url}/verify/{row.verification_code}",
                "language": row.language,
            },
            **prepared.context,
        )
    )


def render(row: DocumentRow, prepared: Prepared, *, base_url: str, pool: RenderPool | None = None) -> bytes:
    """The document before its seal: the same bytes whenever and wherever it is rendered."""
    html = html_of(row, prepared, base_url=base_url)
    attachment = PdfAttachment(name=f"{row.kind}.json", data=prepared.data, description="The data of this document")
    lay_out = render_pdf if pool is None else pool.render
    return lay_out(html, title=row.title, language=row.language, created=prepared.created, attachments=[attachment])


def make_document(runtime: Runtime, document_id: UUID) -> None:
    """Make and seal one document; a second run finds it sealed and leaves it."""
    with runtime.database.reading() as session:
        row = document(session, document_id)
        if row is None or row.state == DocumentState.SEALED:
            return
        prepared = PREPARE[row.kind](session, row)
    now = runtime.clock.now()
    try:
        pdf = render(row, prepared, base_url=runtime.settings.base_url, pool=runtime.renderers)
        sealed = seal(pdf, load_authority(runtime.seal_dir), reason=row.title, now=now)
    except RenderingStoppedError:  # nothing is wrong with the document
        raise
    except Exception as error:
        log.exception("document.failed", document=str(document_id))
        with runtime.database.transaction() as session:
            fail_document(session, SYSTEM, document_id, str(error), now=now)
        raise
    stored = FileToStore(
        sha256=runtime.files.put(sealed),
        size=len(sealed),
        media_type="application/pdf",
        filename=f"{row.reference.replace('/', '-').replace(' ', '-')}-{row.kind}.pdf",
        pages=page_count(sealed),
    )
    belongs = {"application_id": prepared.application_id, "call_id": prepared.call_id}
    with runtime.database.transaction() as session:
        seal_document(session, SYSTEM, document_id, stored, now=now, **belongs)


def tasks(runtime: Runtime) -> tuple[Task, ...]:
    """The task of this module."""

    def run(document_id: str) -> None:
        make_document(runtime, UUID(document_id))

    return (Task(RENDER_TASK, run),)
