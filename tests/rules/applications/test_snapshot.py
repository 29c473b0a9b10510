"""What was submitted, frozen: the same bytes for the same application, and what changed in words."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.applications.rules.differences import differences
from app.applications.rules.facts import ApplicationFacts, BudgetLine
from app.applications.rules.lifecycle import APPLICATION, ApplicationEvent, ApplicationState, can_be_edited
from app.applications.rules.snapshot import snapshot_of
from app.core.canonical import canonical_json, digest
from app.core.errors import TransitionNotAllowedError
from app.core.money import Money
from app.partnerships.rules.lifecycle import PartnerState
from tests.builders.calls import escp_4x
from tests.builders.facts import CONSORTIUM, DUNAV, FILO, LINES, NORTE, PART_B, a_line, a_partner, an_application
from tests.rules.applications.test_budget import priced_rules

RULES = escp_4x()


def snapshot(facts: ApplicationFacts, version: int = 1) -> dict[str, Any]:
    received = datetime(2019, 3, version, 12, 0, tzinfo=UTC)
    return snapshot_of(RULES, facts, reference="COS-CLUSTER-2018-03-02/0001", version=version, received_at=received)


def rows(before: ApplicationFacts, after: ApplicationFacts) -> list[tuple[str, str | None, str | None]]:
    return [(one.title, one.before, one.after) for one in differences(snapshot(before), snapshot(after, 2))]


def test_the_snapshot_holds_the_whole_application() -> None:
    facts = an_application(RULES)
    made = json.loads(canonical_json(snapshot(facts)))
    assert made["application"]["acronym"] == "CIRCTEX-2"
    assert made["application"]["duration_months"] == 24
    assert made["application"]["received_at"] == "2019-03-01T12:00:00.000000Z"
    assert made["call"] == {
        "identifier": "COS-CLUSTER-2018-03-02",
        "title": "European Cluster Excellence Programme",
        "version": "1.1",
        "sha256": RULES.sha256,
    }
    assert [partner["name"] for partner in made["partners"]] == [partner.name for partner in CONSORTIUM]
    answers = {field["id"]: field["answer"] for section in made["sections"] for field in section["fields"]}
    assert answers["sectors"] == ["textile"]
    assert answers["indicators"]["exchanges"] == 50
    assert answers["start_date"] == "2019-10-01"
    assert len(answers["work_packages"]) == 2
    assert made["attachments"][0]["sha256"] == PART_B.sha256


def test_the_totals_are_money_and_close() -> None:
    made = snapshot(an_application(RULES))
    assert made["totals"]["requested"] == Money.parse("231 600.00")
    assert Money.total(row["requested"] for row in made["budget"]["rows"]) == made["totals"]["requested"]
    assert Money.total(made["budget"]["by_category"].values()) == made["totals"]["eligible"]


def test_who_is_not_in_and_what_is_not_asked_stays_out() -> None:
    invited = a_partner("Baltic Loom", "LT", state=PartnerState.INVITED)
    facts = an_application(
        RULES,
        {"partnership": {"earlier_results": "Hidden answer."}},
        partners=(*CONSORTIUM, invited, replace(FILO, name="Gone", state=PartnerState.LEFT)),
        lines=(*LINES, a_line(invited, "personnel", "1.00")),
    )
    text = canonical_json(snapshot(facts)).decode()
    for absent in ("Baltic Loom", "Gone", "Hidden answer."):
        assert absent not in text
    assert snapshot(facts)["totals"] == snapshot(an_application(RULES))["totals"]


def test_units_are_kept_beside_the_amounts_they_come_to() -> None:
    facts = an_application(RULES, lines=(BudgetLine(NORTE.partner_id, "visits", units=50),))
    made = snapshot_of(priced_rules(), facts, reference="X", version=1, received_at=datetime(2019, 3, 1, tzinfo=UTC))
    row = made["budget"]["rows"][0]
    assert (row["units"], row["costs"]["visits"].amount) == ({"visits": 50}, "39000.00")


@given(st.permutations(LINES))
def test_the_same_application_has_the_same_digest(lines: tuple[BudgetLine, ...]) -> None:
    facts = an_application(RULES)
    assert digest(snapshot(replace(facts, lines=tuple(lines)))) == digest(snapshot(facts))


def test_submitting_the_same_again_changes_nothing_but_its_number() -> None:
    facts = an_application(RULES)
    assert rows(facts, facts) == []
    assert digest(snapshot(facts)) != digest(snapshot(facts, 2))


def test_changes_are_told_in_words() -> None:
    packages = [
        {"name": "Coordination", "leader": "Filo Rete", "first_month": 1, "last_month": 24, "content": "Work."},
        {"name": "Visits", "leader": "Norte Têxtil", "first_month": 1, "last_month": 24, "content": "Work."},
    ]
    answers = {
        "general": {"acronym": "CIRCTEX-3", "sectors": ["textile", "health"]},
        "partnership": {"earlier_partnership": "yes", "earlier_results": "A network."},
        "activities": {"work_packages": packages},
        "results": {"indicators": {"exchanges": 60, "exchanges_with_smes": 30}},
        "declarations": {"honour": False},
    }
    found = rows(an_application(RULES), an_application(RULES, answers))
    assert found == [
        ("Acronym", "CIRCTEX-2", "CIRCTEX-3"),
        ("Industrial ecosystems concerned", "Textile and fashion", "Textile and fashion, Health"),
        ("Did this partnership work together in an earlier European Strategic Cluster Partnership?", "No", "Yes"),
        ("Results of that partnership", None, "A network."),
        (
            "Work packages, row 1",
            "Work package: Coordination; Lead partner: Norte Têxtil; First month: 1; Last month: 24; Tasks: Work.",
            "Work package: Coordination; Lead partner: Filo Rete; First month: 1; Last month: 24; Tasks: Work.",
        ),
        ("Targets of the project, ClusterXchange exchanges organised", "50", "60"),
        ("Targets of the project, Exchanges in which an SME takes part", "25", "30"),
        ("Targets of the project, Cluster managers trained", "40", None),
        ("Targets of the project, SMEs reached by the partnership", "300", None),
        ("Targets of the project, Partners with a cluster management quality label", "3", None),
        ("Declaration of honour", "yes", "no"),
    ]


def test_money_moves_are_told_per_partner_and_for_the_project() -> None:
    facts = an_application(RULES)
    found = rows(facts, replace(facts, lines=(*LINES, a_line(FILO, "third_parties", "100.00"))))
    assert found == [
        ("Filo Rete, Financial support to third parties", "EUR 0.00", "EUR 100.00"),
        ("Filo Rete, Total eligible costs", "EUR 85,600.00", "EUR 85,700.00"),
        ("Filo Rete, Largest grant by the rates", "EUR 64,200.00", "EUR 64,300.00"),
        ("Filo Rete, Grant requested", "EUR 64,200.00", "EUR 64,300.00"),
        ("Total eligible costs", "EUR 295,800.00", "EUR 295,900.00"),
        ("Largest grant by the rates", "EUR 231,600.00", "EUR 231,700.00"),
        ("Grant requested", "EUR 231,600.00", "EUR 231,700.00"),
    ]


def test_a_partner_that_comes_or_goes_is_one_row_with_its_share() -> None:
    facts = an_application(RULES)
    fewer = replace(facts, partners=(NORTE, FILO), lines=LINES[:3])
    assert [row for row in rows(facts, fewer) if "Dunav" in row[0]] == [
        ("Dunav Textile", "partner, BG", None),
        ("Dunav Textile, Grant requested", "EUR 56,175.00", None),
    ]
    assert ("Dunav Textile", None, "partner, BG") in rows(fewer, facts)


def test_a_partner_that_changes_and_another_document() -> None:
    facts = an_application(RULES)
    moved = replace(
        facts,
        partners=(NORTE, FILO, replace(DUNAV, sme=True, region_category=None)),
        attachments=(replace(PART_B, pages=41),),
        support_to_smes=Money.parse("5.00"),
    )
    digest_of_part_b = f"SHA-256 {PART_B.sha256}"
    assert rows(facts, moved) == [
        ("Dunav Textile, SME", None, "yes"),
        ("Dunav Textile, region category", "less developed", None),
        ("Support to SMEs outside the consortium", "EUR 0.00", "EUR 5.00"),
        ("Document", f"part-b.pdf, 40 pages, {digest_of_part_b}", f"part-b.pdf, 41 pages, {digest_of_part_b}"),
    ]


def test_a_newer_version_of_the_call_is_told() -> None:
    facts = an_application(RULES)
    earlier = snapshot(facts) | {"call": {**snapshot(facts)["call"], "version": "1.0"}}
    assert [(one.title, one.before, one.after) for one in differences(earlier, snapshot(facts))] == [
        ("Version of the call", "1.0", "1.1")
    ]


def test_an_amount_as_an_answer_is_told_as_an_amount() -> None:
    made = json.loads(canonical_json(snapshot(an_application(RULES))))
    other = json.loads(canonical_json(made))
    for one, cents in ((made, "1.00"), (other, "2.00")):
        one["sections"][0]["fields"][0]["answer"] = {"amount": cents, "currency": "EUR"}
    assert [(one.before, one.after) for one in differences(made, other)] == [("EUR 1.00", "EUR 2.00")]


def test_the_life_of_an_application() -> None:
    draft, submitted = ApplicationState.DRAFT, ApplicationState.SUBMITTED
    assert APPLICATION.after(draft, ApplicationEvent.SUBMIT) is submitted
    assert APPLICATION.after(submitted, ApplicationEvent.SUBMIT) is submitted
    withdrawn = APPLICATION.after(submitted, ApplicationEvent.WITHDRAW)
    assert APPLICATION.after(withdrawn, ApplicationEvent.SUBMIT) is submitted
    with pytest.raises(TransitionNotAllowedError):
        APPLICATION.after(submitted, ApplicationEvent.MISS_DEADLINE)
    missed = APPLICATION.after(draft, ApplicationEvent.MISS_DEADLINE)
    assert APPLICATION.events_from(missed) == ()
    assert [state for state in ApplicationState if not can_be_edited(state)] == [missed]
    assert set(APPLICATION.states) == set(ApplicationState)
