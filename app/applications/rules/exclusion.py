"""Is every beneficiary free of grounds for exclusion? Declarations of honour, and what an officer looked up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from app.applications.rules.check_lifecycle import CheckResult, CheckState
from app.applications.rules.lifecycle import ApplicationState
from app.calls.rules.eligibility_kinds import DeclarationOfHonour, RecordedCheck
from app.core.violations import Violation
from app.partnerships.rules.facts import PartnerFacts, PartnerRole, applicants

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules

PLACE = "exclusion"
STATEMENT = (
    "I declare on my honour, for this organisation, for those who represent, direct or control it and for those who are "
    "essential to the project, that none of the following applies: bankruptcy, insolvency or winding-up; unpaid taxes or "
    "social security contributions; grave professional misconduct, including misrepresentation; fraud; corruption; "
    "conduct related to a criminal organisation; money laundering or terrorist financing; terrorist offences; child "
    "labour or other trafficking in human beings; irregularities; having been created, or having created another entity, "
    "to evade legal obligations. I know that a false or missing statement may lead to rejection, and that evidence may be "
    "asked for."
)
"""The words that are declared and stored with the declaration."""

Recorded = Mapping[tuple[UUID, str], CheckResult]
"""The latest result by partner and id of the check."""


def exclusion_findings(
    rules: CallRules,
    strand: str,
    partners: tuple[PartnerFacts, ...],
    *,
    declared: frozenset[UUID],
    recorded: Recorded,
) -> tuple[Violation, ...]:
    """Declarations that are missing, checks that nobody recorded, and concerns; places are ``exclusion/<partner>``.

    ``partners`` are those of the submission, ``declared`` the ids of those that have declared.
    """
    return (
        *(
            Violation(
                DeclarationOfHonour.rule_id,
                "{name} has not made its declaration of honour.",
                f"{PLACE}/{partner.partner_id}",
                {"name": partner.name},
                cure="Somebody who speaks for {name} declares on the page of the application.",
            )
            for partner in who_declares(rules, strand, partners)
            if partner.partner_id not in declared
        ),
        *_recorded(rules, strand, partners, recorded),
    )


def who_declares(rules: CallRules, strand: str, partners: tuple[PartnerFacts, ...]) -> tuple[PartnerFacts, ...]:
    """Beneficiaries of whom the call asks a declaration of honour."""
    asked = rules.rules_of(DeclarationOfHonour, strand)
    everybody = any(rule.of == "every_beneficiary" for rule in asked)
    return tuple(
        partner for partner in applicants(partners) if everybody or (asked and partner.role is PartnerRole.COORDINATOR)
    )


def checks_before_award(rules: CallRules, strand: str) -> tuple[RecordedCheck, ...]:
    """What an officer looks up for every beneficiary before the award."""
    return tuple(rule for rule in rules.rules_of(RecordedCheck, strand) if rule.before == "award")


def _recorded(
    rules: CallRules, strand: str, partners: tuple[PartnerFacts, ...], recorded: Recorded
) -> Iterator[Violation]:
    for rule in checks_before_award(rules, strand):
        for partner in applicants(partners):
            result = recorded.get((partner.partner_id, rule.id))
            if result is CheckResult.CLEAR:
                continue
            figures = {"name": partner.name, "check": str(rule.title)}
            place = f"{PLACE}/{partner.partner_id}"
            if result is None:
                words, cure = "{check}: not looked up yet for {name}.", "Look {name} up and record what was found."
                yield Violation(rule.rule_id, words, place, figures, cure=cure)
            else:
                cure = "Hear the consortium before this leads to a refusal."
                yield Violation("exclusion.concern", "{check}: a concern about {name}.", place, figures, cure=cure)


def declaring_violations(  # noqa: PLR0913  # who declares, of what, in which state
    rules: CallRules,
    strand: str,
    partners: tuple[PartnerFacts, ...],
    *,
    partner_id: UUID,
    declared: frozenset[UUID],
    state: ApplicationState,
    exclusion: CheckState,
) -> tuple[Violation, ...]:
    """Why a declaration cannot be made now: not asked for, made already, or the exclusion check is decided."""
    found = []
    if state is not ApplicationState.SUBMITTED:
        found.append(
            Violation("declarations.not_submitted", "This application is withdrawn: no declaration is needed.")
        )
    if exclusion.decided:
        found.append(Violation("declarations.decided", "The exclusion check is decided: it is too late to declare."))
    if partner_id not in {partner.partner_id for partner in who_declares(rules, strand, partners)}:
        found.append(Violation("declarations.not_asked", "The call asks for no declaration of this partner."))
    if partner_id in declared:
        found.append(Violation("declarations.made", "This partner has made its declaration already."))
    return tuple(found)


def recording_violations(
    rules: CallRules, strand: str, partners: tuple[PartnerFacts, ...], *, partner_id: UUID, check: str
) -> tuple[Violation, ...]:
    """Why a result cannot be recorded: the call asks for no such check, or not of this partner."""
    if check not in {rule.id for rule in checks_before_award(rules, strand)}:
        return (Violation("exclusion.unknown_check", "This call asks for no check of that name.", "check"),)
    if partner_id not in {partner.partner_id for partner in applicants(partners)}:
        return (Violation("exclusion.not_beneficiary", "Only beneficiaries of this application are looked up."),)
    return ()
