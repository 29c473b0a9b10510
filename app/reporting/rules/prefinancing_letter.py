"""What does the letter about a pre-financing say? Frozen when the bank has booked it: how much, where to, why, and what is left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.core.commands import Euro
from app.core.money import Money
from app.grants.rules.agreement import AccountFacts, AgreementFacts
from app.grants.rules.letter_facts import Facts


class StepFacts(Facts):
    """A step of the calculation, or the share of a partner."""

    words: str
    amount: Euro


class PaidAtStart(Facts):
    """A pre-financing as the bank booked it."""

    reference: str
    amount: Euro
    paid_on: date
    due_on: date
    account: AccountFacts
    sheet: tuple[StepFacts, ...]


class PrefinancingLetterFacts(Facts):
    """Everything that the letter says. ``left`` is what of the maximum grant is not paid yet, with what is held back."""

    managing_body: str
    reference: str
    acronym: str
    organisation: str
    address: tuple[str, ...]
    agreement_version: int
    payment: PaidAtStart
    shares: tuple[StepFacts, ...]
    maximum_grant: Euro
    guarantee: Euro
    left: Euro
    interim_ceiling: Euro | None


def prefinancing_letter(
    agreement: AgreementFacts, payment: PaidAtStart, shares: Sequence[tuple[str, Money]], paid: Money
) -> PrefinancingLetterFacts:
    """The letter to the coordinator; ``paid`` is what the bank has booked of the grant, with this payment."""
    lead, found = agreement.coordinator, agreement.prefinancing
    return PrefinancingLetterFacts(
        managing_body=agreement.call.managing_body,
        reference=agreement.reference,
        acronym=agreement.acronym,
        organisation=lead.name,
        address=(lead.street, f"{lead.postcode} {lead.city}".strip(), lead.country_name),
        agreement_version=agreement.number,
        payment=payment,
        shares=tuple(StepFacts(words=name, amount=share) for name, share in shares),
        maximum_grant=agreement.maximum_grant,
        guarantee=found.guarantee if found is not None else Money(0),
        left=agreement.maximum_grant - paid,
        interim_ceiling=agreement.interim_ceiling,
    )
