"""Who must show that they have the means? Financial capacity by partner, operational capacity by application."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from app.calls.rules.eligibility_kinds import FinancialCapacity, OperationalCapacity
from app.core.money import Money
from app.organisations.rules.types import OrganisationType

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules


class CapacityKind(StrEnum):
    """What is checked."""

    FINANCIAL = "financial"
    OPERATIONAL = "operational"


class CapacityOutcome(StrEnum):
    """What was found; ``weak`` is funded under conditions, ``insufficient`` is not selected."""

    SUFFICIENT = "sufficient"
    WEAK = "weak"
    INSUFFICIENT = "insufficient"


@dataclass(frozen=True, slots=True)
class SelectionPartner:
    """A beneficiary with the grant that it asks for."""

    partner_id: UUID
    name: str
    coordinator: bool
    organisation_type: OrganisationType
    requested: Money


@dataclass(frozen=True, slots=True)
class CapacityCheck:
    """One check that is due; ``partner_id`` None for the application as a whole."""

    kind: CapacityKind
    partner_id: UUID | None
    name: str


def checks_due(rules: CallRules, strand: str, partners: Iterable[SelectionPartner]) -> tuple[CapacityCheck, ...]:
    """The checks that an officer must record before the application can be on the main list.

    Financial capacity is checked above the amount that the call names, unless the type of organisation is exempt;
    operational capacity only where the call leaves it to an officer (experts judge it in their reports).
    """
    known = tuple(partners)
    found: list[CapacityCheck] = []
    for rule in rules.rules_of(FinancialCapacity, strand):
        found += [
            CapacityCheck(CapacityKind.FINANCIAL, one.partner_id, one.name)
            for one in known
            if (rule.of == "every_beneficiary" or one.coordinator)
            and one.organisation_type not in rule.exempt
            and (rule.from_amount is None or one.requested > rule.from_amount)
        ]
    if any(rule.judged_by == "officer" for rule in rules.rules_of(OperationalCapacity, strand)):
        found.append(CapacityCheck(CapacityKind.OPERATIONAL, None, ""))
    return tuple(found)


def missing_checks(
    due: Iterable[CapacityCheck], recorded: Mapping[tuple[CapacityKind, UUID | None], CapacityOutcome]
) -> tuple[CapacityCheck, ...]:
    """Checks that nobody has recorded."""
    return tuple(check for check in due if (check.kind, check.partner_id) not in recorded)


def is_selected(
    recorded: Mapping[tuple[CapacityKind, UUID | None], CapacityOutcome], *, capable: bool | None = None
) -> bool:
    """Whether nothing found so far keeps the application out; ``capable`` is the experts' finding, if any."""
    return capable is not False and CapacityOutcome.INSUFFICIENT not in recorded.values()
