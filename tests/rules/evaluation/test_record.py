"""The record of a ranking: it explains itself, and the same ranking has the same hash."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import given

from app.calls.rules.call_rules import CallRules
from app.core.canonical import canonical_json, digest
from app.core.money import Money
from app.evaluation.rules.ranking import Candidate, rank
from app.evaluation.rules.record import Described, entries_of, ranking_record
from tests.builders.calls import escp_4x
from tests.strategies.rankings import candidates, ranking_rules


def words(number: int, **given_: Any) -> Described:
    values: dict[str, Any] = {
        "submission_id": UUID(int=1000 + number),
        "acronym": f"P{number}",
        "title": f"Project {number}",
        "coordinator": "Cluster Porto",
        "countries": ("BG", "IT", "PT"),
        "partners": 3,
    }
    return Described(**(values | given_))


@given(ranking_rules(), candidates(most=8))
def test_it_holds_every_candidate_in_order_with_its_figures(rules: CallRules, given_: tuple[Candidate, ...]) -> None:
    ranked = rank(rules, given_)
    described = {one.application_id: words(one.application_id.int) for one in given_}
    record = ranking_record(rules, "single", ranked, described)
    assert [entry["reference"] for entry in record["entries"]] == [e.candidate.reference for e in ranked.entries]
    main = entries_of(record, "main")
    assert Money.total(entry["requested"] for entry in main) == record["envelopes"][0]["funded"]
    assert digest(record) == digest(ranking_record(rules, "single", rank(rules, given_[::-1]), described))
    assert canonical_json(record)


def test_a_changed_mark_changes_the_hash() -> None:
    one = Candidate(UUID(int=1), "CALL/0001", "main", {}, total=Decimal(0), passes=False, requested=Money(1))
    ranked = rank(escp_4x(), [one])
    plain = ranking_record(escp_4x(), "single", ranked, {one.application_id: words(1)})
    marked = ranking_record(escp_4x(), "single", ranked, {one.application_id: words(1, marks={"impact": "Annex 2."})})
    assert digest(plain) != digest(marked)
    assert plain["criteria"][0] == {
        "id": "relevance",
        "title": "Relevance to the objectives of the call",
        "maximum": "30",
        "weight": "1",
        "threshold": "15",
    }
