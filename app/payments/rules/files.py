"""What goes into one file for the bank, and under which name: the same payments always make the same file."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.core.money import Money
from app.core.violations import Violation
from app.payments.rules.circuit import Circuit, act_findings, stray_findings
from app.payments.rules.lifecycle import PAYMENT, PaymentEvent, PaymentState


@dataclass(frozen=True, slots=True)
class ToRelease:
    """What must be known of a payment that was chosen; ``account_stands`` unless its payee has another one now.

    ``paid_before`` is the reference of an earlier attempt to pay the same that was given up and that the bank booked.
    """

    id: UUID
    reference: str
    amount: Money
    state: PaymentState
    circuit: Circuit
    suspended_on: date | None
    account_stands: bool
    paid_before: str | None = None


def message_id(payment_ids: Iterable[UUID]) -> str:
    """The id of the message to the bank, of 35 signs: it follows from which payments are in it, in any order."""
    text = "\n".join(sorted(str(one) for one in payment_ids))
    return f"GRP{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def release_findings(
    chosen: Sequence[ToRelease], persons: Collection[UUID], *, payer: bool, takes_part_in: Collection[UUID] = ()
) -> tuple[Violation, ...]:
    """Why these payments cannot go to the bank in one file, all reasons; ``payer``: the body's own account is set.

    ``persons`` is everybody whom the one who releases them counts as, ``takes_part_in`` where they hold a role.
    """
    found = []
    if not chosen:
        found.append(Violation("payments.none_chosen", "Choose at least one payment.", "payment_ids"))
    if not payer:
        words = "The account from which is paid is not set up: an administrator gives its name, IBAN and BIC."
        found.append(Violation("payments.no_payer", words))
    for one in chosen:
        found += [
            Violation(
                finding.rule,
                "{reference}: " + finding.message,
                "payment_ids",
                {"reference": one.reference, **finding.figures},
            )
            for finding in _findings(one, persons, takes_part_in)
        ]
    return tuple(found)


def _findings(one: ToRelease, persons: Collection[UUID], takes_part_in: Collection[UUID]) -> list[Violation]:
    if not PAYMENT.allows(one.state, PaymentEvent.RELEASE):
        words = "it is {state}, so it cannot go to the bank now."
        return [Violation("payments.not_authorised", words, figures={"state": one.state.value})]
    found = list(act_findings(one.circuit, persons, suspended_on=one.suspended_on, takes_part_in=takes_part_in))
    if not one.account_stands:
        words = "its payee has another bank account now. Send it back, so that it is paid to the one that counts."
        found.append(Violation("payments.account_changed", words))
    return [*found, *stray_findings(one.paid_before)]
