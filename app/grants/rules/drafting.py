"""How does an agreement follow from a call, a submission and its preparation? Nothing is decided anew."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.applications.rules.budget import categories_for
from app.calls.rules.form_kinds import IndicatorsField
from app.calls.rules.funding_kinds import CostPurpose, Funding, ThirdPartyCeiling
from app.core.money import Money
from app.grants.rules.agreement import AccountFacts, AgreementFacts, PartyFacts
from app.grants.rules.agreement_parts import CategoryFacts, IndicatorFacts, RateFacts
from app.grants.rules.budget_lines import budget_lines
from app.grants.rules.letter_facts import CallFacts
from app.grants.rules.periods import end_of, reporting_periods
from app.grants.rules.prefinancing import prefinancing_of

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules


@dataclass(frozen=True, slots=True)
class ToDraft:
    """What the preparation settled, beside what was submitted."""

    number: int
    grant_id: UUID
    reference: str
    call_id: UUID
    call_version_id: UUID
    commitment_id: UUID | None
    awarded_on: date
    maximum_grant: Money
    start_on: date
    duration_months: int
    parties: tuple[PartyFacts, ...]
    account: AccountFacts | None
    submission_sha256: str


def draft_agreement(rules: CallRules, submitted: Mapping[str, Any], settled: ToDraft) -> AgreementFacts:
    """The agreement as it would be signed now; ``submitted`` is the snapshot of the submission that was judged."""
    head = submitted["application"]
    funding, terms, strand = rules.funding, rules.grant, head["strand"]
    third_party = rules.rule_of(ThirdPartyCeiling, strand)
    ceiling = terms.interim_ceiling
    lines = budget_lines(funding, submitted["budget"]["rows"], settled.maximum_grant)
    used = {line.group for line in lines}
    return AgreementFacts(
        number=settled.number,
        grant_id=settled.grant_id,
        reference=settled.reference,
        application_reference=head["reference"],
        acronym=str(head["acronym"] or ""),
        title=str(head["title"] or ""),
        call_id=settled.call_id,
        call_version_id=settled.call_version_id,
        call_sha256=rules.sha256,
        call=call_facts(rules),
        strand=strand,
        commitment_id=settled.commitment_id,
        awarded_on=settled.awarded_on,
        maximum_grant=settled.maximum_grant,
        start_on=settled.start_on,
        duration_months=settled.duration_months,
        end_on=end_of(settled.start_on, settled.duration_months),
        parties=settled.parties,
        account=settled.account,
        rates=tuple(
            RateFacts(
                group=rate.group,
                title=str(rate.titles),
                rate=rate.rate,
                by_legal_form={special.legal_form.value: special.rate for special in rate.by_legal_form},
            )
            for rate in funding.rates
            if rate.applies_to(strand)
        ),
        categories=category_facts(funding, used),
        budget=lines,
        third_party_maximum=third_party.maximum if third_party is not None else None,
        third_party_scope=third_party.scope if third_party is not None else "grant",
        third_parties=any(one.purpose is CostPurpose.THIRD_PARTIES for one in categories_for(rules, strand)),
        terms=terms,
        prefinancing=prefinancing_of(terms, settled.maximum_grant),
        interim_ceiling=settled.maximum_grant.share_down(ceiling) if ceiling is not None else None,
        periods=reporting_periods(terms, settled.start_on, settled.duration_months),
        indicators=tuple(_indicators(rules, submitted["sections"])),
        sections=tuple(submitted["sections"]),
        submission_sha256=settled.submission_sha256,
    )


def category_facts(funding: Funding, groups: Collection[str]) -> tuple[CategoryFacts, ...]:
    """The categories of costs whose rate is used, in the order of the call."""
    return tuple(
        CategoryFacts(id=one.id, code=one.code, title=str(one.titles), group=one.rate_group)
        for one in funding.cost_categories
        if one.rate_group in groups
    )


def call_facts(rules: CallRules) -> CallFacts:
    """The call as letters and agreements name it."""
    identity = rules.identity
    return CallFacts(
        identifier=identity.identifier,
        title=str(identity.titles),
        version=rules.version,
        managing_body=identity.managing_body,
        contact=identity.contact or "",
        legal_basis=identity.legal_basis,
    )


def _indicators(rules: CallRules, sections: Sequence[Mapping[str, Any]]) -> Iterator[IndicatorFacts]:
    """Those that reports measure, in the order of the form, with what the applicant promised."""
    promised: dict[str, Any] = {}
    for field in (field for section in sections for field in section["fields"]):
        if field["kind"] == "indicators" and isinstance(field["answer"], Mapping):
            promised |= field["answer"]
    for _, field in rules.form.fields():
        if isinstance(field, IndicatorsField):
            for one in field.indicators:
                if one.id in rules.grant.indicators:
                    yield IndicatorFacts(
                        id=one.id, title=str(one.title), unit=str(one.unit), target=promised.get(one.id)
                    )
