"""The live budget check while somebody types: 50 partners, 600 lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from app.applications.rules.budget import categories_for, compute_budget
from app.applications.rules.budget_findings import budget_findings
from app.applications.rules.facts import BudgetLine
from app.calls.rules.funding_kinds import FlatRateCosts
from app.core.money import Money
from benchmarks.measure import Row, cpu_ms
from tests.builders.calls import rules_with
from tests.builders.facts import a_partner, an_application

PARTNERS, LINES, TARGET_MS = 50, 600, 20


def rows() -> Iterator[Row]:
    """Processor milliseconds of computing the table and every finding of it."""
    rules = rules_with()
    partners = tuple(a_partner(f"Cluster {number}") for number in range(PARTNERS))
    categories = [
        category.id
        for category in categories_for(rules, rules.strands[0].id)
        if not isinstance(category, FlatRateCosts)
    ]
    lines = tuple(
        BudgetLine(
            partners[number % PARTNERS].partner_id, categories[number % len(categories)], Money(100_000 + number)
        )
        for number in range(LINES)
    )
    facts = replace(an_application(rules), partners=partners, lines=lines)

    def check() -> None:
        table = compute_budget(rules, facts.strand, partners=facts.partners, lines=facts.lines)
        budget_findings(rules, facts, table)

    check()
    yield Row(f"budget check, {PARTNERS} partners, {LINES} lines", cpu_ms(check, times=20), None, TARGET_MS, "ms")
