"""What may one third party receive? A ceiling counts per recipient, within a grant, a call or a programme."""

from __future__ import annotations

import unicodedata
from enum import StrEnum

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
