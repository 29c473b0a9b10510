"""What becomes of the forty applications of 2019: invented, but within the real envelope to the cent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from random import Random

from app.core.money import Money

ENVELOPE = Money.parse("3600000.00")
FUNDED, WAITING = 13, 9
_MAXIMA = (30, 30, 20, 20)
CRITERIA = ("relevance", "quality", "impact", "budget")


class End(StrEnum):
    """How an application of the demo ends."""

    MAIN = "main"
    RESERVE = "reserve"
    BELOW = "below"
    WITHDRAWN = "withdrawn"
    NOT_ELIGIBLE = "not_eligible"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Fate:
    """The end of one application: what it asks for, and the points that its experts agree on."""

    end: End
    aim: Money
    points: tuple[int, int, int, int]

    @property
    def judged(self) -> bool:
        """Whether experts read it."""
        return self.end in {End.MAIN, End.RESERVE, End.BELOW}


@cache
def fates(number: int = 40) -> tuple[Fate, ...]:
    """One fate for each project, always the same; those that are funded ask for the whole envelope together."""
    random = Random(1936)
    order = list(range(number))
    random.shuffle(order)
    ends = (
        [End.MAIN] * FUNDED
        + [End.RESERVE] * WAITING
        + [End.WITHDRAWN, End.NOT_ELIGIBLE, End.EXCLUDED]
        + [End.BELOW] * number
    )
    aims = ENVELOPE.split([random.randint(230, 325) for _ in range(FUNDED)])
    made: dict[int, Fate] = {}
    for place, which in enumerate(order):
        end = ends[place]
        aim = aims[place] if end is End.MAIN else Money(random.randint(23_500_000, 35_990_000))
        made[which] = Fate(end, aim, _points(end, place, random))
    return tuple(made[one] for one in range(number))


def _points(end: End, place: int, random: Random) -> tuple[int, int, int, int]:
    """Points for each criterion; the better the earlier the place."""
    if end is End.MAIN:
        total = 93 - place
    elif end is End.RESERVE:
        total = 79 - (place - FUNDED)
    else:
        total = random.randint(52, 68)
    shares = [maximum * total // 100 for maximum in _MAXIMA]
    for extra in range(total - sum(shares)):
        shares[extra % len(shares)] += 1
    if end is not End.BELOW:
        return tuple(shares)  # type: ignore[return-value]  # four criteria
    low = random.choice([0, 1, 2, 3])
    shares[low] = min(shares[low], _MAXIMA[low] // 2 - random.randint(1, 3))
    return tuple(shares)  # type: ignore[return-value]  # four criteria
