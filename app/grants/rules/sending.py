"""May these letters leave? Nothing decisive goes out that nobody has looked at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.core.violations import Violation
from app.grants.rules.lifecycle import LetterKind, LetterState
from app.grants.rules.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class ToSend:
    """What must be known of a letter before it leaves."""

    letter_id: UUID
    reference: str
    state: LetterState
    previewed_at: datetime | None


def sending_findings(chosen: Sequence[ToSend]) -> tuple[Violation, ...]:
    """Why the letters cannot be sent, letter by letter."""
    if not chosen:
        return (Violation("letter.none_chosen", "Choose at least one letter.", "letter_ids"),)
    return tuple(found for letter in chosen for found in _of(letter))


def _of(letter: ToSend) -> Iterable[Violation]:
    figures = {"reference": letter.reference}
    if letter.state is LetterState.SENT:
        yield Violation("letter.sent_already", "{reference}: this letter was sent already.", "letter_ids", figures)
    elif letter.previewed_at is None:
        words = "{reference}: nobody has looked at this letter yet. Open it and say that it may leave."
        yield Violation("letter.not_previewed", words, "letter_ids", figures)


def kind_of_letter(outcome: Outcome) -> LetterKind:
    """Which letter tells an outcome."""
    return LetterKind.REJECTION if outcome.is_rejection else LetterKind.INFORMATION
