"""Who may do which act of a payment: each act by its office, never two acts by one person, never while time stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from app.accounts.rules.interests import interest_findings
from app.core.actor import Assignment, Role, ScopeKind
from app.core.money import Money
from app.core.violations import Figure, Violation
from app.payments.rules.lifecycle import WAITING, PaymentEvent, PaymentKind, PaymentState

MIN_REASON = 10
"""Characters of the reason for sending back, cancelling, suspending or refusing."""


class Act(StrEnum):
    """An act on a payment."""

    INITIATE = "initiate"
    VERIFY = "verify"
    AUTHORISE = "authorise"
    RELEASE = "release"
    RETURN = "return"
    CANCEL = "cancel"
    SUSPEND = "suspend"
    RECORD = "record"
    CONFIRM = "confirm"


OFFICES: Mapping[Act, tuple[Role, ...]] = MappingProxyType(
    {
        Act.INITIATE: (Role.PROGRAMME_OFFICER, Role.FINANCE_OFFICER),
        Act.VERIFY: (Role.FINANCE_OFFICER,),
        Act.AUTHORISE: (Role.AUTHORISING_OFFICER,),
        Act.RELEASE: (Role.ACCOUNTING_OFFICER,),
        Act.RETURN: (Role.FINANCE_OFFICER, Role.AUTHORISING_OFFICER, Role.ACCOUNTING_OFFICER),
        Act.CANCEL: (Role.PROGRAMME_OFFICER, Role.FINANCE_OFFICER),
        Act.SUSPEND: (Role.PROGRAMME_OFFICER, Role.FINANCE_OFFICER),
        Act.RECORD: (Role.ACCOUNTING_OFFICER,),
        Act.CONFIRM: (Role.AUTHORISING_OFFICER, Role.ACCOUNTING_OFFICER),
    }
)
"""The offices that may do each act, for the platform, the programme or the call of the payment."""
_RETURNS: Mapping[PaymentState, Act] = MappingProxyType(
    {
        PaymentState.INITIATED: Act.VERIFY,
        PaymentState.VERIFIED: Act.AUTHORISE,
        PaymentState.AUTHORISED: Act.RELEASE,
    }
)
NEXT: Mapping[PaymentState, tuple[PaymentEvent, Act]] = MappingProxyType(
    {
        PaymentState.INITIATED: (PaymentEvent.VERIFY, Act.VERIFY),
        PaymentState.VERIFIED: (PaymentEvent.AUTHORISE, Act.AUTHORISE),
        PaymentState.AUTHORISED: (PaymentEvent.RELEASE, Act.RELEASE),
        PaymentState.RELEASED: (PaymentEvent.PAY, Act.RECORD),
        PaymentState.MISSING: (PaymentEvent.CONFIRM, Act.CONFIRM),
        PaymentState.RETURNED: (PaymentEvent.RESUBMIT, Act.INITIATE),
    }
)
"""What must happen next, and by which act; nothing where the payment has come to its end."""


def next_act(state: PaymentState) -> Act | None:
    """The act that must follow; None where the payment has come to its end."""
    return NEXT[state][1] if state in NEXT else None


@dataclass(frozen=True, slots=True)
class Circuit:
    """Who did what on a payment so far; None where nobody has."""

    initiated_by: UUID | None = None
    verified_by: UUID | None = None
    authorised_by: UUID | None = None
    released_by: UUID | None = None
    parties: Collection[UUID] = ()
    """The application and the organisations whose people act on no step."""

    def done_by(self, persons: Collection[UUID]) -> str:
        """What one of these did on the payment, in one word; empty where nothing."""
        did = {
            "initiated": self.initiated_by,
            "verified": self.verified_by,
            "authorised": self.authorised_by,
            "released": self.released_by,
        }
        return next((word for word, who in did.items() if who in persons), "")


def holds_office(held: tuple[Assignment, ...], act: Act, *, call_id: UUID, programme_id: UUID) -> bool:
    """Whether one of these roles is an office of the act, where the payment is: platform, programme or call."""
    return any(
        one.role in OFFICES[act]
        and (
            one.scope is ScopeKind.PLATFORM
            or (one.scope is ScopeKind.PROGRAMME and one.scope_id == programme_id)
            or (one.scope is ScopeKind.CALL and one.scope_id == call_id)
        )
        for one in held
    )


def returner(state: PaymentState) -> Act | None:
    """The act whose offices may send a payment back in this state: whose turn it is, nobody else; None if nobody."""
    return _RETURNS.get(state)


def act_findings(
    circuit: Circuit, persons: Collection[UUID], *, suspended_on: date | None, takes_part_in: Collection[UUID] = ()
) -> tuple[Violation, ...]:
    """Why somebody may not do the next act of the circuit: all reasons.

    ``persons`` is everybody whom that person counts as: a delegate and the one whom they stood for are one;
    ``takes_part_in`` the applications and organisations in which they hold a role.
    """
    found = list(interest_findings(of_a_party=bool(set(circuit.parties) & set(takes_part_in))))
    if did := circuit.done_by(persons):
        words = "You have {did} this payment: its next step is for another person. No two steps are by one person."
        found.append(Violation("payments.same_person", words, figures={"did": did}))
    if suspended_on is not None:
        words = "The time limit of this payment has been suspended since {day}. Resume it first."
        found.append(Violation("payments.is_suspended", words, figures={"day": suspended_on}))
    return tuple(found)


def reason_findings(reason: str) -> tuple[Violation, ...]:
    """Whether a reason says something."""
    if len(reason.strip()) >= MIN_REASON:
        return ()
    words = "Say why, in at least {least} characters: whoever acts next reads it."
    return (Violation("payments.reason_too_short", words, "reason", {"least": MIN_REASON}),)


def suspension_findings(state: PaymentState, suspended_on: date | None, *, wanted: bool) -> tuple[Violation, ...]:
    """Why the time limit cannot be suspended (``wanted``) or run again."""
    if not wanted:
        if suspended_on is not None:
            return ()
        return (Violation("payments.not_suspended", "The time limit of this payment is running already."),)
    if state not in WAITING:
        words = "This payment is {state}: its time limit cannot be suspended any more."
        return (Violation("payments.too_late_to_suspend", words, figures={"state": state.value}),)
    if suspended_on is not None:
        words = "The time limit has been suspended since {day} already."
        return (Violation("payments.suspended_already", words, figures={"day": suspended_on}),)
    return ()


def amount_findings(wanted: Money, left: Money) -> tuple[Violation, ...]:
    """Whether ``wanted`` can be paid of a commitment of which ``left`` is neither paid nor in payment."""
    if wanted.cents <= 0:
        return (Violation("payments.amount_not_positive", "A payment is of an amount above zero.", "amount"),)
    if wanted <= left:
        return ()
    words = "{wanted} cannot be paid: the commitment has {left} left besides what is in payment, {over} too little."
    figures: dict[str, Figure] = {"wanted": wanted, "left": left, "over": wanted - left}
    return (Violation("payments.commitment_exceeded", words, "amount", figures),)


def confirming_findings(reported_by: UUID | None, persons: Collection[UUID]) -> tuple[Violation, ...]:
    """Why somebody may not confirm that the bank never paid: who reported it does not confirm it."""
    if reported_by not in persons:
        return ()
    words = "You reported that the bank did not pay this: another person confirms it, as its amount becomes free then."
    return (Violation("payments.own_report", words),)


def booked_findings(reference: str, booked_on: date | None) -> tuple[Violation, ...]:
    """Why a payment is not missing: the bank booked it on that day, and nobody has matched the line."""
    if booked_on is None:
        return ()
    words = "A line of {day} on the statement looks like {reference}: match it instead."
    figures: dict[str, Figure] = {"day": booked_on, "reference": reference}
    return (Violation("payments.looks_booked", words, figures=figures),)


def stray_findings(reference: str | None) -> tuple[Violation, ...]:
    """Why nothing more is asked for or sent: the bank booked an earlier attempt to pay the same, of that reference."""
    if reference is None:
        return ()
    words = "The bank booked {earlier}, which was given up as never paid: settle that line of the statement first."
    return (Violation("payments.paid_before", words, figures={"earlier": reference}),)


def once_findings(kind: PaymentKind, reference: str | None) -> tuple[Violation, ...]:
    """Whether a payment that happens once is there already, under ``reference``."""
    if reference is None:
        return ()
    words = "The {kind} payment is there already: {reference}."
    return (Violation("payments.initiated_already", words, "kind", {"kind": kind.value, "reference": reference}),)


def account_findings(*, validated: bool, payee: str) -> tuple[Violation, ...]:
    """Whether the payee has an account to pay to."""
    if validated:
        return ()
    words = "{payee} has no validated bank account: one must be given, and validated by another person."
    return (Violation("payments.no_validated_account", words, "organisation_id", {"payee": payee}),)
