from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from app.calls.rules.call_rules import CallRules
from app.calls.rules.funding_kinds import Funding, ProjectGrantCeiling, Rounding
from app.calls.rules.values import Amount, Part, Points, Share, WallTime, Words
from app.calls.rules.vocabulary import keys_at, nearest, rule_ids
from app.core.money import Money
from app.core.rates import Rate
from tests.builders.calls import escp_4x


class Sample(Part):
    amount: Amount | None = None
    share: Share | None = None
    points: Points | None = None
    time: WallTime | None = None
    words: Words | None = None


def read(**given: Any) -> Sample:
    import json

    return Sample.model_validate_json(json.dumps(given))


def test_amounts_and_rates_are_exact() -> None:
    found = read(amount="360000.00", share="7.25 %", points="0.5")
    assert (found.amount, found.share, found.points) == (Money(36_000_000), Rate(725), Decimal("0.5"))


@pytest.mark.parametrize(
    "slip",
    [
        {"amount": "360.000"}, {"amount": "360000.005"}, {"amount": "-1"}, {"amount": True}, {"amount": 1.5},
        {"amount": "much"}, {"share": 75}, {"share": "75"}, {"share": "0.75"}, {"share": "seventy"}, {"share": "-5 %"},
        {"points": "0.125"}, {"points": "-1"}, {"points": "NaN"}, {"points": True}, {"points": "Infinity"},
        {"time": "2019"}, {"time": 2019}, {"words": ""}, {"words": {"fr": "Titre"}}, {"words": {"en": "A", "english": "B"}},
        {"unknown": 1},
    ],
)  # fmt: skip
def test_slips_are_refused(slip: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        read(**slip)


def test_values_read_back_from_their_own_plain_form() -> None:
    found = read(amount="0.01", share="100 %", points="30.50", time="2019-04-04 17:00", words={"en": "A", "fr": "B"})
    assert Sample.model_validate_json(found.model_dump_json()) == found
    assert found.words is not None
    assert [found.words.in_language(code) for code in ("fr", "de")] == ["B", "A"]


def test_each_way_of_rounding() -> None:
    amount, rate = Money(48_000_001), Rate(7_500)
    assert [rounding.share(amount, rate).cents for rounding in (Rounding.HALF_UP, Rounding.DOWN, Rounding.UP)] == [
        36_000_001,
        36_000_000,
        36_000_001,
    ]


def test_documents_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        escp_4x().funding.rounding = Rounding.DOWN  # type: ignore[misc]  # that is the point


def test_the_hash_follows_meaning_not_spelling() -> None:
    rules = escp_4x()
    again = CallRules.from_plain(dict(reversed(list(rules.plain().items()))))
    assert again.sha256 == rules.sha256
    assert escp_4x("1.0").sha256 != rules.sha256


def test_a_document_finds_its_parts() -> None:
    rules = escp_4x()
    ceiling = rules.rule_of(ProjectGrantCeiling, "main")
    assert ceiling is not None
    assert ceiling.maximum == Money.parse("360000.00")
    assert rules.envelope == Money.parse("3600000.00")
    assert rules.funding.rate("third_parties").rate_for() == Rate.percent(100)
    assert rules.form.meaning("acronym") is rules.form.field("acronym")
    for look_up in (
        rules.strand,
        rules.funding.category,
        rules.funding.rate,
        rules.form.field,
        rules.form.section,
        rules.timetable.stage,
    ):
        with pytest.raises(KeyError):
            look_up("nothing")


def test_a_strand_has_only_its_own_rules() -> None:
    funding = Funding.model_validate_json(
        '{"kind": "grant", "ceilings": [{"kind": "project_grant", "maximum": "1.00", "strands": ["a"]}]}'
    )
    assert [ceiling.applies_to(strand) for ceiling in funding.ceilings for strand in ("a", "b")] == [True, False]


def test_the_vocabulary_knows_what_may_stand_where() -> None:
    assert "deadline" in keys_at(CallRules, ("timetable", "stages", 0))
    assert set(keys_at(CallRules, ("eligibility", 2, "minimum_countries"))) == {
        "strands",
        "kind",
        "count",
        "lists",
        "on",
    }
    assert nearest("dedline", keys_at(CallRules, ("timetable", "stages", 0))) == "deadline"
    assert {"eligibility.minimum_countries", "budget.project_grant_maximum", "form.page_limit"} <= rule_ids()
