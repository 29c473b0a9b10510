"""Whether a file may be uploaded, and whether the uploaded document is as the call asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.applications.rules.facts import AttachmentFacts
from app.calls.rules.form_kinds import MEGABYTE, FileField
from app.core.violations import Severity, Violation

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules


def upload_violations(rules: CallRules, field_id: str, size: int) -> tuple[Violation, ...]:
    """What stops a file of ``size`` bytes from being kept for a field."""
    try:
        field = rules.form.field(field_id)
    except KeyError:
        field = None
    if not isinstance(field, FileField):
        words = "This call asks for no document of that name."
        return (Violation("attachments.unknown_field", words, f"attachments/{field_id[:60]}"),)
    return tuple(_size(field, size, f"attachments/{field.id}"))


def document_findings(field: FileField, document: AttachmentFacts, place: str) -> Iterator[Violation]:
    """Size and pages of an uploaded document; pages beyond the limit warn, they are marked and disregarded."""
    yield from _size(field, document.size, place)
    if field.max_pages is not None and document.pages > field.max_pages:
        yield Violation(
            field.pages_rule,
            "{title}: {pages} pages, the limit is {limit}. The last {over} will be marked and disregarded.",
            place,
            {
                "title": str(field.title),
                "pages": document.pages,
                "limit": field.max_pages,
                "over": document.pages - field.max_pages,
            },
            Severity.WARNING,
            cure="Shorten the document by {over} pages.",
        )


def _size(field: FileField, size: int, place: str) -> Iterator[Violation]:
    if size > field.max_bytes:
        words = "{title}: {size} MB, the limit is {limit} MB."
        figures = {"title": str(field.title), "size": megabytes(size), "limit": megabytes(field.max_bytes)}
        yield Violation(field.limit_rule, words, place, figures, cure="Upload a smaller file.")


def megabytes(size: int) -> str:
    """A size in bytes as megabytes with one decimal, rounded up."""
    tenths = -(-size * 10 // MEGABYTE)
    return f"{tenths // 10}.{tenths % 10}"
