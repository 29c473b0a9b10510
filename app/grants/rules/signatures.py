"""May this award be signed by this person now? Four eyes, and nothing for who withdrew."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from app.accounts.rules.interests import interest_findings
from app.core.money import Money
from app.core.violations import Violation

MIN_REASON = 20
"""Characters of the reason for taking a preparation back."""


@dataclass(frozen=True, slots=True)
class ToSign:
    """What must be known of a prepared award; ``left`` is what its envelope has, None where nothing is paid.

    ``of_a_party``: the signer has a part in the application.
    """

    reference: str
    prepared_by: UUID | None
    withdrawn: bool
    amount: Money | None = None
    left: Money | None = None
    of_a_party: bool = False


def signature_findings(award: ToSign, signer: Collection[UUID]) -> tuple[Violation, ...]:
    """Why it cannot be signed, all at once; that the money is there is judged where it is committed.

    ``signer`` is everybody whom the signer counts as; nobody signs nothing.
    """
    found = []
    if not signer or award.prepared_by in signer:
        found.append(
            Violation(
                "award.four_eyes",
                "{reference}: you prepared this decision, so somebody else signs it.",
                figures={"reference": award.reference},
            )
        )
    found += interest_findings(of_a_party=award.of_a_party, reference=award.reference)
    if award.withdrawn:
        found.append(
            Violation(
                "award.withdrawn",
                "{reference} was withdrawn: nothing is signed for it. Take the preparation back.",
                figures={"reference": award.reference},
            )
        )
    return tuple(found)


def fits(award: ToSign) -> bool:
    """Whether the envelope still has what the award needs."""
    return award.amount is None or award.left is None or award.amount <= award.left


def drop_findings(reason: str) -> tuple[Violation, ...]:
    """Why a preparation cannot be taken back: no reason is given."""
    if len(reason.strip()) >= MIN_REASON:
        return ()
    return (
        Violation(
            "award.drop_reason",
            "Say in at least {minimum} characters why the preparation is taken back.",
            "reason",
            {"minimum": MIN_REASON},
        ),
    )
