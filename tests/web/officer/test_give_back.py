"""A report is given back at both doors: day and statements are said, and both sides see what was changed since."""

from __future__ import annotations

import itertools
import re
from datetime import timedelta

import pytest

from app.accounts.models import Person
from app.delivery.runtime import Runtime
from app.reporting.queries.reading import report_reading
from app.reporting.rules.lifecycle import ReportState
from tests.api.program import Program
from tests.builders import reporting as build
from tests.builders.applications import a_call
from tests.builders.calls import another_call
from tests.builders.grants import MadeGrant
from tests.support.client import Browser
from tests.web.officer.test_grant_reports import text_of
from tests.web.pages import Page, problems

_numbers = itertools.count(1)
REASON = "The travel of March lacks its dates."


@pytest.fixture
def made(runtime: Runtime) -> MadeGrant:
    """A grant whose first report is with the office, on 7 December 2020."""
    runtime.clock.instant = build.DECIDED  # type: ignore[attr-defined]  # the clock of tests
    with runtime.database.transaction() as session:
        call = a_call(session, another_call(f"COS-BACK-2019-{next(_numbers)}"))
        return build.submitted(session, build.a_reporting_grant(session, call=call))


def a_day(day: str, month: str, year: str) -> dict[str, str]:
    return {"correct_by-day": day, "correct_by-month": month, "correct_by-year": year}


def test_the_officer_says_until_when_and_whose_statement_and_the_partner_corrects_it(  # noqa: PLR0915  # told once
    browser: Browser, runtime: Runtime, made: MadeGrant
) -> None:
    office, path = f"/officer/grants/{made.grant_id}/reports/1", f"/grants/{made.grant_id}/reports/1"
    second = made.made.members[1]
    browser.sign_in_as(made.officer.person_id)
    page = browser.get(office).text
    assert not problems(Page(page))
    inputs = {one["name"]: one.get("value") for one in Page(page).all("input") if one.get("name")}
    assert [inputs[f"correct_by-{part}"] for part in ("day", "month", "year")] == ["6", "1", "2021"], "30 days"
    typed = {"_version": "1", "reason": REASON, "partners": str(second.partner_id)}
    past = browser.post(f"{office}/return", typed | a_day("7", "12", "2020"), page=office)
    assert past.status_code == 422
    assert "The correction is due on a day after today" in text_of(past.text)
    assert "checked" in past.text, "what was chosen stays chosen"
    done = browser.post(f"{office}/return", typed | a_day("21", "12", "2020"), page=office)
    assert "its correction is due by 21 December 2020" in text_of(done.text)
    assert "Nothing was changed since then." in text_of(done.text)

    browser.sign_in_as(second.person.id)
    task = text_of(browser.get("/tasks").text)
    assert "Correct and sign your financial statement" in task
    assert "by 21 December 2020" in task
    statement = f"{path}/statements/{second.partner_id}"
    page = browser.get(statement).text
    assert not problems(Page(page))
    assert "Opened again on 7 December 2020" in text_of(page)
    assert REASON in page
    assert "What was signed before no longer counts" in text_of(page)
    closed = browser.get(f"{path}/statements/{made.made.members[0].partner_id}").text
    assert "gave the report back without this statement" in text_of(closed)

    browser.sign_in_as(made.made.person.id)
    check = text_of(browser.get(f"{path}/check").text)
    assert "has not signed its financial statement" in check
    own = browser.get(f"{path}/statements/{made.made.members[0].partner_id}").text
    assert "Save the statement" not in own, "a closed statement cannot be filled in"
    with runtime.database.transaction() as session:
        build.signed_for(session, made, 1, now=build.DECIDED + timedelta(hours=1))
    runtime.clock.instant = build.DECIDED + timedelta(days=40)  # type: ignore[attr-defined]  # the clock of tests
    browser.sign_in_as(made.made.person.id)
    home = browser.get(path).text
    assert not problems(Page(home))
    assert "Correction due by 21 December 2020" in text_of(home)
    assert "26 days late" in text_of(home)
    assert "It is 26 days late." in text_of(home)
    assert "Signature of" in text_of(home)
    listed = text_of(browser.get(f"/grants/{made.grant_id}/reports").text)
    assert "correction due by 21 December 2020" in listed
    assert "Submit the report" in browser.get(f"{path}/check").text
    browser.post(f"{path}/submission", {}, page=f"{path}/check")
    browser.sign_in_as(made.officer.person_id)
    again = text_of(browser.get(office).text)
    assert "Changed since then:" in again
    assert "Signature of" in again


def test_a_report_that_is_as_it_was_is_not_called_ready(browser: Browser, runtime: Runtime, made: MadeGrant) -> None:
    office, path = f"/officer/grants/{made.grant_id}/reports/1", f"/grants/{made.grant_id}/reports/1"
    browser.sign_in_as(made.officer.person_id)
    browser.post(f"{office}/return", {"_version": "1", "reason": REASON} | a_day("21", "12", "2020"), page=office)
    browser.sign_in_as(made.made.person.id)
    home = text_of(browser.get(path).text)
    assert "unchanged" in home
    assert re.search(r"\bready\b", home) is None
    assert "The texts and the indicators are open; all statements stay as they were signed." in home
    check = text_of(browser.get(f"{path}/check").text)
    assert "Nothing was changed since the report was given back." in check
    assert "Submit the report unchanged" in check


def test_programs_give_back_and_read_the_same(browser: Browser, runtime: Runtime, made: MadeGrant) -> None:
    with runtime.database.transaction() as session:
        officer = session.get_one(Person, made.officer.person_id)
        partner = session.get_one(Person, made.made.members[1].person.id)
    program, below = Program.of(browser, runtime, officer), f"/grants/{made.grant_id}/reports/1"
    named = [str(made.made.members[1].partner_id)]
    body = {"times": 1, "reason": REASON, "correct_by": "2020-12-21", "partners": named}
    past = program("POST", f"{below}/return", json=body | {"correct_by": "2020-12-07"})
    assert (past.status_code, past.json()["violations"][0]["rule"]) == (422, "report.correction_day")
    stranger = program("POST", f"{below}/return", json=body | {"partners": [str(made.grant_id)]})
    assert stranger.json()["violations"][0]["rule"] == "report.correction_partner"
    assert Program.of(browser, runtime, partner)("POST", f"{below}/return", json=body).status_code == 403
    assert program("POST", f"{below}/return", json=body).status_code == 204
    read = Program.of(browser, runtime, partner)("GET", below).json()
    assert (read["report"]["correct_by"], read["report"]["owed_on"]) == ("2020-12-21", "2020-12-21")
    assert read["changes"] == []
    assert {one["partner_id"]: (one["open"], one["void_sha256"] is not None) for one in read["statements"]} == {
        str(one.partner_id): (str(one.partner_id) in named,) * 2 for one in made.made.members
    }
    with runtime.database.transaction() as session:
        build.signed_for(session, made, 1, now=build.DECIDED)
        assert report_reading(session, made.grant_id, 1).row.state is ReportState.RETURNED
    [change] = Program.of(browser, runtime, partner)("GET", below).json()["changes"]
    assert (change["kind"], change["partner_id"]) == ("signature", named[0])
