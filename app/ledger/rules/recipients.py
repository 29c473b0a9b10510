"""What may one third party receive? A ceiling counts per recipient, within a grant, a call or a programme."""

from __future__ import annotations

import itertools
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.core.money import Money
from app.core.violations import Figure, Violation


class Within(StrEnum):
    """Where a ceiling for one recipient counts."""

    GRANT = "grant"
    CALL = "call"
    PROGRAMME = "programme"


_WORDS = {
    Within.GRANT: "{recipient} would receive {total} within this grant. At most {maximum} is possible.",
    Within.CALL: "{recipient} would receive {total} from all grants of this call. At most {maximum} is possible.",
    Within.PROGRAMME: "{recipient} would receive {total} from all grants of the programme. At most {maximum} is possible.",
}


_PREFIX = {"UK": "GB"}
"""Where a VAT number begins with other letters than the code of the country."""


def recipient_keys(country: str, vat: str, registration_number: str) -> tuple[str, ...]:
    """What a recipient is known by, in a fixed order: its numbers without signs and with their country.

    Two records are about the same recipient where they share one, or where others join them: one that has a number of
    each, or a chain of such records. A VAT number counts with and without its prefix.
    """
    numbers = (("vat", _bare(vat).removeprefix(_PREFIX.get(country, country))), ("reg", _bare(registration_number)))
    return tuple(sorted(f"{kind}/{country}/{number}" for kind, number in numbers if number))


def _bare(number: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", number).upper() if sign.isalnum())


def ceiling_findings(
    amount: Money, received: Money, maximum: Money | None, within: Within, *, recipient: str
) -> tuple[Violation, ...]:
    """Whether ``amount`` on top of what the recipient has ``received`` stays within the ceiling; None allows any."""
    total = received + amount
    if maximum is None or total <= maximum:
        return ()
    left = max(maximum - received, Money.zero(maximum.currency))
    figures: dict[str, Figure] = {"recipient": recipient, "total": total, "maximum": maximum, "left": left}
    cure = "At most {left} is left for this recipient." if left else "Nothing is left for this recipient."
    cure += " Payments under each of its numbers count."
    return (Violation("support.recipient_ceiling", _WORDS[within], "amount", figures, cure=cure),)


@dataclass(frozen=True, slots=True)
class Received:
    """An amount that counts, as it is checked afterwards; ``places`` has the grant, the call and the programme."""

    keys: tuple[str, ...]
    name: str
    places: tuple[UUID, UUID, UUID]
    amount: Money
    ceiling: Money | None
    within: Within


def passed_ceilings(received: Sequence[Received]) -> tuple[str, ...]:
    """Every amount that passes the ceiling it was judged by, with what its recipient had before; in order of recording.

    What hangs together by shared numbers, as far as it was recorded by then, is one recipient.
    """
    joined = _Joined()
    faults = []
    for one in received:
        sums = joined.add(one)
        if one.ceiling is None:
            continue
        level = tuple(Within).index(one.within)
        total = Money(sums[level, one.places[level]])
        if total > one.ceiling:
            faults.append(f"recipient {one.name}: {total} within the {one.within}, its ceiling is {one.ceiling}")
    return tuple(faults)


class _Joined:
    """Recipients as records join them, each with its sums in cents by level and place."""

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self._group_of: dict[str, int] = {}
        self._keys: dict[int, list[str]] = {}
        self._sums: dict[int, Counter[tuple[int, UUID]]] = {}

    def add(self, one: Received) -> Counter[tuple[int, UUID]]:
        """Count the amount; the sums of its recipient afterwards. The smaller group goes into the larger."""
        groups = {self._group_of[key] for key in one.keys if key in self._group_of}
        found = sorted(groups, key=lambda group: len(self._keys[group]))
        kept = found.pop() if found else next(self._numbers)
        keys, sums = self._keys.setdefault(kept, []), self._sums.setdefault(kept, Counter())
        new = [key for key in one.keys if key not in self._group_of]
        for other in found:
            new += self._keys.pop(other)
            sums.update(self._sums.pop(other))
        keys += new
        self._group_of.update(dict.fromkeys(new, kept))
        for level, place in enumerate(one.places):
            sums[level, place] += one.amount.cents
        return sums
