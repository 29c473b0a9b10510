"""The order of 5 000 candidates with every comparison of the call, as the panel's page makes it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from app.core.money import Money
from app.evaluation.rules.ranking import Candidate, rank
from benchmarks.measure import Row, cpu_ms
from tests.builders.calls import escp_4x

CANDIDATES, TARGET_MS = 5_000, 200


def rows() -> Iterator[Row]:
    """Processor milliseconds of one ranking; many candidates tie, so that comparators are asked."""
    rules = escp_4x()
    candidates = [
        Candidate(
            application_id=UUID(int=number),
            reference=f"C/{number * 7919 % CANDIDATES:04d}",
            strand=rules.strands[0].id,
            scores={"relevance": Decimal(15 + number % 15), "quality": Decimal(15 + number % 11)},
            total=Decimal(60 + number % 40),
            passes=number % 40 > 10,
            requested=Money(25_000_000 + number),
            countries=3 + number % 5,
        )
        for number in range(CANDIDATES)
    ]

    def order() -> None:
        rank(rules, candidates)

    order()
    yield Row(f"ranking of {CANDIDATES} candidates", cpu_ms(order, times=3), None, TARGET_MS, "ms")
