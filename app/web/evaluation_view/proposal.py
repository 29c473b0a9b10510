"""The proposal as experts read it: from the frozen submission alone, with what the call disregards said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.applications.queries.reading import snapshot
from app.calls.rules.form_kinds import FileField
from app.web.call_view.submission import answer_sections, budget_view, partner_lines

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.calls.rules.call_rules import CallRules


@dataclass(frozen=True, slots=True)
class ShownAttachment:
    """A document of the submission; ``most`` is the page up to which it is read, 0 for all of it."""

    field: str
    filename: str
    sha256: str
    pages: int
    most: int

    @property
    def beyond(self) -> int:
        """Pages that are not read."""
        return max(self.pages - self.most, 0) if self.most else 0


def proposal(session: Session, submission_id: UUID, rules: CallRules, language: str) -> dict[str, Any]:
    """Everything that the proposal macros show of a submission."""
    content = snapshot(session, submission_id)
    return {
        "partners": partner_lines(content, language),
        "budget": budget_view(content, language),
        "sections": answer_sections(content, language),
        "attachments": list(attachment_lines(content, rules)),
    }


def attachment_lines(content: Mapping[str, Any], rules: CallRules) -> Iterator[ShownAttachment]:
    """The documents of a snapshot with the limits of the call."""
    limits = {
        asked.id: asked.max_pages or 0
        for section in rules.form.sections
        for asked in section.fields
        if isinstance(asked, FileField)
    }
    for each in content["attachments"]:
        most = limits.get(each["field"], 0)
        yield ShownAttachment(each["field"], each["filename"], each["sha256"], each["pages"], most)
