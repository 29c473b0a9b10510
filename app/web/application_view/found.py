"""What the rules found, by section of the form: what stops the submission first, each with where to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.core.violations import Severity, blocking
from app.web.findings import ShownFinding, shown

if TYPE_CHECKING:
    from app.applications.rules.progress import SectionProgress

FIRST = 3
"""How many are named above the sections where there are more than fit one look."""
ONE_LOOK = 10


@dataclass(frozen=True, slots=True)
class SectionFindings:
    """The findings of one section; ``stopping`` of them stop the submission."""

    title: str
    findings: Sequence[ShownFinding]
    stopping: int

    @property
    def warnings(self) -> int:
        """Findings that stop nothing."""
        return len(self.findings) - self.stopping


@dataclass(frozen=True, slots=True)
class Found:
    """All findings. ``first`` are named on top where the sections are folded: there are too many for one look."""

    sections: Sequence[SectionFindings]
    first: Sequence[ShownFinding]
    stopping: int

    @property
    def folded(self) -> bool:
        """Whether a section shows its findings only when it is opened."""
        return bool(self.first)


def found(progress: Sequence[SectionProgress], place_base: str, language: str) -> Found:
    """The findings of every section that has any, in the order of the form."""
    sections = []
    for line in progress:
        if line.findings:
            ordered = sorted(line.findings, key=lambda one: one.severity is not Severity.BLOCKING)
            words = [shown(one, place_base, language) for one in ordered]
            title = line.section.title.in_language(language)
            sections.append(SectionFindings(title, words, len(blocking(line.findings))))
    every = [one for section in sections for one in section.findings]
    first = [one for one in every if one.severity == Severity.BLOCKING.value][:FIRST] if len(every) > ONE_LOOK else []
    return Found(sections, first, sum(section.stopping for section in sections))
