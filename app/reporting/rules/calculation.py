"""From accepted costs to what is due: the one place that decides which calculation a period gets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.core.money import Money
from app.core.violations import Violation
from app.reporting.rules.final_grant import Accepted, settle
from app.reporting.rules.payment_due import interim_due, nothing_due
from app.reporting.rules.periods import PaymentAfter
from app.reporting.rules.sheet import Paid, Sheet

if TYPE_CHECKING:
    from app.calls.rules.grant_kinds import GrantTerms

NOTHING = Money.zero()


@dataclass(frozen=True, slots=True)
class Decided:
    """What a period was accepted with, what is paid after it, and what that came to (``due``, once it is decided)."""

    accepted: Accepted
    payment: PaymentAfter
    due: Money = NOTHING


@dataclass(frozen=True, slots=True)
class Calculated:
    """The sheet and what comes of it: either something is due or something comes back; ``final_grant`` at the end."""

    sheet: Sheet
    due: Money
    recovery: Money
    final_grant: Money | None


def calculate(  # independent figures
    terms: GrantTerms,
    maximum: Money,
    now: Decided,
    earlier: Sequence[Decided],
    paid: Paid,
    *,
    reduction: Money = NOTHING,
) -> Calculated:
    """What follows from accepting ``now`` after the ``earlier`` periods, in their order.

    An interim payment leaves room for what earlier ones came to: one that the bank sent back is asked for again.
    """
    match now.payment:
        case PaymentAfter.NONE:
            return Calculated(nothing_due(now.accepted.contribution), NOTHING, NOTHING, None)
        case PaymentAfter.INTERIM:
            came_to = Money.total(one.due for one in earlier if one.payment is PaymentAfter.INTERIM)
            counted = replace(paid, interims=max(paid.interims, came_to))
            sheet = interim_due(terms, maximum, now.accepted.contribution, counted, carried=carried(earlier))
            return Calculated(sheet, sheet.total, NOTHING, None)
        case PaymentAfter.BALANCE:
            everything = [one.accepted for one in (*earlier, now)]
            profits = terms.no_profit.counts_for(maximum)
            settlement = settle(maximum, everything, paid, reduction=reduction, profits=profits)
            return Calculated(settlement.sheet, settlement.due, settlement.recovery, settlement.final_grant)


def carried(earlier: Sequence[Decided]) -> Money:
    """The contribution of the periods without a payment since the last one that had one."""
    total = NOTHING
    for one in reversed(earlier):
        if one.payment is not PaymentAfter.NONE:
            break
        total += one.accepted.contribution
    return total


def reduction_findings(payment: PaymentAfter, reduction: Money, reason: str) -> tuple[Violation, ...]:
    """Why a reduction for improper implementation cannot stand."""
    found = []
    if not reduction:
        return ()
    if reduction < NOTHING:
        found.append(Violation("settlement.negative_reduction", "The reduction is zero or more.", "reduction"))
    if payment is not PaymentAfter.BALANCE:
        words = "The grant is reduced with the final report only."
        found.append(Violation("settlement.reduction_too_early", words, "reduction"))
    if not reason.strip():
        words = "Say what was implemented improperly."
        found.append(Violation("settlement.reduction_reason", words, "reduction_reason"))
    return tuple(found)


def open_payment_findings(payment: PaymentAfter, under_way: Iterable[str]) -> tuple[Violation, ...]:
    """Why the balance cannot be computed yet: payments (their references) are neither paid nor ended."""
    waiting = tuple(under_way)
    if payment is not PaymentAfter.BALANCE or not waiting:
        return ()
    words = "Payment {reference} is still under way. The balance counts what was paid, so it comes after it."
    return tuple(Violation("settlement.payment_open", words, "payments", {"reference": one}) for one in waiting)


def unrequested_findings(unrequested: Iterable[int]) -> tuple[Violation, ...]:
    """Why a report cannot be decided yet: what is due after earlier ones (their numbers) was never asked for."""
    words = "What is due after report {number} is asked for first: the next calculation counts it as paid."
    return tuple(
        Violation("settlement.earlier_unrequested", words, "payments", {"number": number}) for number in unrequested
    )


def after_all_findings(payment: PaymentAfter, due: Money, gained: Money) -> tuple[Violation, ...]:
    """Why the balance is not paid in full: it counts as unpaid what was given up, and the bank booked it after all.

    The figures of a decided report never change, so the same money is not paid twice: what the bank booked goes back
    first, and the balance pays it then.
    """
    if payment is not PaymentAfter.BALANCE or not gained:
        return ()
    words = (
        "The balance of {due} counts {gained} as never paid, and the bank paid it after all. The payee pays it back: record "
        "at that payment the line with which it comes; then the balance is asked for."
    )
    return (Violation("settlement.paid_after_all", words, "payments", {"due": due, "gained": gained}),)


def superseded_findings(
    number: int, decided: Iterable[tuple[int, PaymentAfter]], *, lost: bool = False
) -> tuple[Violation, ...]:
    """Why the payment after report ``number`` is no longer asked for: the balance was computed without it.

    A later interim payment counts its own period, so one that came back is still to be paid after it.
    ``lost``: the balance counted it as paid, and it came back since; nothing but another payment settles that.
    """
    if lost:
        return ()
    later = [other for other, payment in decided if other > number and payment is PaymentAfter.BALANCE]
    if not later:
        return ()
    words = "Report {later} was decided since: its calculation settles what was not paid after this one."
    return (Violation("settlement.superseded", words, figures={"later": later[0]}),)
