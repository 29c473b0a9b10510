"""Who may sign the agreement next? The coordinator first, the other beneficiaries in any order, the authority last."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.core.violations import Violation


@dataclass(frozen=True, slots=True)
class SigningParty:
    """A party and the person who is mandated to sign for it; ``holds``: that person is still a signatory there."""

    partner_id: UUID
    name: str
    coordinates: bool
    signatory_id: UUID | None
    signatory: str
    holds: bool


def next_to_sign(parties: Sequence[SigningParty], signed: Collection[UUID | None]) -> tuple[UUID | None, ...]:
    """Whose turn it is: ids of parties, ``(None,)`` for the authority, nothing once everybody has signed."""
    waiting = [party for party in parties if party.partner_id not in signed]
    first = tuple(party.partner_id for party in waiting if party.coordinates)
    if first:
        return first
    if waiting:
        return tuple(party.partner_id for party in waiting)
    return () if None in signed else (None,)


def party_findings(
    parties: Sequence[SigningParty], signed: Collection[UUID | None], partner_id: UUID, signer: UUID | None
) -> tuple[Violation, ...]:
    """Why this person cannot sign for a party now: not its turn, not mandated, or no longer a signatory."""
    party = next(one for one in parties if one.partner_id == partner_id)
    return tuple(_turn(parties, signed, partner_id, party.name)) + tuple(_mandate(party, signer))


def authority_findings(
    parties: Sequence[SigningParty],
    signed: Collection[UUID | None],
    signer: Collection[UUID],
    opened_by: UUID | None,
) -> tuple[Violation, ...]:
    """Why this person cannot sign for the authority now: it signs last, and not by who opened it for signature.

    ``signer`` is everybody whom the signer counts as; nobody signs nothing.
    """
    found = list(_turn(parties, signed, None, ""))
    if not signer or opened_by in signer:
        words = "You opened this agreement for signature, so somebody else signs it for the managing body."
        found.append(Violation("grant.authority_four_eyes", words))
    return tuple(found)


def _turn(
    parties: Sequence[SigningParty], signed: Collection[UUID | None], who: UUID | None, name: str
) -> Iterator[Violation]:
    if who in signed:
        words = "The agreement is signed for {name} already." if who else "The managing body has signed already."
        yield Violation("grant.signed_already", words, figures={"name": name})
    elif who not in next_to_sign(parties, signed):
        coordinator = next((party.name for party in parties if party.coordinates), "")
        missing = ", ".join(party.name for party in parties if party.partner_id not in signed)
        words = (
            "{coordinator} signs first, as the coordinator."
            if who
            else "The managing body signs last. The signature is missing of: {missing}."
        )
        yield Violation("grant.not_your_turn", words, figures={"coordinator": coordinator, "missing": missing})


def _mandate(party: SigningParty, signer: UUID | None) -> Iterator[Violation]:
    figures = {"name": party.name, "person": party.signatory}
    if party.signatory_id is None or party.signatory_id != signer:
        words = "Only {person} is mandated to sign this agreement for {name}."
        yield Violation("grant.not_mandated", words, figures=figures)
    elif not party.holds:
        words = "You no longer hold the role of signatory of {name}. The coordinator names another one."
        yield Violation("grant.mandate_ended", words, figures=figures)
