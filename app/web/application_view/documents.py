"""Documents that the call asks for: their limits, what was uploaded, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.applications.queries.reading import attachments
from app.applications.rules.asked import asked_sections
from app.applications.rules.attachments import document_findings, megabytes
from app.calls.rules.form_kinds import FileField
from app.infra.templates import translator
from app.web.application_view.shell import saved_at
from app.web.findings import ShownFinding, shown

if TYPE_CHECKING:
    from app.applications.rules.facts import ApplicationFacts
    from app.delivery.unit_of_work import Work
    from app.web.application_view.shell import Shell


@dataclass(frozen=True, slots=True)
class UploadedDocument:
    """What was uploaded for a field."""

    filename: str
    pages: int
    size: str
    sha256: str
    when: str


@dataclass(frozen=True, slots=True)
class AskedDocument:
    """A document of the form; ``place`` is where refusals of an upload stand."""

    id: str
    title: str
    limits: str
    required: bool
    section: str
    place: str
    uploaded: UploadedDocument | None
    findings: Sequence[ShownFinding]


def asked_documents(work: Work, frame: Shell, facts: ApplicationFacts) -> list[AskedDocument]:
    """Every document that is asked of this application, in the order of the form."""
    language, stored = work.known.language, attachments(work.session, frame.head.id)
    asked = []
    for each in asked_sections(frame.call.rules, facts):
        for field in each.fields:
            if not isinstance(field, FileField):
                continue
            place, row, document = f"attachments/{field.id}", stored.get(field.id), facts.attachment(field.id)
            found = document_findings(field, document, place) if document else ()
            asked.append(
                AskedDocument(
                    id=field.id,
                    title=field.title.in_language(language),
                    limits=limits_words(field, language),
                    required=field.required,
                    section=each.section.id,
                    place=place,
                    uploaded=UploadedDocument(
                        row.filename, row.pages, megabytes(row.size), row.sha256, saved_at(work, row.attached_at)
                    )
                    if row
                    else None,
                    findings=[shown(one, "", language) for one in found],
                )
            )
    return asked


def limits_words(field: FileField, language: str) -> str:
    """``PDF, at most 9.6 MB. Pages after page 50 are marked and not read.``."""
    words = translator(language)
    own = field.help.in_language(language) if field.help else ""
    size = words("PDF, at most %(size)s MB.") % {"size": megabytes(field.max_bytes)}
    pages = words("Pages after page %(most)s are marked and not read.") % {"most": field.max_pages}
    return " ".join(part for part in (own, size, pages if field.max_pages else "") if part)
