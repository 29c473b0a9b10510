"""Who may sign an amendment now? A legal signatory of the coordinator for all beneficiaries, then an authorising officer."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from app.core.violations import Violation
from app.grants.rules.signing_order import both_sides_findings, other_side_findings


def coordinator_findings(
    *, mandated: bool, coordinator: str, signer: Collection[UUID], accepted_by: UUID | None
) -> tuple[Violation, ...]:
    """Why this person cannot sign for the consortium: no legal signatory of the coordinator, or who accepted it."""
    found = other_side_findings(signer, (accepted_by,))
    if mandated:
        return found
    words = "Only a legal signatory of {coordinator}, the coordinator, signs an amendment for the beneficiaries."
    return (Violation("amendment.not_mandated", words, figures={"coordinator": coordinator}), *found)


def authority_findings(
    signer: Collection[UUID], accepted_by: UUID | None, *, signed_by: Collection[UUID] = (), of_a_party: bool = False
) -> tuple[Violation, ...]:
    """Why this person cannot sign for the authority: who accepted the amendment does not sign it as well.

    Nor does who signed it for the coordinator (``signed_by``), or belongs to a party. ``signer`` is everybody whom the
    signer counts as; nobody signs nothing.
    """
    found = both_sides_findings(signer, signed_by, of_a_party=of_a_party)
    if signer and accepted_by not in signer:
        return found
    words = "You accepted or proposed this amendment, so somebody else signs it for the managing body."
    return (Violation("amendment.authority_four_eyes", words), *found)


def decision_findings(
    decider: Collection[UUID], requested_by: UUID | None, *, of_a_party: bool = False
) -> tuple[Violation, ...]:
    """Why this person cannot decide: who asked for an amendment, or belongs to a party, does not decide on it."""
    found = both_sides_findings(decider, (), of_a_party=of_a_party)
    if requested_by not in decider:
        return found
    words = "You asked for this amendment, so somebody else decides on it."
    return (Violation("amendment.own_request", words), *found)


def text_findings(shown: str, stands: str | None) -> tuple[Violation, ...]:
    """Why a text is not signed: another one was shown."""
    if shown == stands:
        return ()
    words = "The amendment has changed since it was shown. Read it again, then sign."
    return (Violation("amendment.other_text", words, "sha256"),)
