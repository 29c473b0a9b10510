"""Mistakes of a call document as a table: line, place, words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.core.violations import Severity, Violation
from app.infra.yaml_documents import YamlDocumentError
from app.web.findings import shown

if TYPE_CHECKING:
    from app.core.errors import DomainError

_PLACE = re.compile(r"line (\d+)(?:: (.*))?")
_LINE = re.compile(r"^Line \d+: ")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One finding about a document; ``line`` is empty where it concerns no line."""

    line: str
    place: str
    text: str
    rule: str
    blocking: bool


def mistakes_of(error: DomainError, language: str) -> tuple[Mistake, ...]:
    """Everything that a refusal says about the document."""
    if isinstance(error, YamlDocumentError):
        words = _LINE.sub("", error.message)
        line = str(error.line or "")
        return (Mistake(line, "", words[:1].upper() + words[1:], error.rule, blocking=True),)
    return mistakes(error.violations, language)


def mistakes(findings: Sequence[Violation], language: str) -> tuple[Mistake, ...]:
    """Findings of the document's rules, in the order of their lines."""
    return tuple(sorted((_mistake(finding, language) for finding in findings), key=lambda one: int(one.line or 0)))


def _mistake(finding: Violation, language: str) -> Mistake:
    found = _PLACE.fullmatch(finding.place)
    line, place = (found[1], found[2] or "") if found else ("", finding.place)
    blocking = finding.severity is Severity.BLOCKING
    return Mistake(line, place, shown(finding, language=language).text, finding.rule, blocking=blocking)
