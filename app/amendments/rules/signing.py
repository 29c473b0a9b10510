"""Who may sign an amendment now? A legal signatory of the coordinator for all beneficiaries, then an authorising officer."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from app.core.violations import Violation


def coordinator_findings(*, mandated: bool, coordinator: str) -> tuple[Violation, ...]:
    """Why this person cannot sign for the consortium: no legal signatory of the coordinator."""
    if mandated:
        return ()
    words = "Only a legal signatory of {coordinator}, the coordinator, signs an amendment for the beneficiaries."
    return (Violation("amendment.not_mandated", words, figures={"coordinator": coordinator}),)


def authority_findings(signer: Collection[UUID], accepted_by: UUID | None) -> tuple[Violation, ...]:
    """Why this person cannot sign for the authority: who accepted the amendment does not sign it as well.

    ``signer`` is everybody whom the signer counts as; nobody signs nothing.
    """
    if signer and accepted_by not in signer:
        return ()
    words = "You accepted this amendment, so somebody else signs it for the managing body."
    return (Violation("amendment.authority_four_eyes", words),)


def decision_findings(decider: Collection[UUID], requested_by: UUID | None) -> tuple[Violation, ...]:
    """Why this person cannot decide: who asked for an amendment does not decide on it."""
    if requested_by not in decider:
        return ()
    return (Violation("amendment.own_request", "You asked for this amendment, so somebody else decides on it."),)


def text_findings(shown: str, stands: str | None) -> tuple[Violation, ...]:
    """Why a text is not signed: another one was shown."""
    if shown == stands:
        return ()
    words = "The amendment has changed since it was shown. Read it again, then sign."
    return (Violation("amendment.other_text", words, "sha256"),)
