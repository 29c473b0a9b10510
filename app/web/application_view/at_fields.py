"""Findings beside the fields they are about: words and cure filled with their figures, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from app.web.findings import filled

if TYPE_CHECKING:
    from app.core.violations import Violation


def at_fields(findings: Iterable[Violation], prefix: str, language: str) -> list[Violation]:
    """Findings whose place begins with ``prefix``, at the name of the field that follows it."""
    return [
        filled(one, language).at(one.place.removeprefix(prefix).replace("/", "."))
        for one in findings
        if one.place.startswith(prefix)
    ]
