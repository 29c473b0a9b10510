"""Is a partner's financial statement in order? Days, budget and certificate; every finding at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from app.applications.rules.budget import categories_for
from app.calls.rules.funding_kinds import CostPurpose
from app.core.money import Money
from app.core.violations import Figure, Severity, Violation
from app.reporting.rules.costs import Cost
from app.reporting.rules.grant_share import certified_contribution, contribution
from app.reporting.rules.periods import Period
from app.reporting.rules.third_parties import ClaimedSupport, support_categories, unrecorded_findings

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules
    from app.partnerships.rules.facts import PartnerFacts

MAX_CERTIFICATE = 10_000_000
"""Bytes of a certificate."""


@dataclass(frozen=True, slots=True)
class StatementFacts:
    """A statement beside what must be known to judge it.

    ``budget`` is the partner's budget per category, ``used`` what was accepted or is claimed in other periods;
    ``earlier`` are those other costs themselves, for the certificate; ``recorded`` is what the register of payments to
    third parties holds of the partner.
    """

    partner: PartnerFacts
    costs: tuple[Cost, ...]
    budget: Mapping[str, Money]
    used: Mapping[str, Money] = field(default_factory=dict)
    earlier: tuple[Cost, ...] = ()
    certificate: bool = False
    signed: bool = False
    recorded: Money = field(default_factory=Money.zero)


@dataclass(frozen=True, slots=True)
class Project:
    """The days of the whole project."""

    starts_on: date
    ends_on: date


def statement_findings(
    rules: CallRules, strand: str, period: Period, project: Project, statement: StatementFacts
) -> tuple[Violation, ...]:
    """Findings about one statement; places are ``statements/<partner>[/<line>]``."""
    place = place_of(statement.partner.partner_id)
    grace = project.ends_on + timedelta(days=rules.grant.report_due_days)
    travel = rules.funding.categories_for(CostPurpose.TRAVEL)
    return (
        *(
            found
            for cost in statement.costs
            for found in _about_cost(cost, period, project, grace, place, travels=cost.category in travel)
        ),
        *_over_budget(rules, strand, statement, place),
        *unrecorded_findings(claimed_support(rules, strand, statement), statement.partner.name, place),
        *_certificate(rules, strand, period, statement, place),
    )


def claimed_support(rules: CallRules, strand: str, statement: StatementFacts) -> ClaimedSupport:
    """Support to third parties that the partner claims so far, beside what is recorded."""
    categories = support_categories(rules, strand)
    before = (statement.used.get(one, Money.zero()) for one in categories)
    now = (cost.amount for cost in statement.costs if cost.category in categories)
    return ClaimedSupport(next(iter(categories), ""), Money.total((*before, *now)), statement.recorded)


def place_of(partner_id: UUID) -> str:
    """Where findings about a partner's statement stand."""
    return f"statements/{partner_id}"


def _about_cost(  # a cost and the days that bind it
    cost: Cost, period: Period, project: Project, grace: date, at: str, *, travels: bool
) -> Iterator[Violation]:
    """``travels``: the category holds journeys, of which that to the kick-off meeting may fall before the start."""
    place, figures = f"{at}/{cost.number}", _figures(cost)
    if not cost.words:
        yield Violation("statement.no_words", "Line {line}: say what it was for.", place, figures)
    if not cost.amount:
        yield Violation(
            "statement.no_amount", "Line {line} has no amount.", place, figures, cure="Enter it, or clear it."
        )
    if cost.first_day is None or cost.last_day is None:
        yield Violation("statement.no_day", "Line {line}: say on which days the cost arose.", place, figures)
        return
    if cost.last_day < cost.first_day:
        yield Violation("statement.days_reversed", "Line {line} ends before it begins.", place, figures)
        return
    figures |= {"first": cost.first_day, "last": cost.last_day, "begin": period.starts_on, "end": period.ends_on}
    if cost.first_day < project.starts_on and travels:
        words = "Line {line}: {first} is before the project began. Only travel to the kick-off meeting counts then."
        yield Violation("statement.kick_off_travel", words, place, figures, Severity.WARNING)
    elif cost.first_day < project.starts_on:
        words = "Line {line}: {first} is before the project began; only costs of the project are eligible."
        yield Violation("statement.before_project", words, place, figures, cure="Clear the line.")
    elif cost.last_day > period.ends_on:
        yield _after_period(cost, period, grace, place, figures)
    elif cost.first_day < period.starts_on:
        words = "Line {line}: {first} belongs to an earlier period. It counts if it was not claimed then."
        yield Violation("statement.earlier_period", words, place, figures, Severity.WARNING)


def _after_period(cost: Cost, period: Period, grace: date, place: str, figures: dict[str, Figure]) -> Violation:
    assert cost.last_day is not None  # noqa: S101  # the caller looked
    if period.is_last and cost.last_day <= grace:
        words = "Line {line}: {last} is after the end of the project. Only costs of the final report count then."
        return Violation("statement.final_report_costs", words, place, figures, Severity.WARNING)
    words = "Line {line}: {last} is after the end of the period, which ran from {begin} to {end}."
    return Violation("statement.after_period", words, place, figures, cure="Claim it in the period in which it arose.")


def _over_budget(rules: CallRules, strand: str, statement: StatementFacts, place: str) -> Iterator[Violation]:
    """Transfers between categories are free while the tasks stay the same: a warning, never a refusal."""
    cells = contribution(rules, strand, [statement.partner], statement.costs).rows
    for category in categories_for(rules, strand):
        claimed = cells[0].cells[category.id] if cells else Money.zero()
        total = claimed + statement.used.get(category.id, Money.zero())
        budget = statement.budget.get(category.id, Money.zero())
        if claimed and total > budget:
            words = "{category}: {total} so far is {over} above the budget of {budget}. That is allowed while the tasks"
            figures: dict[str, Figure] = {
                "category": str(category.titles),
                "total": total,
                "over": total - budget,
                "budget": budget,
            }
            yield Violation(
                "statement.over_budget",
                f"{words} stay the same; say in the explanation why.",
                f"{place}/{category.id}",
                figures,
                Severity.WARNING,
            )


def _certificate(
    rules: CallRules, strand: str, period: Period, statement: StatementFacts, place: str
) -> Iterator[Violation]:
    threshold = rules.grant.certificate_threshold
    if threshold is None or not period.is_last or statement.certificate:
        return
    asked = certified(rules, strand, statement.partner, (*statement.earlier, *statement.costs))
    if asked >= threshold:
        words = "{name} asks for {asked} as actual costs. From {threshold} on, an auditor certifies the statements."
        figures: dict[str, Figure] = {"name": statement.partner.name, "asked": asked, "threshold": threshold}
        cure = "Upload the certificate as a PDF."
        yield Violation("statement.certificate_missing", words, f"{place}/certificate", figures, cure=cure)


def certificate_findings(size: int) -> tuple[Violation, ...]:
    """Why a file cannot be the certificate: it is too large."""
    if size <= MAX_CERTIFICATE:
        return ()
    figures: dict[str, Figure] = {"size": size // 1_000_000 + 1, "maximum": MAX_CERTIFICATE // 1_000_000}
    words = "The file has {size} MB; {maximum} MB are the most."
    return (Violation("statement.certificate_too_large", words, "file", figures),)


def certified(rules: CallRules, strand: str, partner: PartnerFacts, costs: Sequence[Cost]) -> Money:
    """What a partner asks for as actual costs over the periods of ``costs``."""
    rows = contribution(rules, strand, [partner], costs).rows
    return certified_contribution(rules, rows[0]) if rows else Money.zero()


def _figures(cost: Cost) -> dict[str, Figure]:
    return {"line": cost.number}
