"""May this report be submitted? One validator for page, API and use case: every finding at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from app.core.violations import Figure, Severity, Violation
from app.reporting.rules.lifecycle import DECIDED, ReportState
from app.reporting.rules.periods import Period
from app.reporting.rules.statements import Project, StatementFacts, place_of, statement_findings
from app.reporting.rules.technical import IndicatorTarget, IndicatorValue, indicator_findings, technical_findings

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules

MIN_REASON = 20
"""Characters of the reason for giving a report back or rejecting it."""


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """A report as it stands; one statement for each partner with a budget.

    ``correct_by`` binds where it was given back, ``unchanged_since`` that day where nothing was changed after it.
    """

    period: Period
    project: Project
    strand: str
    texts: Mapping[str, str]
    targets: tuple[IndicatorTarget, ...]
    values: tuple[IndicatorValue, ...]
    statements: tuple[StatementFacts, ...]
    correct_by: date | None = None
    unchanged_since: date | None = None


def check_report(rules: CallRules, report: ReportFacts, *, today: date) -> tuple[Violation, ...]:
    """Every finding, in the order of the report's parts; warnings do not stop it."""
    return (
        *_time(report, today),
        *_unchanged(report.unchanged_since),
        *technical_findings(report.texts),
        *(found for one in report.statements for found in _statement(rules, report, one)),
        *indicator_findings(report.targets, report.values, final=report.period.is_last),
    )


def _time(report: ReportFacts, today: date) -> tuple[Violation, ...]:
    period = report.period
    if report.correct_by is not None and today > report.correct_by:
        words = "The correction was due on {due}. It can still be submitted."
        figures: dict[str, Figure] = {"due": report.correct_by}
        return (Violation("report.correction_late", words, "period", figures, Severity.WARNING),)
    if report.correct_by is not None:
        return ()
    if today <= period.ends_on:
        words = "The period runs until {end}; its report can be submitted from the next day on."
        return (Violation("report.period_runs", words, "period", {"end": period.ends_on}),)
    if today > period.due_on:
        words = "The report was due on {due}. It can still be submitted."
        return (Violation("report.late", words, "period", {"due": period.due_on}, Severity.WARNING),)
    return ()


def _unchanged(since: date | None) -> tuple[Violation, ...]:
    """A warning: who disagrees with what was asked may hand the same in again."""
    if since is None:
        return ()
    words = "Nothing was changed since the report was given back on {day}."
    return (Violation("report.unchanged", words, "", {"day": since}, Severity.WARNING),)


def _statement(rules: CallRules, report: ReportFacts, statement: StatementFacts) -> tuple[Violation, ...]:
    found = statement_findings(rules, report.strand, report.period, report.project, statement)
    if statement.signed:
        return found
    words = "{name} has not signed its financial statement."
    place = place_of(statement.partner.partner_id)
    unsigned = Violation("report.statement_unsigned", words, place, {"name": statement.partner.name})
    return (unsigned, *found)


def earlier_findings(earlier: Mapping[int, ReportState]) -> tuple[Violation, ...]:
    """Why a report cannot be decided: one of an earlier period (its number, its state) is not."""
    open_ones = [number for number, state in sorted(earlier.items()) if state not in DECIDED]
    if not open_ones:
        return ()
    words = "The report of period {number} is decided first: payments follow one another."
    return (Violation("report.earlier_open", words, "period", {"number": open_ones[0]}),)


def independent_findings(persons: Collection[UUID], involved: Collection[UUID | None]) -> tuple[Violation, ...]:
    """Why somebody does not judge a report: they, or who they act for, are among those who wrote, signed or submitted it."""
    if not set(persons) & set(involved):
        return ()
    words = "You wrote, signed or submitted a part of this report, so somebody else judges it."
    return (Violation("report.own_part", words),)


def submission_findings(read: int | None, submitted: int) -> tuple[Violation, ...]:
    """Why a report cannot be judged: the submission that was read is no longer the one that is with the office."""
    if read is None or read == submitted:
        return ()
    words = (
        "The consortium submitted this report again since you opened it. Look at submission {times} and decide anew."
    )
    return (Violation("report.submitted_again", words, figures={"times": submitted}),)


def reason_findings(reason: str) -> tuple[Violation, ...]:
    """Why a report cannot be given back or rejected: no reason is given."""
    if len(reason.strip()) >= MIN_REASON:
        return ()
    words = "Give the consortium a reason of at least {minimum} characters."
    return (Violation("report.reason", words, "reason", {"minimum": MIN_REASON}),)
