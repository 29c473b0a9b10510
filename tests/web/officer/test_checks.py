"""The officer's pages of checks: the board, one application, two pairs of eyes, bulk, files; and who may not."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest

from app.accounts.queries import actor_of_person
from app.applications.rules.check_lifecycle import CheckOutcome, CheckStep
from app.applications.use_cases.propose_clean_checks import propose_clean_checks
from app.applications.use_cases.submit_application import submit_application
from app.core.actor import Role
from app.delivery.runtime import Runtime
from tests.builders.applications import a_call, a_complete_application
from tests.builders.calls import another_call
from tests.builders.checks import (
    AFTER,
    REASON,
    Closed,
    a_closed_call,
    admitted,
    asked,
    close,
    decided,
    proposed,
)
from tests.builders.copies import copies
from tests.builders.people import a_person, actor_for
from tests.conftest import NOW
from tests.support.client import Browser, hidden_fields
from tests.support.queries import counted
from tests.web.pages import Page, problems


@pytest.fixture(autouse=True)
def _after_the_deadline(runtime: Runtime) -> Iterator[None]:
    runtime.clock.instant = AFTER  # type: ignore[attr-defined]  # the clock of tests
    yield
    runtime.clock.instant = NOW  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def closed(runtime: Runtime) -> Closed:
    """A closed call: one admitted, one with a proposal, one with an open question, one refused."""
    with runtime.database.transaction() as session:
        made = a_closed_call(session, "ADMITTED", "PROPOSED", "ASKED", "REFUSED", files=runtime.files)
        admitted(session, made, made.made[0])
        proposed(session, made, made.made[1], CheckStep.ADMISSIBILITY)
        asked(session, made, made.made[2])
        decided(session, made, made.made[3], CheckStep.ADMISSIBILITY, CheckOutcome.FAIL)
        return made


def text(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    found = Page(answer.text)
    assert not problems(found)
    return " ".join(found.text.split())


def send(browser: Browser, page: str, path: str, fields: dict[str, Any]) -> Any:
    token = hidden_fields(browser.get(page).text)["_csrf"]
    return browser.post(path, {"_csrf": token} | fields, follow=False)


def test_the_board_shows_where_each_application_stands(browser: Browser, closed: Closed) -> None:
    browser.sign_in_as(closed.second.id)
    path = f"/officer/calls/{closed.call.id}/checks"
    words = text(browser, path)
    for name in ("ADMITTED", "PROPOSED", "ASKED", "REFUSED", "question open until Sat 13 April 2019"):
        assert name in words
    assert "PROPOSED" in text(browser, f"{path}?state=proposed")
    assert "ADMITTED" not in text(browser, f"{path}?state=proposed").split("Applications and their checks")[1]
    assert "Nothing found" in text(browser, f"{path}?step=exclusion")
    assert "ASKED" in text(browser, f"{path}?findings=without&step=admissibility")
    assert "Checks" in text(browser, f"/officer/calls/{closed.call.id}")


def test_the_board_can_be_taken_along(browser: Browser, closed: Closed) -> None:
    browser.sign_in_as(closed.second.id)
    path = f"/officer/calls/{closed.call.id}/checks"
    rows = list(csv.DictReader(io.StringIO(browser.get(f"{path}?format=csv").text.lstrip("\ufeff"))))
    assert [(row["Application"], row["Admissibility"]) for row in rows] == [
        ("ADMITTED", "passed"),
        ("PROPOSED", "proposed"),
        ("ASKED", "open"),
        ("REFUSED", "failed"),
    ]
    assert browser.get(f"{path}?format=xlsx").content.startswith(b"PK")


def test_a_check_is_proposed_by_one_and_decided_by_another(browser: Browser, runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        made = a_closed_call(session, "EYES", content=another_call("EYES-2019-01-01"))
    base = f"/officer/applications/{made.one.application_id}"
    page, step = f"{base}/checks", f"{base}/checks/admissibility"
    browser.sign_in_as(made.first.id)
    assert "An officer proposes the outcome of: Admissibility." in text(browser, page)
    refused = send(browser, page, f"{step}/propose", {"propose.outcome": "fail", "_version": "0"})
    assert refused.status_code == 422
    assert "Reason: Give a reason of at least 20 characters" in refused.text
    assert send(browser, page, f"{step}/propose", {"propose.outcome": "pass", "_version": "0"}).status_code == 303
    assert "You proposed this. Another person decides." in text(browser, page)
    own = send(browser, page, f"{step}/decide", {"decide.decision": "confirm", "_version": "1"})
    assert own.status_code == 422
    assert "You proposed this. Another person decides." in own.text
    browser.sign_in_as(made.second.id)
    assert "Confirm: pass" in text(browser, page)
    assert send(browser, page, f"{step}/decide", {"decide.decision": "confirm", "_version": "1"}).status_code == 303
    again = send(browser, page, f"{step}/decide", {"decide.decision": "confirm", "_version": "1"})
    assert again.status_code == 409
    assert "Somebody else saved this in the meantime" in again.text
    assert "An officer proposes the outcome of: Eligibility." in text(browser, page)
    assert send(browser, page, f"{step}/reopen", {"reopen.reason": REASON, "_version": "2"}).status_code == 303
    assert REASON in text(browser, page)


def test_everything_clean_is_proposed_and_confirmed_by_another(browser: Browser, runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        made = a_closed_call(session, "ONE", "TWO", content=another_call("BULK-2019-01-01"))
    board = f"/officer/calls/{made.call.id}/checks"
    browser.sign_in_as(made.first.id)
    assert send(browser, board, f"{board}/propose", {}).headers["location"].endswith("?notice=proposed")
    assert send(browser, board, f"{board}/propose", {}).headers["location"].endswith("?notice=nothing-proposed")
    own = text(browser, f"{board}/confirm")
    assert own.count("by you: another person decides") == 2
    choice = f"{made.one.application_id}.admissibility.1"
    assert send(browser, f"{board}/confirm", f"{board}/confirm", {"chosen": choice}).status_code == 422
    browser.sign_in_as(made.second.id)
    for chosen in ({}, {"chosen": "nonsense"}, {"chosen": f"{made.one.application_id}.admissibility.x"}):
        assert send(browser, f"{board}/confirm", f"{board}/confirm", chosen).status_code == 422
    assert send(browser, f"{board}/confirm", f"{board}/confirm", {"chosen": choice}).status_code == 303
    assert "ONE" not in text(browser, f"{board}/confirm")
    with runtime.database.transaction() as session:
        made.second = a_person(session, roles=(Role.PROGRAMME_OFFICER,))
    browser.sign_in_as(made.second.id)
    send(browser, board, f"{board}/propose", {})
    browser.sign_in_as(made.first.id)
    assert " checked" not in browser.get(f"{board}/confirm").text
    assert browser.get(f"{board}/confirm?all=1").text.count(" checked") == 1


def test_evidence_is_recorded_and_an_exclusion_needs_a_hearing(browser: Browser, runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        made = a_closed_call(session, "HEARD", content=another_call("HEAR-2019-01-01"))
        for step in (CheckStep.ADMISSIBILITY, CheckStep.ELIGIBILITY):
            decided(session, made, made.one, step)
    base = f"/officer/applications/{made.one.application_id}"
    partner = made.one.members[1].partner_id
    browser.sign_in_as(made.first.id)
    path = f"{base}/recorded-checks/edes/{partner}"
    assert send(browser, f"{base}/checks", path, {}).status_code == 422
    note = {f"edes-{partner}.outcome": "concern", f"edes-{partner}.words": "Listed since May."}
    assert send(browser, f"{base}/checks", path, note).status_code == 303
    assert "Listed since May." in text(browser, f"{base}/checks")
    fail = {"propose.outcome": "fail", "propose.reason": REASON, "_version": "0"}
    refused = send(browser, f"{base}/checks", f"{base}/checks/exclusion/propose", fail)
    assert "right to be heard" in refused.text


def test_a_question_is_asked_with_a_day_and_a_time(browser: Browser, runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        made = a_closed_call(session, "ASKS", content=another_call("ASKS-2019-01-01"))
    base = f"/officer/applications/{made.one.application_id}"
    browser.sign_in_as(made.first.id)
    day = {"ask.due_at-day": "13", "ask.due_at-month": "4", "ask.due_at-year": "2019"}
    fields = {"ask.kind": "missing_document", "ask.question": "Please send Part B.", "ask.field": "part_b"} | day
    for time, words in (("25:00", "Give a day, and a time such as 17:00."), ("", "Ask"), ("17:00", "")):
        answer = send(browser, f"{base}/checks", f"{base}/clarifications", fields | {"ask.due_at-time": time})
        if answer.status_code == 422:
            assert words in answer.text
            continue
        break
    assert answer.status_code == 303
    words = text(browser, f"{base}/checks")
    assert "Question 1: missing document" in words
    assert "The consortium answers a question." in words


def test_bulk_of_forty_keeps_the_number_of_queries(browser: Browser, runtime: Runtime, closed: Closed) -> None:
    boards = {}
    with runtime.database.transaction() as session:
        for number, identifier in ((2, "FEW-2019-01-01"), (40, "MANY-2019-01-01")):
            call = a_call(session, another_call(identifier))
            for copy in copies(session, a_complete_application(session, call, acronym="MANY"), number):
                submit_application(session, actor_of_person(session, copy.person_id), copy.application_id, now=NOW)
            close(session, call)
            done = propose_clean_checks(session, actor_for(session, closed.first), call.id, now=AFTER)
            assert done.proposed == number
            boards[number] = f"/officer/calls/{call.id}/checks"
    browser.sign_in_as(closed.second.id)
    for path in ("", "?findings=without", "/confirm"):
        counts = []
        for board in boards.values():
            browser.get(board + path)
            with counted(runtime) as queries:
                assert "MANY" in text(browser, board + path)
            counts.append(len(queries))
        assert counts[0] == counts[1], path


def test_strangers_and_the_consortium_are_not_told_that_it_exists(
    browser: Browser, runtime: Runtime, closed: Closed
) -> None:
    with runtime.database.transaction() as session:
        stranger = a_person(session)
    for person in (stranger, closed.one.person):
        browser.sign_in_as(person.id)
        for path in (f"calls/{closed.call.id}/checks", f"applications/{closed.one.application_id}/checks"):
            assert browser.get(f"/officer/{path}").status_code == 404
