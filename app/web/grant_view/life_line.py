"""The life line of a grant: from the application to its closure, with the day of each step and where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.grants.queries.facts import day_of
from app.grants.rules.grant_lifecycle import GrantState
from app.infra.templates import day_text, locale_of, translator
from app.payments.rules.lifecycle import IN_PAYMENT, PaymentKind, PaymentState
from app.reporting.rules.lifecycle import DECIDED

if TYPE_CHECKING:
    from datetime import date, datetime

    from app.grants.queries.listing import GrantRow
    from app.grants.rules.agreement import Agreement
    from app.payments.schemas import PaymentRow
    from app.reporting.rules.portfolio import PortfolioRow
    from app.reporting.schemas import ReportRow

_OVER = (GrantState.CLOSED, GrantState.TERMINATED)
_ENDS = {GrantState.ABANDONED: "Ended without agreement", GrantState.TERMINATED: "Terminated"}
"""The last step by the way a grant ended (msgids); every other one is closed in the end."""


@dataclass(frozen=True, slots=True)
class LifeStep:
    """One step of the life line for components/steps.html."""

    name: str
    note: str
    state: str


@dataclass(frozen=True, slots=True)
class LifeFacts:
    """What the life line is drawn from."""

    row: GrantRow
    standing: PortfolioRow
    agreement: Agreement | None
    payments: Sequence[PaymentRow]
    reports: Sequence[ReportRow]
    submitted_at: datetime


def life_steps(facts: LifeFacts, language: str) -> Sequence[LifeStep]:
    """Every step in order; one that is behind has its day, one that comes the day by which it is due."""
    say, locale, row = translator(language), locale_of(language), facts.row

    def on(day: date) -> str:
        return day_text(day, locale)

    def by(day: date) -> str:
        return say("by %s") % on(day)

    state = row.state
    in_force = row.entered_into_force_at is not None
    closed = on(day_of(row.closed_at)) if row.closed_at is not None else ""
    begun = (
        LifeStep(say("Application"), on(day_of(facts.submitted_at)), "done"),
        LifeStep(say("Information letter"), on(day_of(row.opened_at)), "done"),
    )
    end = LifeStep(say(_ENDS.get(state, "Closure")), closed, _end(state))
    if state is GrantState.ABANDONED:  # nothing of an agreement was or will be
        return (*begun, LifeStep(say("Preparation"), "", "stopped"), end)
    prepared = "current" if state is GrantState.PREPARATION else "done"
    signing = "current" if state is GrantState.SIGNATURE else "done" if in_force else "next"
    counts = say("%(signed)s of %(all)s beneficiaries") % {"signed": row.signed, "all": row.parties}
    signature = counts if signing == "current" else by(row.signature_due_on)
    dates = ""
    if row.start_on and row.end_on:
        dates = say("%(start)s to %(end)s") % {"start": on(row.start_on), "end": on(row.end_on)}
    return (
        *begun,
        LifeStep(say("Preparation"), "" if prepared == "done" else by(row.declarations_due_on), prepared),
        LifeStep(
            say("Signature"), on(day_of(row.entered_into_force_at)) if row.entered_into_force_at else signature, signing
        ),
        *_prefinancing(facts, language),
        LifeStep(say("Project"), dates, _project(row)),
        _reports(facts, language),
        end,
    )


def _end(state: GrantState) -> str:
    if state is GrantState.CLOSED:
        return "done"
    return "stopped" if state in _ENDS else "next"


def _project(row: GrantRow) -> str:
    if row.state is GrantState.RUNNING:
        return "current"
    return {GrantState.CLOSED: "done", GrantState.TERMINATED: "stopped"}.get(row.state, "next")


def _prefinancing(facts: LifeFacts, language: str) -> Sequence[LifeStep]:
    """The payment at the start; left out where an agreement provides none."""
    if facts.agreement is not None and facts.agreement.facts.prefinancing is None:
        return ()
    say, locale = translator(language), locale_of(language)
    mine = [one for one in facts.payments if one.kind is PaymentKind.PREFINANCING]
    paid = next((one for one in mine if one.state is PaymentState.PAID), None)
    if paid is not None:
        note = day_text(paid.paid_on, locale) if paid.paid_on is not None else ""
        return (LifeStep(say("Pre-financing"), note, "done"),)
    moving = next((one for one in mine if one.state in IN_PAYMENT), None)
    if moving is not None:
        return (LifeStep(say("Pre-financing"), say("by %s") % day_text(moving.due_on, locale), "current"),)
    return (LifeStep(say("Pre-financing"), "", "next"),)


def _reports(facts: LifeFacts, language: str) -> LifeStep:
    """How many reports are decided, and until when the next one is due."""
    say, locale = translator(language), locale_of(language)
    decided = [one for one in facts.reports if one.state in DECIDED]
    coming = [one.owed_on for one in facts.reports if one.state not in DECIDED]
    if not facts.reports and facts.agreement is not None:
        coming = [period.report_due_on for period in facts.agreement.periods]
    words = ""
    if facts.reports:
        words = say("%(decided)s of %(all)s decided") % {"decided": len(decided), "all": len(facts.reports)}
    if coming and facts.row.state not in _OVER:
        due = say("next by %s") % day_text(min(coming), locale)
        words = f"{words}, {due}" if words else due
    if facts.row.state is GrantState.TERMINATED:
        return LifeStep(say("Reports"), words, "stopped")
    done = bool(facts.reports) and not coming
    return LifeStep(
        say("Reports"), words, "done" if done else "current" if facts.row.state is GrantState.RUNNING else "next"
    )
