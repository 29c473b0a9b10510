"""Is the preparation of a grant complete, and is it in time? Every finding at once, party by party."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.core.periods import add_months
from app.core.violations import Severity, Violation

LATEST_START_MONTHS = 12
"""The project begins at the latest so many months after the last day for signature."""
MIN_REASON = 20
"""Characters of the reason for giving a preparation back or ending it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedParty:
    """How far one party is; ``changed`` where its data were confirmed and have changed since."""

    partner_id: UUID
    name: str
    confirmed: bool
    changed: bool
    declared: bool
    signatory: str
    signatory_holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """What is judged; ``months`` are the least and the most that the call allows, None where it sets no limit."""

    parties: Sequence[PreparedParty]
    opened_on: date
    start_on: date | None
    duration_months: int | None
    months: tuple[int, int] | None
    account: bool
    data_due_on: date
    declarations_due_on: date
    signature_due_on: date


def preparation_findings(found: Preparation) -> tuple[Violation, ...]:
    """What stops the agreement from being opened for signature."""
    return (*date_findings(found), *_account(found), *(one for party in found.parties for one in party_findings(party)))


def date_findings(found: Preparation) -> tuple[Violation, ...]:
    """What is wrong with start and duration; places are the fields of the form."""
    return tuple(_dates(found))


def _dates(found: Preparation) -> Iterator[Violation]:
    latest = add_months(found.signature_due_on, LATEST_START_MONTHS)
    if found.start_on is None:
        yield Violation("grant.start_missing", "No start date is proposed yet.", "start_on")
    elif not found.opened_on < found.start_on <= latest:
        yield Violation(
            "grant.start_outside",
            "The project starts after {earliest}, the day of the letter, and by {latest} at the latest; {start} does not.",
            "start_on",
            {"earliest": found.opened_on, "latest": latest, "start": found.start_on},
        )
    if found.duration_months is None:
        yield Violation("grant.duration_missing", "No duration is proposed yet.", "duration_months")
    elif found.months is not None and not found.months[0] <= found.duration_months <= found.months[1]:
        yield Violation(
            "grant.duration_outside",
            "The call allows {least} to {most} months; {months} months are proposed.",
            "duration_months",
            {"least": found.months[0], "most": found.months[1], "months": found.duration_months},
        )


def _account(found: Preparation) -> Iterator[Violation]:
    if not found.account:
        words = "The coordinator has no validated bank account for the payments."
        yield Violation("grant.account_missing", words, "account")


def party_findings(party: PreparedParty) -> Iterator[Violation]:
    """What one party still owes; places are ``parties/<partner>``."""
    place, figures = f"parties/{party.partner_id}", {"name": party.name, "person": party.signatory}
    if party.changed:
        words = "{name}: its legal data have changed since they were confirmed."
        yield Violation("grant.data_changed", words, place, figures)
    elif not party.confirmed:
        yield Violation("grant.data_unconfirmed", "{name} has not confirmed its legal data.", place, figures)
    if not party.declared:
        yield Violation("grant.not_declared", "{name} has not signed its declaration of honour.", place, figures)
    if not party.signatory:
        yield Violation("grant.no_signatory", "{name}: nobody is named who signs for it.", place, figures)
    elif not party.signatory_holds:
        words = "{name}: {person} no longer signs for it. Name another signatory."
        yield Violation("grant.signatory_left", words, place, figures)


def late_findings(found: Preparation, today: date) -> tuple[Violation, ...]:
    """What is late: it stops nothing, and the officer decides what follows."""
    return tuple(_late(found, today))


def _late(found: Preparation, today: date) -> Iterator[Violation]:
    names = _names(party.name for party in found.parties if not party.confirmed)
    if names and today > found.data_due_on:
        words = "The legal data were due on {day}. Late: {names}."
        yield _warning("grant.data_late", words, found.data_due_on, names)
    names = _names(party.name for party in found.parties if not party.declared)
    if names and today > found.declarations_due_on:
        words = "The declarations of honour were due on {day}. Late: {names}."
        yield _warning("grant.declarations_late", words, found.declarations_due_on, names)
    if today > found.signature_due_on:
        yield _warning("grant.signature_late", "The agreement was to be signed by {day}.", found.signature_due_on)


def _warning(rule: str, words: str, day: date, names: str = "") -> Violation:
    return Violation(rule, words, figures={"day": day, "names": names}, severity=Severity.WARNING)


def _names(names: Iterable[str]) -> str:
    return ", ".join(names)


def reason_findings(reason: str) -> tuple[Violation, ...]:
    """Why a preparation cannot be given back or ended: no reason that helps is given."""
    if len(reason.strip()) >= MIN_REASON:
        return ()
    words = "Say in at least {minimum} characters what has to change, or why it ends."
    return (Violation("grant.reason", words, "reason", {"minimum": MIN_REASON}),)
