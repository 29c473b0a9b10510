"""May this be paid to a third party? Ceiling of the recipient, budget of the partner, days of the project, activity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.core.money import Money
from app.core.violations import Figure, Violation
from app.grants.rules.grant_lifecycle import GrantState
from app.ledger.rules.recipients import Within, ceiling_findings

LEAST_REASON = 10
MOST_BYTES = 10_000_000
"""Of a document that proves a payment."""


class SupportKind(StrEnum):
    """What a third party is paid for."""

    VOUCHER = "voucher"
    EXCHANGE = "exchange"


@dataclass(frozen=True, slots=True)
class Support:
    """A payment to be recorded; ``activity`` is empty where the payment names none."""

    kind: SupportKind
    recipient: str
    amount: Money
    paid_on: date
    activity: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """What the agreement, the call and earlier payments leave.

    ``budget`` and ``used`` are those of the partner that pays, ``received`` is what the recipient has had ``within``
    the scope of the ceiling; ``activities`` are those that the call names, empty where it names none.
    """

    start_on: date
    end_on: date
    report_on: date
    """When the last report is due: what is claimed in it was paid by then."""
    today: date
    partner: str
    budget: Money
    used: Money
    received: Money
    ceiling: Money | None
    within: Within
    activities: Mapping[str, str]

    @property
    def left(self) -> Money:
        """What the partner can still pay to third parties."""
        return self.budget - self.used


def support_findings(wanted: Support, frame: Frame) -> tuple[Violation, ...]:
    """Everything that speaks against the payment, at once."""
    return (
        *_amount(wanted, frame),
        *_days(wanted, frame),
        *_activity(wanted, frame),
    )


def _amount(wanted: Support, frame: Frame) -> Iterator[Violation]:
    if wanted.amount.cents <= 0:
        yield Violation("support.amount", "The amount must be above zero.", "amount")
        return
    typed = wanted.kind is SupportKind.VOUCHER  # the amount of an exchange is computed: no field of its form holds it
    recipient = wanted.recipient
    for found in ceiling_findings(wanted.amount, frame.received, frame.ceiling, frame.within, recipient=recipient):
        yield found if typed else found.at("recipient")
    if not frame.budget:
        words = "The agreement gives {partner} no budget for support to third parties."
        yield Violation("support.no_budget", words, "partner_id", {"partner": frame.partner})
    elif wanted.amount > frame.left:
        words = "{amount} is more than {partner} has left: {left} of its budget of {budget} for third parties."
        figures: dict[str, Figure] = {
            "amount": wanted.amount,
            "partner": frame.partner,
            "left": frame.left,
            "budget": frame.budget,
        }
        yield Violation("support.budget_exceeded", words, "amount" if typed else "partner_id", figures)


def _days(wanted: Support, frame: Frame) -> Iterator[Violation]:
    if wanted.paid_on > frame.today:
        words = "The day of the payment lies ahead. Record it when it was paid."
        yield Violation("support.paid_ahead", words, "paid_on")
    if wanted.kind is SupportKind.VOUCHER:
        yield from inside_findings(wanted.paid_on, frame, "paid_on")
    elif wanted.paid_on > frame.report_on:  # that it follows the stay, which is inside the project, is judged there
        words = "{day} is after {last}, when the last report was due. What is claimed in it was paid by then."
        yield Violation("support.paid_after_report", words, "paid_on", {"day": wanted.paid_on, "last": frame.report_on})


def inside_findings(day: date, frame: Frame, place: str) -> Iterator[Violation]:
    """Whether a day lies inside the project."""
    if not frame.start_on <= day <= frame.end_on:
        words = "{day} is outside the project, which runs from {first} to {last}."
        figures = {"day": day, "first": frame.start_on, "last": frame.end_on}
        yield Violation("support.outside_project", words, place, figures)


def _activity(wanted: Support, frame: Frame) -> Iterator[Violation]:
    """A voucher is for one of the activities that the call names; an exchange is an activity of its own."""
    if wanted.kind is not SupportKind.VOUCHER:
        return
    if frame.activities and wanted.activity not in frame.activities:
        words = "The call supports: {activities}. Choose one of them."
        figures = {"activities": ", ".join(frame.activities.values())}
        yield Violation("support.activity", words, "activity", figures)
    elif wanted.activity and not frame.activities:
        words = "This call names no list of activities. Say in the purpose what is supported."
        yield Violation("support.activity_not_asked", words, "activity")


def state_findings(state: GrantState) -> tuple[Violation, ...]:
    """Whether payments can be recorded or reversed: while the grant runs, neither before nor after."""
    if state is GrantState.RUNNING:
        return ()
    words = {
        GrantState.PREPARATION: "The agreement is not signed yet. Third parties are paid once it is in force.",
        GrantState.SIGNATURE: "The agreement is not in force yet. Third parties are paid once all have signed.",
    }.get(state, "This grant has ended. Payments to third parties can no longer be recorded or reversed.")
    return (Violation("support.grant_not_running", words),)


def recipient_findings(keys: tuple[str, ...]) -> Iterator[Violation]:
    """Whether the recipient can be told from others."""
    if not keys:
        words = (
            "Give the VAT number or the registration number: without one the ceiling of the recipient cannot be kept."
        )
        yield Violation("support.recipient_unknown", words, "vat")


def reversal_findings(reason: str, reversed_on: date | None) -> tuple[Violation, ...]:
    """Whether a payment can be reversed; ``reversed_on`` is the day on which it was already."""
    if reversed_on is not None:
        words = "This payment was reversed on {day}. It no longer counts."
        return (Violation("support.reversed_already", words, "", {"day": reversed_on}),)
    if len(reason.strip()) < LEAST_REASON:
        words = "Say why, in at least {least} characters. The reason stays with the payment."
        return (Violation("support.reason", words, "reason", {"least": LEAST_REASON}),)
    return ()


def evidence_findings(size: int, *, counts: bool) -> tuple[Violation, ...]:
    """Whether a document of ``size`` bytes can be attached to a payment that ``counts`` or was reversed."""
    if not counts:
        words = "This payment was reversed: it needs no document any more."
        return (Violation("support.evidence_of_reversed", words, "file"),)
    if size > MOST_BYTES:
        words = "The file is larger than {megabytes} MB."
        return (Violation("support.evidence_size", words, "file", {"megabytes": MOST_BYTES // 1_000_000}),)
    return ()
