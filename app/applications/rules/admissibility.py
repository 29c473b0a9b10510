"""Was it received in time, complete and readable? Pages beyond a limit are disregarded, never a reason to refuse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.applications.rules.answers import missing
from app.applications.rules.places import place_of
from app.applications.rules.submission import deadline_violations
from app.calls.rules.form_kinds import FileField
from app.core.violations import Violation

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules

DOCUMENTS = "attachments/"
"""How the places of findings about documents begin."""


def admissibility_findings(
    rules: CallRules, snapshot: Mapping[str, Any], found: tuple[Violation, ...], *, received_at: datetime
) -> tuple[Violation, ...]:
    """What speaks against admissibility; ``found`` are the submitted findings, those about documents belong here.

    ``rules`` are those that the submission was judged by. Raise KeyError for a stage that they do not have.
    """
    stage = str(snapshot["application"]["stage"])
    return (
        *deadline_violations(rules, stage, received_at),
        *_documents(rules, snapshot),
        *(finding for finding in found if concerns_documents(finding)),
    )


def concerns_documents(finding: Violation) -> bool:
    """Whether a finding is about an uploaded document: admissibility looks at it, eligibility at all others."""
    return finding.place.startswith(DOCUMENTS)


def _documents(rules: CallRules, snapshot: Mapping[str, Any]) -> Iterator[Violation]:
    """Every document that was asked of this application: there, and with a page that can be read."""
    sent = {each["field"]: each for each in snapshot["attachments"]}
    asked = {field["id"] for section in snapshot["sections"] for field in section["fields"]}
    for section, field in rules.form.fields():
        if not isinstance(field, FileField) or field.id not in asked:
            continue
        place, document = place_of(section.id, field), sent.get(field.id)
        if document is None and field.required:
            yield missing(field, place)
        elif document is not None and not document["pages"]:
            words = "{title}: no page of this document can be read."
            yield Violation("admissibility.unreadable", words, place, {"title": str(field.title)})
