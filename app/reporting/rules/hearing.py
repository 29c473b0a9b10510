"""The hearing before money is asked back: announced with amount and reasons, answered or not, then decided on.

The coordinator is heard until the end of a day in the zone of the call; "no observations" ends it earlier. The days are
those of the agreement and count from the day after the announcement, as Regulation 1182/71, Article 3, counts; a last day
on a weekend stays the last day, as for every other term of the agreement.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from app.core.lifecycle import Lifecycle
from app.core.money import Money
from app.core.periods import in_time
from app.core.violations import Figure, Violation
from app.reporting.rules.recovery import MIN_REASON

MAX_ENCLOSURE = 10_000_000
"""Bytes of the document beside an answer."""


class HearingState(StrEnum):
    """Where the hearing on a recovery stands."""

    ANNOUNCED = "announced"
    ANSWERED = "answered"
    CONFIRMED = "confirmed"
    LOWERED = "lowered"
    WITHDRAWN = "withdrawn"


class HearingEvent(StrEnum):
    """What can happen in it."""

    ANSWER = "answered"
    CONFIRM = "confirmed"
    LOWER = "lowered"
    WITHDRAW = "withdrawn"


HEARING = Lifecycle(
    name="hearing on a recovery",
    initial=HearingState.ANNOUNCED,
    transitions={
        (HearingState.ANNOUNCED, HearingEvent.ANSWER): HearingState.ANSWERED,
        (HearingState.ANNOUNCED, HearingEvent.CONFIRM): HearingState.CONFIRMED,
        (HearingState.ANNOUNCED, HearingEvent.LOWER): HearingState.LOWERED,
        (HearingState.ANNOUNCED, HearingEvent.WITHDRAW): HearingState.WITHDRAWN,
        (HearingState.ANSWERED, HearingEvent.CONFIRM): HearingState.CONFIRMED,
        (HearingState.ANSWERED, HearingEvent.LOWER): HearingState.LOWERED,
        (HearingState.ANSWERED, HearingEvent.WITHDRAW): HearingState.WITHDRAWN,
    },
)
"""Without an answer it is decided on once the term is over: the clock, no state, says that."""
OPEN = frozenset({HearingState.ANNOUNCED, HearingState.ANSWERED})
"""States in which nothing is asked back yet."""
ASKED_BACK = frozenset({HearingState.CONFIRMED, HearingState.LOWERED})
"""States after which a note went out."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """How it stands: until which day the coordinator is heard, on which days it answered and it was decided on."""

    state: HearingState
    days: int
    answer_by: date
    answered_on: date | None = None
    decided_on: date | None = None

    @property
    def decide_by(self) -> date:
        """The last day for the decision: as many days after the hearing as it may last (our choice, no source)."""
        return (self.answered_on or self.answer_by) + timedelta(days=self.days)

    @property
    def open(self) -> bool:
        """Whether nothing is asked back yet."""
        return self.state in OPEN

    def heard(self, today: date) -> bool:
        """Whether the office is next: the coordinator answered, or its last day has passed."""
        return self.state is HearingState.ANSWERED or (self.state is HearingState.ANNOUNCED and today > self.answer_by)


def last_day(announced_at: datetime, days: int, zone: str) -> date:
    """The last day on which the coordinator is heard; the day of the announcement does not count."""
    return announced_at.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)


def end_of(day: date, zone: str) -> datetime:
    """The last microsecond of a day in a zone, as an instant of UTC, whatever the clock does in that night."""
    midnight = datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(zone))
    return midnight.astimezone(UTC) - timedelta(microseconds=1)


def answer_findings(
    observations: str, *, nothing: bool, enclosure: int | None, ends_at: datetime, now: datetime
) -> tuple[Violation, ...]:
    """Why this is no answer; ``enclosure`` is the size of a document in bytes. All reasons."""
    found = []
    if not in_time(now, ends_at):
        words = "The time to answer is over. The managing body decides on what it knows."
        found.append(Violation("hearing.too_late", words))
    said = bool(observations.strip())
    if not said and not nothing:
        words = "Write what you think, or say that you have no observations."
        found.append(Violation("hearing.nothing_said", words, "observations"))
    if nothing and (said or enclosure is not None):
        words = "You say that you have no observations, and give some. Choose one."
        found.append(Violation("hearing.both_said", words, "nothing"))
    if enclosure is not None and enclosure > MAX_ENCLOSURE:
        figures: dict[str, Figure] = {"size": enclosure // 1_000_000 + 1, "maximum": MAX_ENCLOSURE // 1_000_000}
        words = "The document has {size} MB; {maximum} MB are the most."
        found.append(Violation("hearing.enclosure_too_large", words, "file", figures))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Announced:
    """What was announced: how much, by whom, and until when the coordinator is heard."""

    amount: Money
    by: UUID | None
    answer_by: date
    ends_at: datetime
    answered: bool


def decision_findings(
    announced: Announced,
    event: HearingEvent,
    amount: Money | None,
    reason: str,
    decider: Collection[UUID],
    *,
    now: datetime,
) -> tuple[Violation, ...]:
    """Why it cannot be decided like this; all reasons. ``amount`` is what is asked back where it is lowered.

    Who decided on the report may confirm what follows from it; money is given up by somebody else, as in a waiver.
    """
    found = []
    if not announced.answered and in_time(now, announced.ends_at):
        words = "The coordinator is heard until {day}. Decide after its answer, or after that day."
        found.append(Violation("hearing.under_way", words, figures={"day": announced.answer_by}))
    if len(reason.strip()) < MIN_REASON:
        words = "Say in at least {minimum} characters what you make of the answer; the coordinator reads it."
        found.append(Violation("hearing.reason", words, "reason", {"minimum": MIN_REASON}))
    if event is HearingEvent.LOWER:
        if amount is None or not Money.zero() < amount < announced.amount:
            words = "Give the amount that is still asked back: more than nothing, and less than {announced}."
            found.append(Violation("hearing.lowered_to", words, "amount", {"announced": announced.amount}))
    elif amount is not None:
        words = "An amount is given only where it is lowered."
        found.append(Violation("hearing.amount_out_of_place", words, "amount"))
    if event is not HearingEvent.CONFIRM and announced.by in decider:
        words = "You decided on the report that this is owed after, so somebody else lowers or withdraws it."
        found.append(Violation("hearing.own_decision", words))
    return tuple(found)


def undecided_findings(hearing: Hearing | None) -> tuple[Violation, ...]:
    """Why nothing can come in or be waived yet: the coordinator is still heard, or the office has not decided."""
    if hearing is None or not hearing.open:
        return ()
    words = "The recovery is announced, and not decided on after the hearing: nothing is asked back yet."
    return (Violation("hearing.undecided", words),)
