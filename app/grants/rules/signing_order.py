"""Who may sign the agreement next? The coordinator first, the other beneficiaries in any order, the authority last."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.accounts.rules.interests import interest_findings
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
    parties: Sequence[SigningParty],
    signed: Collection[UUID | None],
    partner_id: UUID,
    signer: UUID | None,
    opened_by: UUID | None = None,
) -> tuple[Violation, ...]:
    """Why this person cannot sign for a party now: not its turn, not mandated, no longer a signatory, or of the office.

    ``opened_by`` is who opened the agreement for signature.
    """
    party = next(one for one in parties if one.partner_id == partner_id)
    return (
        *_turn(parties, signed, partner_id, party.name),
        *_mandate(party, signer),
        *other_side_findings({signer} - {None}, (opened_by,)),
    )


def authority_findings(  # who signed, who signs, who opened it
    parties: Sequence[SigningParty],
    signed: Collection[UUID | None],
    signer: Collection[UUID],
    opened_by: UUID | None,
    *,
    signed_by: Collection[UUID] = (),
    of_a_party: bool = False,
) -> tuple[Violation, ...]:
    """Why this person cannot sign for the authority now: it signs last, and not by who opened it for signature.

    ``signer`` is everybody whom the signer counts as; nobody signs nothing. ``signed_by`` are the persons who signed for
    the parties, ``of_a_party``: the signer belongs to one.
    """
    found = list(_turn(parties, signed, None, ""))
    if not signer or opened_by in signer:
        words = "You opened this agreement for signature, so somebody else signs it for the managing body."
        found.append(Violation("grant.authority_four_eyes", words))
    return (*found, *both_sides_findings(signer, signed_by, of_a_party=of_a_party))


def both_sides_findings(
    persons: Collection[UUID], signed_by: Collection[UUID], *, of_a_party: bool
) -> tuple[Violation, ...]:
    """Why somebody does not act for the managing body: on the other side they are a party, or signed for one.

    ``persons`` is everybody whom they count as, ``signed_by`` who signed for the parties.
    """
    if set(persons) & set(signed_by):
        words = "You signed this for a beneficiary, so somebody else signs it for the managing body."
        return (Violation("grant.signed_for_party", words),)
    return interest_findings(of_a_party=of_a_party)


def other_side_findings(persons: Collection[UUID | None], acted: Collection[UUID | None]) -> tuple[Violation, ...]:
    """Why somebody does not sign for a beneficiary: they ``acted`` on it for the managing body."""
    if not set(persons) & (set(acted) - {None}):
        return ()
    words = "You acted on this for the managing body, so somebody else signs it for the beneficiary."
    return (Violation("grant.acted_for_authority", words),)


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
