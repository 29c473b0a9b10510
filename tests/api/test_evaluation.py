"""Reports and consensus by program: the same rules, the same refusals, the same rows as the pages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.accounts.models import Person
from app.delivery.runtime import Runtime
from app.evaluation.queries.rounds import judged_row
from app.evaluation.rules.lifecycle import JudgementState
from tests.api.program import Program
from tests.builders.evaluation import a_round
from tests.builders.people import actor_for
from tests.builders.scoring import JUDGING, POINTS, WHY, Group, a_group_for, reported
from tests.support.client import Browser

SHEET = {
    "scores": POINTS,
    "comments": {name: f"{WHY} ({name})" for name in POINTS},
    "capacity": True,
    "version": 0,
}


@pytest.fixture(scope="module")
def waiting(runtime: Runtime) -> list[Group]:
    """Groups that have written nothing, one for each test."""
    with runtime.database.transaction() as session:
        round_id, call, made = a_round(session, applications=3)
        return [a_group_for(session, round_id, call, one) for one in made]


@pytest.fixture
def group(runtime: Runtime, waiting: list[Group]) -> Group:
    runtime.clock.instant = JUDGING  # type: ignore[attr-defined]  # the clock of tests
    return waiting.pop()


def program(browser: Browser, runtime: Runtime, person: Any) -> Program:
    return Program.of(browser, runtime, person)


def rules_of(answer: Any) -> list[str]:
    return [one["rule"] for one in answer.json()["violations"]]


def test_a_program_writes_its_own_report(browser: Browser, runtime: Runtime, group: Group) -> None:
    first, second = (program(browser, runtime, one.person) for one in group.experts[:2])
    report, room = f"/assignments/{group.experts[0].id}/report", f"/applications/{group.application_id}/consensus"
    fresh = first("GET", report).json()
    assert (fresh["version"], fresh["state"], fresh["sheet"]["total"]["missing"]) == (0, "draft", list(POINTS))
    assert rules_of(first("PUT", report, json=SHEET | {"scores": {"impact": "20.5"}})) == ["evaluation.score_off_scale"]
    saved = first("PUT", report, json=SHEET).json()
    assert (saved["version"], saved["findings"], saved["sheet"]["total"]["passes"]) == (1, [], True)
    stale = first("PUT", report, json=SHEET)
    assert (stale.status_code, stale.json()["current_version"]) == (409, 1)
    assert stale.json()["theirs"]["scores.impact"] == "15"
    for path in (report, room, f"/applications/{group.application_id}/evaluation"):
        assert second("GET", path).status_code == 404
    assert first("POST", f"{report}/submission", json={"version": 1}).json()["state"] == "submitted"
    assert first("POST", f"{report}/submission", json={"version": 1}).status_code == 409


def test_a_group_concludes_by_program(browser: Browser, runtime: Runtime, group: Group) -> None:
    first, second, third = (program(browser, runtime, one.person) for one in group.experts)
    room = f"/applications/{group.application_id}/consensus"
    officer = program(browser, runtime, _reported(runtime, group))
    opening = officer("POST", f"/calls/{group.call.identifier}/evaluation/consensus-opening")
    assert opening.json() == {"opened": 1}
    seen = first("GET", room).json()
    assert [one["expert"] for one in seen["reports"]] == [one.person.name for one in group.experts]
    assert seen["spread"]["impact"]["suggestion"] == "15"
    assert second("PUT", room, json=SHEET | {"version": 1}).status_code == 403
    assert first("PUT", room, json=SHEET | {"version": 1}).json()["version"] == 2
    assert first("POST", f"{room}/proposal", json={"version": 2}).json()["state"] == "proposed"
    view = {"agrees": False, "version": 2}
    assert rules_of(second("POST", f"{room}/views", json=view)) == ["evaluation.dissent_reason"]
    second("POST", f"{room}/views", json=view | {"words": WHY})
    assert rules_of(first("POST", f"{room}/conclusion", json={"version": 2})) == ["evaluation.views_missing"]
    third("POST", f"{room}/views", json={"agrees": True, "version": 2})
    said = {"text": "Agreed in the end."}
    made = third("POST", f"{room}/messages", json=said, key="once")
    assert third("POST", f"{room}/messages", json=said, key="once").json() == made.json()
    assert [one["text"] for one in first("GET", f"{room}/messages").json()] == [said["text"]]
    assert first("POST", f"{room}/conclusion", json={"version": 2}).json()["agreement"] == "majority"
    with runtime.database.reading() as session:
        assert judged_row(session, group.application_id).state is JudgementState.CONCLUDED


def test_the_office_decides_by_program(browser: Browser, runtime: Runtime, group: Group) -> None:
    first, second = (program(browser, runtime, one.person) for one in group.experts[:2])
    report, room = f"/assignments/{group.experts[0].id}/report", f"/applications/{group.application_id}/consensus"
    officer = program(browser, runtime, _reported(runtime, group))
    assert officer("POST", f"{room}/opening").status_code == 204
    office = officer("GET", f"/applications/{group.application_id}/evaluation").json()
    assert (office["state"], office["consensus_state"], len(office["reports"])) == ("consensus", "draft", 3)
    reason = {"reason": "A figure in it is wrong."}
    assert rules_of(officer("POST", f"{room}/reopening", json=reason)) == ["evaluation.not_concluded"]
    assert officer("POST", f"{room}/reports-reopening", json=reason).status_code == 204
    assert officer("POST", f"{report}/return", json=reason).status_code == 204
    assert first("GET", report).json()["reason"] == reason["reason"]
    assert officer("POST", f"/assignments/{group.experts[1].id}/report/void", json=reason).status_code == 204
    assert rules_of(officer("POST", f"{room}/opening")) == [
        "evaluation.reports_missing",
        "evaluation.reports_unfinished",
        "evaluation.no_rapporteur",
    ]
    assert second("GET", f"/assignments/{group.experts[1].id}/report").status_code == 404


def _reported(runtime: Runtime, group: Group) -> Person:
    """Submit every report; the officer who runs the evaluation."""
    with runtime.database.transaction() as session:
        for seated in group.experts:
            reported(session, replace(seated, actor=actor_for(session, seated.person)))
        officer = session.get(Person, group.officer.person_id)
        assert officer is not None
        return officer
