"""What is paid after a period that is not the last: its contribution, within the ceiling of interim payments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.money import Money
from app.reporting.rules.sheet import Paid, Sheet

if TYPE_CHECKING:
    from app.calls.rules.grant_kinds import GrantTerms


def interim_ceiling(terms: GrantTerms, maximum: Money) -> Money:
    """The most that pre-financing and interim payments may come to; fractions of a cent fall away.

    Where the call names no ceiling it is the maximum grant.
    """
    return maximum if terms.interim_ceiling is None else maximum.share_down(terms.interim_ceiling)


def room_for_interims(terms: GrantTerms, maximum: Money, paid: Paid) -> Money:
    """What may still be paid before the balance, never negative."""
    return max(interim_ceiling(terms, maximum) - paid.counted, Money.zero())


def interim_due(
    terms: GrantTerms, maximum: Money, contribution: Money, paid: Paid, *, carried: Money | None = None
) -> Sheet:
    """The payment after a period step by step; its total is what is due, never negative.

    ``contribution`` is the share of the accepted costs of this period, ``carried`` that of earlier periods after which
    nothing was to be paid.
    """
    sheet = Sheet().and_then("contribution", "Contribution to the accepted costs of this period", contribution)
    if carried:
        sheet = sheet.and_then("carried", "Contribution of earlier periods without a payment", carried)
    room = room_for_interims(terms, maximum, paid)
    over = max(sheet.total - room, Money.zero())
    figures = {"ceiling": interim_ceiling(terms, maximum), "paid": paid.counted, "room": room}
    words = "Payments before the balance may reach {ceiling}; {paid} is paid or due already, so "
    words += "only {room} can be paid now" if over else "up to {room} can be paid now: nothing is taken off"
    return sheet.and_then("ceiling", words, -over, figures)


def nothing_due(contribution: Money) -> Sheet:
    """After a period without a payment: its contribution counts with the next one."""
    sheet = Sheet().and_then("contribution", "Contribution to the accepted costs of this period", contribution)
    return sheet.and_then("later", "Paid with a later period: this one has no payment", -contribution)
