"""Checks, questions and declarations through the API: the same rules as on the pages."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest

from app.accounts.queries import actor_of_person
from app.applications.rules.check_lifecycle import CheckOutcome, CheckStep
from app.applications.rules.exclusion import STATEMENT
from app.applications.schemas import DecideCheck
from app.applications.use_cases.decide_check import decide_check
from app.core.actor import Role
from app.core.errors import StaleVersionError
from app.delivery.runtime import Runtime
from tests.api.program import Program
from tests.builders.calls import another_call
from tests.builders.checks import AFTER, DUE, REASON, Closed, a_closed_call, asked, decided, proposed
from tests.builders.people import a_person
from tests.conftest import NOW
from tests.support.client import Browser
from tests.support.pdfs import a_pdf

_numbers = itertools.count(1)
TICK = timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def _after_the_deadline(runtime: Runtime) -> Iterator[None]:
    runtime.clock.instant = AFTER  # type: ignore[attr-defined]  # the clock of tests
    yield
    runtime.clock.instant = NOW  # type: ignore[attr-defined]


@pytest.fixture
def closed(runtime: Runtime) -> Closed:
    with runtime.database.transaction() as session:
        call = another_call(f"API-{next(_numbers)}-2019-01-01")
        return a_closed_call(session, "ONE", "TWO", content=call, files=runtime.files)


@pytest.fixture
def programs(browser: Browser, runtime: Runtime, closed: Closed) -> dict[str, Program]:
    """One program for each person."""
    with runtime.database.transaction() as session:
        auditor = a_person(session, roles=(Role.AUDITOR,))
        stranger = a_person(session)
    people = {
        "first": closed.first,
        "second": closed.second,
        "coordinator": closed.one.person,
        "partner": closed.one.members[1].person,
        "auditor": auditor,
        "stranger": stranger,
    }
    return {name: Program.of(browser, runtime, person) for name, person in people.items()}


def rules_in(answer: Any) -> list[str]:
    return [one["rule"] for one in answer.json()["violations"]]


def test_one_proposes_and_another_decides(programs: dict[str, Program], closed: Closed) -> None:
    base = f"/applications/{closed.one.application_id}/checks"
    step, proposal = f"{base}/admissibility", {"outcome": "pass", "version": 0}
    assert programs["first"]("POST", f"{step}/proposal", json=proposal).json() == {"version": 1}
    own = programs["first"]("POST", f"{step}/decision", json={"decision": "confirm", "version": 1})
    assert (own.status_code, rules_in(own)) == (422, ["checks.four_eyes"])
    assert programs["second"]("POST", f"{step}/proposal", json=proposal).status_code == 409
    confirm = {"decision": "confirm", "version": 1}
    assert programs["second"]("POST", f"{step}/decision", json=confirm).json() == {"version": 2}
    again = programs["second"]("POST", f"{step}/decision", json=confirm)
    assert (again.status_code, rules_in(again)) == (409, ["version.stale"])
    document = programs["auditor"]("GET", base).json()
    assert [(one["step"], one["state"]) for one in document["checks"]] == [
        ("admissibility", "passed"),
        ("eligibility", "open"),
        ("exclusion", "open"),
    ]
    assert (document["outcome"], document["next"]["actor"], document["next"]["step"]) == (
        "in_progress",
        "officer",
        "eligibility",
    )
    assert len(document["checks"][2]["findings"]) == 6
    back = programs["first"]("POST", f"{step}/reopening", json={"reason": REASON, "version": 2})
    assert back.json() == {"version": 3}


def test_of_two_who_decide_at_the_same_moment_one_is_refused(runtime: Runtime, closed: Closed) -> None:
    with runtime.database.transaction() as session:
        proposed(session, closed, closed.one, CheckStep.ADMISSIBILITY)
        third = a_person(session, roles=(Role.PROGRAMME_OFFICER,))
    start = Barrier(2)

    def decide(person_id: UUID) -> str:
        try:
            with runtime.database.transaction() as session:
                actor = actor_of_person(session, person_id)
                start.wait()
                wanted = DecideCheck(decision="confirm", version=1)
                step = CheckStep.ADMISSIBILITY
                decide_check(session, actor, closed.one.application_id, step, wanted, now=AFTER)
        except StaleVersionError as refused:
            return refused.message
        return "decided"

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(decide, (closed.second.id, third.id)))
    assert told[1] == "decided"
    assert told[0].startswith("Somebody else saved this in the meantime")


def test_the_board_and_everything_clean_at_once(programs: dict[str, Program], closed: Closed) -> None:
    board = f"/calls/{closed.call.identifier}/checks"
    assert programs["first"]("POST", f"{board}/proposals").json() == {"proposed": 2, "left": 0}
    waiting = programs["second"]("GET", f"{board}/proposals").json()
    assert [(one["acronym"], one["step"], one["outcome"]) for one in waiting] == [
        ("ONE", "admissibility", "pass"),
        ("TWO", "admissibility", "pass"),
    ]
    chosen = {"chosen": [{name: one[name] for name in ("application_id", "step", "version")} for one in waiting]}
    own = programs["first"]("POST", f"{board}/confirmations", json=chosen)
    assert (own.status_code, rules_in(own)) == (422, ["checks.four_eyes"] * 2)
    assert programs["second"]("POST", f"{board}/confirmations", json=chosen).json() == {"confirmed": 2}
    found = programs["auditor"]("GET", f"{board}?step=eligibility&size=1").json()
    assert (found["total"], len(found["items"]), found["counts"]["open"]) == (2, 1, 2)
    assert found["items"][0]["states"] == {"admissibility": "passed", "eligibility": "open", "exclusion": "open"}
    assert programs["auditor"]("GET", f"{board}?standing=refused").json()["total"] == 0
    assert programs["auditor"]("POST", f"{board}/proposals").status_code == 403
    for path in (board, f"{board}/proposals"):
        assert programs["stranger"]("GET", path).status_code == 404
        assert programs["coordinator"]("GET", path).status_code == 404


def test_a_question_is_asked_once_answered_in_time_and_settled(
    programs: dict[str, Program], runtime: Runtime, closed: Closed
) -> None:
    base = f"/applications/{closed.one.application_id}/clarifications"
    question = {"kind": "missing_document", "question": "Part B?", "field": "part_b", "due_at": DUE.isoformat()}
    made = programs["first"]("POST", base, json=question, key="one")
    assert made.status_code == 201
    assert programs["first"]("POST", base, json=question, key="one").json() == made.json()
    [row] = programs["partner"]("GET", base).json()
    assert (row["id"], row["state"], row["number"]) == (made.json()["id"], "open", 1)
    path = f"{base}/{row['id']}"
    sent = {"data": {"answer": "Here it is."}, "files": {"file": ("b.pdf", a_pdf(pages=2), "application/pdf")}}
    runtime.clock.instant = DUE + TICK  # type: ignore[attr-defined]
    late = programs["partner"]("POST", f"{path}/answer", **sent)
    assert (late.status_code, rules_in(late)) == (422, ["clarifications.late"])
    runtime.clock.instant = DUE  # type: ignore[attr-defined]
    assert programs["stranger"]("POST", f"{path}/answer", **sent).status_code == 404
    control = programs["partner"]("POST", f"{path}/answer", data={"answer": "a\x01b"})
    assert (control.status_code, rules_in(control)) == (422, ["input.value"])
    assert programs["partner"]("POST", f"{path}/answer", **sent).status_code == 204
    for who in ("coordinator", "second", "auditor"):
        assert programs[who]("GET", f"{path}/file").content == a_pdf(pages=2)
    assert programs["stranger"]("GET", f"{path}/file").status_code == 404
    assert programs["coordinator"]("POST", f"{path}/settlement", json={"accept": True}).status_code == 404
    assert programs["second"]("POST", f"{path}/settlement", json={"accept": True}).status_code == 204
    assert programs["second"]("POST", f"{path}/withdrawal").status_code == 409
    assert programs["coordinator"]("GET", base).json()[0]["state"] == "accepted"


def test_a_question_of_another_application_does_not_exist(
    programs: dict[str, Program], runtime: Runtime, closed: Closed
) -> None:
    with runtime.database.transaction() as session:
        question = asked(session, closed, closed.made[1])
    path = f"/applications/{closed.one.application_id}/clarifications/{question}"
    assert programs["coordinator"]("POST", f"{path}/answer", data={"answer": "x"}).status_code == 404
    assert programs["first"]("POST", f"{path}/settlement", json={"accept": True}).status_code == 404
    assert programs["first"]("GET", f"{path}/file").status_code == 404


def test_partners_declare_and_officers_record(programs: dict[str, Program], closed: Closed) -> None:
    base, members = f"/applications/{closed.one.application_id}", closed.one.members
    path = f"{base}/declarations/{members[1].partner_id}"
    assert programs["partner"]("POST", path, json={"confirmed": False}).status_code == 422
    assert programs["coordinator"]("POST", path, json={"confirmed": True}).status_code == 403
    assert programs["stranger"]("POST", path, json={"confirmed": True}).status_code == 404
    assert programs["partner"]("POST", path, json={"confirmed": True}).status_code == 204
    rows = programs["second"]("GET", f"{base}/declarations").json()
    assert [row["declared"] for row in rows] == [False, True, False]
    assert rows[1]["statement"] == STATEMENT
    found = {"partner_id": str(members[1].partner_id), "check": "edes", "outcome": "clear", "words": "Nothing."}
    made = programs["first"]("POST", f"{base}/recorded-checks", json=found, key="r")
    assert made.status_code == 201
    assert programs["first"]("POST", f"{base}/recorded-checks", json=found, key="r").json() == made.json()
    assert programs["partner"]("POST", f"{base}/recorded-checks", json=found).status_code == 404
    document = programs["second"]("GET", f"{base}/checks").json()
    assert [(row["check"], row["outcome"]) for row in document["recorded"]] == [("edes", "clear")]


def test_both_doors_refuse_with_the_same_words(
    programs: dict[str, Program], browser: Browser, runtime: Runtime, closed: Closed
) -> None:
    with runtime.database.transaction() as session:
        decided(session, closed, closed.one, CheckStep.ADMISSIBILITY, CheckOutcome.FAIL)
    path = f"/applications/{closed.one.application_id}/checks/eligibility"
    refused = programs["first"]("POST", f"{path}/proposal", json={"outcome": "fail", "reason": "no"})
    assert rules_in(refused) == ["checks.order", "checks.reason"]
    browser.sign_in_as(closed.first.id)
    fields = {"_csrf": browser._csrf(), "propose.outcome": "fail", "propose.reason": "no", "_version": "0"}
    page = browser.post(f"/officer{path}/propose", fields, follow=False)
    assert page.status_code == 422
    for violation in refused.json()["violations"]:
        assert violation["message"] in page.text
