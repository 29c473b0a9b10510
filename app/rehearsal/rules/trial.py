"""Does a call do with a sample application what its author expects? Expected against found, as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.applications.rules.budget import BudgetTable, compute_budget
from app.applications.rules.budget_findings import budget_findings
from app.applications.rules.facts import ApplicationFacts
from app.applications.rules.limits import duration_findings
from app.applications.rules.places import place_of
from app.applications.rules.plans import activity_findings, indicator_findings
from app.calls.rules.form_kinds import ActivitiesField, IndicatorsField
from app.calls.rules.funding_kinds import FlatRateCosts
from app.core.money import Money
from app.core.violations import Severity, Violation
from app.grants.rules.prefinancing import advance
from app.partnerships.rules.composition import composition_findings

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules
    from app.calls.rules.scenarios import ExpectedFinding, ExpectedTotals, Scenario

SAMPLE_PLAN = "Planned."


@dataclass(frozen=True, slots=True)
class TotalLine:
    """One amount: ``expected`` None where the scenario does not look at it."""

    name: str
    expected: Money | None
    found: Money | None

    @property
    def agrees(self) -> bool:
        """Whether it is as expected."""
        return self.expected is None or self.expected == self.found


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one scenario; ``found`` are all findings, with their words and figures."""

    scenario: Scenario
    version: str
    found: tuple[Violation, ...]
    missing: tuple[ExpectedFinding, ...]
    unexpected: tuple[Violation, ...]
    totals: tuple[TotalLine, ...]
    table: BudgetTable

    @property
    def passed(self) -> bool:
        """Whether everything is as expected."""
        return not self.missing and not self.unexpected and all(line.agrees for line in self.totals)


def try_scenario(rules: CallRules, facts: ApplicationFacts, scenario: Scenario) -> Trial:
    """Run one sample application through the rules of the call and compare."""
    table = compute_budget(
        rules, facts.strand, partners=facts.partners, lines=facts.lines, own_funding=facts.own_funding
    )
    found = tuple(_findings(rules, facts, scenario, table))
    expected = {(finding.rule, finding.severity) for finding in scenario.findings}
    seen: set[tuple[str, Severity]] = {(finding.rule, finding.severity) for finding in found}
    return Trial(
        scenario=scenario,
        version=rules.version,
        found=found,
        missing=tuple(one for one in scenario.findings if (one.rule, one.severity) not in seen),
        unexpected=tuple(one for one in found if (one.rule, one.severity) not in expected),
        totals=tuple(_totals(rules, table, scenario.totals)),
        table=table,
    )


def _findings(rules: CallRules, facts: ApplicationFacts, scenario: Scenario, table: BudgetTable) -> Iterator[Violation]:
    yield from composition_findings(rules, facts.strand, partners=facts.partners, in_lists=facts.in_lists)
    if rules.funding.kind.pays:
        yield from budget_findings(rules, facts, table)
    for section, field in rules.form.fields():
        if not field.applies_to(facts.strand):
            continue
        place = place_of(section.id, field)
        if field.meaning == "duration" and scenario.duration_months is not None:
            yield from duration_findings(rules, facts.strand, scenario.duration_months, place)
        elif isinstance(field, ActivitiesField):
            plans = dict.fromkeys(scenario.activities, SAMPLE_PLAN)
            yield from activity_findings(rules, facts.strand, field, plans=plans, place=place)
        elif isinstance(field, IndicatorsField):
            yield from indicator_findings(field, scenario.indicators, place)


def _totals(rules: CallRules, table: BudgetTable, expected: ExpectedTotals) -> Iterator[TotalLine]:
    indirect = [category.id for category in table.categories if isinstance(category, FlatRateCosts)]
    yield TotalLine("eligible_costs", expected.eligible_costs, table.eligible)
    yield TotalLine(
        "indirect_costs", expected.indirect_costs, Money.total(table.by_category[name] for name in indirect)
    )
    yield TotalLine("grant_by_rates", expected.grant_by_rates, table.maximum)
    yield TotalLine("requested_grant", expected.requested_grant, table.requested)
    yield TotalLine("prefinancing", expected.prefinancing, _prefinancing(rules, table.requested))


def _prefinancing(rules: CallRules, grant: Money) -> Money | None:
    terms = rules.grant.prefinancing
    return None if terms is None else advance(terms, grant)
