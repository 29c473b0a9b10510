"""What may one third party receive? A ceiling counts per recipient, within a grant, a call or a programme."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
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

    Two records are about the same recipient where they share one. A VAT number counts with and without its prefix.
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
    """Every amount that passes the ceiling it was judged by, with what its recipient had before; in order of recording."""
    by_key: dict[str, list[int]] = defaultdict(list)
    faults = []
    for number, one in enumerate(received):
        for key in one.keys:
            by_key[key].append(number)
        if one.ceiling is None:
            continue
        level = tuple(Within).index(one.within)
        shared = {earlier for key in one.keys for earlier in by_key[key]}
        total = Money.total(
            received[each].amount for each in shared if received[each].places[level] == one.places[level]
        )
        if total > one.ceiling:
            faults.append(f"recipient {one.name}: {total} within the {one.within}, its ceiling is {one.ceiling}")
    return tuple(faults)
