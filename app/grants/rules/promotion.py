"""Who comes next when money is left? The reserve list, in its order and without gaps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from app.core.money import Money
from app.core.violations import Violation
from app.grants.rules.lifecycle import DECIDED, AwardState


@dataclass(frozen=True, slots=True)
class OnReserve:
    """An application on the reserve list; ``promoted`` where an award was prepared or signed for it since."""

    award_id: UUID
    reference: str
    position: int
    amount: Money
    state: AwardState
    withdrawn: bool = False
    promoted: bool = False


def next_of_reserve(listed: Iterable[OnReserve]) -> OnReserve | None:
    """The first in order who has neither withdrawn nor been promoted; None where the list is used up."""
    waiting = (one for one in listed if not one.withdrawn and not one.promoted and one.state is not AwardState.DROPPED)
    return min(waiting, key=lambda one: one.position, default=None)


def promotion_findings(following: OnReserve | None, left: Money) -> tuple[Violation, ...]:
    """Why nobody can be promoted: nobody waits, the decision on the list is not signed, or too little is left."""
    if following is None:
        return (Violation("award.reserve_empty", "Nobody waits on the reserve list of this envelope."),)
    if following.state not in DECIDED:
        return (
            Violation(
                "award.reserve_not_signed",
                "{reference} is next: the decision on its place on the reserve list is signed first.",
                figures={"reference": following.reference},
            ),
        )
    if following.amount > left:
        return (
            Violation(
                "award.reserve_needs_more",
                "{reference} is next and needs {wanted}, but {left} is left: {missing} is missing.",
                figures={
                    "reference": following.reference,
                    "wanted": following.amount,
                    "left": left,
                    "missing": following.amount - left,
                },
            ),
        )
    return ()
