"""States of an award decision and of the letter that tells it."""

from __future__ import annotations

from enum import StrEnum

from app.core.lifecycle import Lifecycle


class AwardState(StrEnum):
    """Where the decision on one application stands."""

    PREPARED = "prepared"
    SIGNED = "signed"
    INFORMED = "informed"
    DROPPED = "dropped"


class AwardEvent(StrEnum):
    """What can happen to a decision."""

    SIGN = "signed"
    DROP = "taken_back"
    INFORM = "informed"


AWARD = Lifecycle(
    name="award",
    initial=AwardState.PREPARED,
    transitions={
        (AwardState.PREPARED, AwardEvent.SIGN): AwardState.SIGNED,
        (AwardState.PREPARED, AwardEvent.DROP): AwardState.DROPPED,
        (AwardState.SIGNED, AwardEvent.INFORM): AwardState.INFORMED,
    },
)
"""Before the signature a preparation can be taken back; afterwards the decision stands."""
DECIDED = (AwardState.SIGNED, AwardState.INFORMED)


class LetterState(StrEnum):
    """Where a letter stands."""

    TO_SEND = "to_send"
    SENT = "sent"


class LetterEvent(StrEnum):
    """What can happen to a letter."""

    SEND = "sent"


LETTER = Lifecycle(
    name="letter",
    initial=LetterState.TO_SEND,
    transitions={(LetterState.TO_SEND, LetterEvent.SEND): LetterState.SENT},
)


class LetterKind(StrEnum):
    """What is sent: the kinds of document of the same names."""

    INFORMATION = "information_letter"
    REJECTION = "rejection_letter"
