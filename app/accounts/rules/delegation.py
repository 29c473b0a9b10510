"""What may be handed to whom, for which time, and what a delegate may do with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.core.actor import Assignment, Role, ScopeKind
from app.core.periods import BRUSSELS, add_months, instant_in_zone
from app.core.violations import Violation

DELEGABLE = frozenset({Role.PROGRAMME_OFFICER, Role.FINANCE_OFFICER, Role.AUTHORISING_OFFICER, Role.ACCOUNTING_OFFICER})
"""Roles whose tasks can be handed over. An administrator could give roles for longer than the delegation lasts, an
auditor only looks; experts and applicants are chosen in person."""
LONGEST_MONTHS = 6


class DelegationState(StrEnum):
    """Where a delegation stands; it follows from its instants."""

    COMING = "coming"
    IN_FORCE = "in_force"
    OVER = "over"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Period:
    """From an instant on, until another one that is over already."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """What must be known before tasks are handed over."""

    same_person: bool
    giver_active: bool
    taker_active: bool
    giver: tuple[Assignment, ...]
    taker: tuple[Assignment, ...]
    first: date
    last: date
    today: date


def period_of(first: date, last: date) -> Period:
    """Both days whole, by the clock of Brussels."""
    after = last + timedelta(days=1)
    return Period(instant_in_zone(first, 0, 0, 0, BRUSSELS), instant_in_zone(after, 0, 0, 0, BRUSSELS))


def state_of_delegation(period: Period, ended_at: datetime | None, now: datetime) -> DelegationState:
    """Where it stands at that instant."""
    if ended_at is not None and ended_at <= now:
        return DelegationState.ENDED
    if now < period.starts_at:
        return DelegationState.COMING
    return DelegationState.IN_FORCE if now < period.ends_at else DelegationState.OVER


def delegated(held: Iterable[Assignment]) -> tuple[Assignment, ...]:
    """What a delegate holds while acting for somebody with these roles: of them those that can be handed over."""
    return tuple(one for one in held if one.role in DELEGABLE)


def same_office(giver: Iterable[Assignment], taker: Iterable[Assignment]) -> bool:
    """Whether both work for the platform, or one for it, or both for the same programme or call."""
    scopes = [{(one.scope, one.scope_id) for one in delegated(held)} for held in (giver, taker)]
    if not all(scopes):
        return False
    platform = (ScopeKind.PLATFORM, None)
    return any(platform in some for some in scopes) or bool(scopes[0] & scopes[1])


def handover_violations(facts: Handover) -> tuple[Violation, ...]:
    """Everything that stands against handing the tasks over, at once."""
    found = []
    if facts.same_person:
        found.append(Violation("delegation.to_oneself", "Choose another person.", "delegate_id"))
    if not facts.giver_active or not delegated(facts.giver):
        found.append(
            Violation("delegation.nothing_to_hand_over", "This person has no tasks of the office to hand over.")
        )
    elif not facts.same_person and (not facts.taker_active or not same_office(facts.giver, facts.taker)):
        found.append(
            Violation(
                "delegation.other_office",
                "Choose a colleague who works for the same programme or call, or for the whole platform.",
                "delegate_id",
            )
        )
    if facts.last < facts.first:
        found.append(Violation("delegation.ends_before", "The last day is before the first.", "ends_on"))
    elif facts.last < facts.today:
        found.append(Violation("delegation.in_the_past", "The last day is over already.", "ends_on"))
    if facts.last > add_months(facts.first, LONGEST_MONTHS):
        found.append(
            Violation(
                "delegation.too_long",
                "Tasks can be handed over for {months} months at most.",
                "ends_on",
                {"months": LONGEST_MONTHS},
            )
        )
    return tuple(found)
