"""An invented kind of event for the proofs of the event log."""

from __future__ import annotations

from app.core.events import DomainEvent


class LetterSent(DomainEvent):
    """A letter left the house."""

    kind = "letter.sent"
    subject_kind = "letter"


class LetterToDeliver(LetterSent):
    """A letter that a job must carry."""

    kind = "letter.to_deliver"
    delivers = True
