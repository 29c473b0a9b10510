"""What an evaluation summary report is made from: the facts that were frozen when its letter was sent."""

from __future__ import annotations

from collections.abc import Mapping

from app.grants.rules.letter_facts import SummaryFacts


def summary_context(data: Mapping[str, object]) -> dict[str, object]:
    """Everything that ``documents/evaluation_summary_report.html`` reads, besides the document's own facts."""
    return {"summary": SummaryFacts.model_validate(data)}
