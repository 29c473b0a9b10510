"""A line of the bank that is no payment of ours: why it is set aside, who must look at it, and when it is overdue.

The amount of a line moves nothing by itself: only a line that is matched does. So one person may set a fee of the bank
aside. A line that names a payment, or looks like the booking of one, is money that the office knows of: a second person
confirms that it is not that payment. Nothing that could still be the booking of a payment is set aside at all.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from app.core.lifecycle import Lifecycle
from app.core.violations import Figure, Violation
from app.payments.rules.circuit import MIN_REASON
from app.payments.rules.lifecycle import AT_THE_BANK, PaymentState

DAYS_OPEN = 3
"""Working days after which an open line is a task: what came yesterday may be explained by the next statement."""
_FRIDAY = 5
_REFERENCE = re.compile(r"(?<![A-Z0-9])PAY-\d{4}-\d{5,}(?!\d)")


class LineState(StrEnum):
    """Where a line of the statement stands."""

    OPEN = "open"
    PROPOSED = "proposed"
    ASIDE = "aside"
    MATCHED = "matched"


class LineEvent(StrEnum):
    """What can happen to a line of the statement."""

    MATCH = "matched"
    PROPOSE = "proposed_to_set_aside"
    SET_ASIDE = "set_aside"
    CONFIRM = "confirmed"
    TAKE_UP = "taken_up_again"


LINE = Lifecycle(
    name="line of the statement",
    initial=LineState.OPEN,
    transitions={
        (LineState.OPEN, LineEvent.MATCH): LineState.MATCHED,
        (LineState.OPEN, LineEvent.SET_ASIDE): LineState.ASIDE,
        (LineState.OPEN, LineEvent.PROPOSE): LineState.PROPOSED,
        (LineState.PROPOSED, LineEvent.MATCH): LineState.MATCHED,
        (LineState.PROPOSED, LineEvent.CONFIRM): LineState.ASIDE,
        (LineState.PROPOSED, LineEvent.TAKE_UP): LineState.OPEN,
        (LineState.ASIDE, LineEvent.TAKE_UP): LineState.OPEN,
    },
)
"""What is matched is booked, and stays so; what is set aside can be taken up again."""
UNSETTLED = (LineState.OPEN, LineState.PROPOSED)
"""Nobody has said for good what these are: they still count where a line may be the booking of a payment."""


class AsideKind(StrEnum):
    """Why a line of the statement is no payment."""

    FEE = "fee"
    OWN_TRANSFER = "own_transfer"
    FOREIGN = "foreign"
    DOUBLED = "doubled"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Concerned:
    """A payment that a line names, or whose booking or return it looks like.

    ``came`` where money came with the line; ``fits`` where its amount is that of the payment, and money that came names it.
    """

    reference: str
    state: PaymentState
    booked: bool
    came: bool
    fits: bool

    @property
    def may_be_it(self) -> bool:
        """Whether the line may be the booking or the return of the payment: then it is matched there, not set aside."""
        if self.came:
            return self.fits and self.state is PaymentState.PAID
        given_up = self.state is PaymentState.FAILED and not self.booked
        return self.fits and (self.state in AT_THE_BANK or given_up)


def references_in(*texts: str) -> tuple[str, ...]:
    """References of payments that stand in these texts, each once, in the order in which they stand."""
    return tuple(dict.fromkeys(found for text in texts for found in _REFERENCE.findall(text.upper())))


def aside_findings(kind: AsideKind, words: str, concerned: Concerned | None) -> tuple[Violation, ...]:
    """Why a line cannot be set aside for that reason; all of them. ``other`` needs words, and so does a named payment."""
    found = []
    if (kind is AsideKind.OTHER or concerned is not None) and len(words.strip()) < MIN_REASON:
        text = "Say what this line is, in at least {least} characters: it names no payment, so only these words explain it."
        if concerned is not None:
            text = (
                "This line concerns {reference}. Say in at least {least} characters why it is not its booking: another "
                "person reads it and confirms."
            )
        figures: dict[str, Figure] = {"least": MIN_REASON}
        if concerned is not None:
            figures["reference"] = concerned.reference
        found.append(Violation("payments.aside_needs_words", text, "words", figures))
    if concerned is not None and concerned.may_be_it:
        text = "This line may be the booking of {reference}, which is {state}: match it instead."
        if concerned.came:
            text = (
                "With this line {reference}, which is {state}, may have come back: record that at the payment instead."
            )
        figures = {"reference": concerned.reference, "state": concerned.state.value}
        found.append(Violation("payments.aside_may_be_payment", text, "kind", figures))
    return tuple(found)


def aside_confirming_findings(set_aside_by: UUID | None, persons: Collection[UUID]) -> tuple[Violation, ...]:
    """Why somebody may not confirm that a line is set aside: who proposed it does not confirm it."""
    if set_aside_by not in persons:
        return ()
    words = "You set this line aside: it concerns a payment, so another person confirms it."
    return (Violation("payments.own_aside", words),)


def working_days_before(day: date, count: int) -> date:
    """The day that lies so many working days (Monday to Friday; holidays of countries are not known) before ``day``."""
    while count:
        day -= timedelta(days=1)
        count -= day.weekday() < _FRIDAY
    return day
