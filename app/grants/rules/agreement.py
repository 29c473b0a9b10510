"""What does the agreement say? One frozen document that explains itself: parties, money, dates, terms, description.

It is stored as canonical JSON with its SHA-256; that hash is what everybody signs. Page and PDF show these facts
through one template.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal
from uuid import UUID

from pydantic import SerializerFunctionWrapHandler, model_serializer

from app.calls.rules.funding_kinds import CapScope
from app.calls.rules.grant_kinds import GrantTerms
from app.core.canonical import canonical_json, digest
from app.core.commands import Euro
from app.core.money import Money
from app.grants.rules.agreement_parts import CategoryFacts, IndicatorFacts, RateFacts
from app.grants.rules.budget_lines import BudgetLineFacts
from app.grants.rules.grant_lifecycle import GrantState, PartyRole
from app.grants.rules.letter_facts import CallFacts, Facts
from app.grants.rules.periods import PeriodFacts
from app.grants.rules.prefinancing import PrefinancingFacts
from app.partnerships.rules.facts import PartnerRole

AGREEMENT_FORMAT: Literal["grappe-grant-agreement-1"] = "grappe-grant-agreement-1"


_NEWER = frozenset({"third_party_scope", "third_parties"})
"""Fields that agreements of the same format may lack."""


class PartyFacts(Facts):
    """An organisation of the consortium with its legal data; ``signatory`` is empty where it does not sign."""

    partner_id: UUID
    organisation_id: UUID
    position: int
    name: str
    role: PartnerRole
    country: str
    country_name: str
    region: str
    street: str
    postcode: str
    city: str
    legal_form: str
    organisation_type: str
    sme: str
    pic: str
    vat: str
    registration_number: str
    signatory_id: UUID | None
    signatory: str

    @property
    def signs(self) -> bool:
        """Whether it is a party: affiliated and associated partners are only named."""
        return self.role.is_beneficiary

    @property
    def party_role(self) -> PartyRole:
        """Coordinator or beneficiary."""
        return PartyRole.COORDINATOR if self.role is PartnerRole.COORDINATOR else PartyRole.BENEFICIARY


class AccountFacts(Facts):
    """The coordinator's account that payments go to."""

    id: UUID
    holder: str
    iban: str
    bic: str

    def is_same(self, other: AccountFacts) -> bool:
        """Whether money to the one arrives on the other, though it was given and validated another time."""
        return (self.holder, self.iban, self.bic) == (other.holder, other.iban, other.bic)


class AgreementFacts(Facts):
    """The whole agreement; ``number`` counts its versions from 1.

    ``third_parties`` says whether the call has costs for third parties, ``third_party_scope`` where the maximum of one
    counts; older agreements have neither.
    """

    format: Literal["grappe-grant-agreement-1"] = AGREEMENT_FORMAT
    number: int
    grant_id: UUID
    reference: str
    application_reference: str
    acronym: str
    title: str
    call_id: UUID
    call_version_id: UUID
    call_sha256: str
    call: CallFacts
    strand: str
    commitment_id: UUID | None
    awarded_on: date
    maximum_grant: Euro
    start_on: date
    duration_months: int
    end_on: date
    parties: tuple[PartyFacts, ...]
    account: AccountFacts | None
    rates: tuple[RateFacts, ...]
    categories: tuple[CategoryFacts, ...]
    budget: tuple[BudgetLineFacts, ...]
    third_party_maximum: Euro | None
    third_party_scope: CapScope = "grant"
    third_parties: bool | None = None
    terms: GrantTerms
    prefinancing: PrefinancingFacts | None
    interim_ceiling: Euro | None
    periods: tuple[PeriodFacts, ...]
    indicators: tuple[IndicatorFacts, ...]
    sections: tuple[dict[str, Any], ...]
    submission_sha256: str

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> AgreementFacts:
        """From its stored JSON."""
        return cls.model_validate_json(canonical_json(dict(stored)))

    @model_serializer(mode="wrap")
    def _as_it_was_written(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """What is newer than an agreement stays out of its text: its hash was signed."""
        text: dict[str, Any] = write(self)
        return {name: value for name, value in text.items() if name not in _NEWER or name in self.model_fields_set}

    @property
    def sha256(self) -> str:
        """What is signed: SHA-256 of the canonical JSON."""
        return digest(self.plain())

    @property
    def coordinator(self) -> PartyFacts:
        """The party that receives the payments."""
        return next(party for party in self.parties if party.role is PartnerRole.COORDINATOR)

    @property
    def signing_parties(self) -> tuple[PartyFacts, ...]:
        """Coordinator and other beneficiaries, in the order of the partnership."""
        return tuple(party for party in self.parties if party.signs)

    @property
    def supports_third_parties(self) -> bool:
        """Whether beneficiaries may give financial support to third parties."""
        return self.third_party_maximum is not None if self.third_parties is None else self.third_parties

    @cached_property
    def eligible(self) -> Money:
        """Total estimated costs."""
        return Money.total(line.cost for line in self.budget)

    def cost_of(self, partner_id: UUID | None = None, category: str | None = None) -> Money:
        """Estimated costs of a partner, a category, both or all."""
        return Money.total(line.cost for line in self._lines(partner_id, category))

    def grant_of(self, partner_id: UUID | None = None, category: str | None = None) -> Money:
        """The grant for the costs of a partner, a category, both or all."""
        return Money.total(line.grant for line in self._lines(partner_id, category))

    def _lines(self, partner_id: UUID | None, category: str | None) -> tuple[BudgetLineFacts, ...]:
        return tuple(
            line
            for line in self.budget
            if (partner_id is None or line.partner_id == partner_id) and (category is None or line.category == category)
        )


@dataclass(frozen=True, slots=True)
class AgreementPartner:
    """An organisation of the agreement as reports and payments need it."""

    partner_id: UUID
    organisation_id: UUID
    name: str
    country: str
    coordinator: bool
    signs: bool
    legal_form: str
    sme: bool | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """A version of an agreement with the state of its grant; everything but the state stands in what was signed."""

    grant_id: UUID
    application_id: UUID
    state: GrantState
    entered_into_force_at: datetime | None
    version: int
    sha256: str
    facts: AgreementFacts

    @property
    def reference(self) -> str:
        """The reference of the grant."""
        return self.facts.reference

    @property
    def acronym(self) -> str:
        """The acronym of the project."""
        return self.facts.acronym

    @property
    def title(self) -> str:
        """The title of the project."""
        return self.facts.title

    @property
    def call_id(self) -> UUID:
        """The call under which it was awarded."""
        return self.facts.call_id

    @property
    def call_version_id(self) -> UUID:
        """The version of the call that the application was judged by."""
        return self.facts.call_version_id

    @property
    def start_on(self) -> date:
        """The first day of the project."""
        return self.facts.start_on

    @property
    def end_on(self) -> date:
        """The last day of the project."""
        return self.facts.end_on

    @property
    def maximum_grant(self) -> Money:
        """The most that is ever paid."""
        return self.facts.maximum_grant

    @property
    def commitment_id(self) -> UUID | None:
        """The commitment of the ledger that pays it; None where the call pays nothing."""
        return self.facts.commitment_id

    @property
    def partners(self) -> tuple[AgreementPartner, ...]:
        """Everybody in the consortium, the coordinator marked."""
        return tuple(
            AgreementPartner(
                partner_id=party.partner_id,
                organisation_id=party.organisation_id,
                name=party.name,
                country=party.country,
                coordinator=party.role is PartnerRole.COORDINATOR,
                signs=party.signs,
                legal_form=party.legal_form,
                sme={"yes": True, "no": False}.get(party.sme),
            )
            for party in self.facts.parties
        )

    @property
    def budget(self) -> tuple[BudgetLineFacts, ...]:
        """Costs, rate and grant by partner and category; lines without costs are left out."""
        return self.facts.budget

    @property
    def categories(self) -> tuple[CategoryFacts, ...]:
        """The categories of costs in the order of the call."""
        return self.facts.categories

    @property
    def periods(self) -> tuple[PeriodFacts, ...]:
        """The reporting periods with their days."""
        return self.facts.periods

    @property
    def indicators(self) -> tuple[IndicatorFacts, ...]:
        """What reports measure, with targets."""
        return self.facts.indicators

    @property
    def terms(self) -> GrantTerms:
        """The terms of the call version."""
        return self.facts.terms
