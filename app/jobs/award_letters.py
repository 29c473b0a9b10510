"""What a letter about a decision is made from: the facts that were frozen when it was sent."""

from __future__ import annotations

from collections.abc import Mapping

from app.grants.rules.letter_facts import LetterFacts


def letter_context(data: Mapping[str, object]) -> dict[str, object]:
    """Everything that ``documents/letter_layout.html`` reads, besides the document's own facts."""
    return {"letter": LetterFacts.model_validate(data)}
