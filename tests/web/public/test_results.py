"""Funded projects at both doors: what the call publishes and when, and no word of who is behind it or what waits."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.money import Money
from app.core.paging import PageRequest
from app.delivery.runtime import Runtime
from app.grants.models import Grant
from app.grants.rules.grant_lifecycle import GrantState
from app.grants.schemas import GiveReason
from app.grants.use_cases.abandon_grant import abandon_grant
from app.open_data.queries.results import projects_page
from app.open_data.schemas import FundedProject, ResultsFilter
from app.reporting.queries.reading import report_reading
from app.reporting.schemas import DecideReport
from app.reporting.use_cases.close_grant import close_grant
from app.reporting.use_cases.decide_report import decide_report
from app.reporting.use_cases.request_payment import request_payment
from app.web.results_view import public_state
from tests.api.program import API
from tests.builders import reporting as build
from tests.builders.applications import a_call
from tests.builders.calls import another_call
from tests.builders.grants import MadeGrant, a_grant_to_sign
from tests.support.client import Browser
from tests.web.pages import Page, problems


@dataclass(frozen=True)
class Shown:
    """A call with a project in force whose report is being judged, a call with an agreement in signature, one that hides."""

    made: MadeGrant
    waiting: MadeGrant
    hidden: MadeGrant
    call: str
    acronym: str
    title: str
    amount: Money
    names: tuple[str, ...]


@pytest.fixture(scope="module")
def shown(runtime: Runtime) -> Shown:
    hide = {
        "{field: title, when: signature}": "{field: title, when: never}",
        "{field: maximum_grant, when: signature}": "",
        "{field: countries, when: signature}": "{field: countries, when: never}",
        "{field: partners, when: signature}": "{field: partners, when: never}",
    }
    hide["    - \n"] = ""
    runtime.clock.instant = build.DECIDED  # type: ignore[attr-defined]  # the clock of tests
    with runtime.database.transaction() as session:
        made = build.submitted(session, build.a_reporting_grant(session, call=a_call(session, another_call("OPEN-1"))))
        waiting = a_grant_to_sign(session, call=a_call(session, another_call("OPEN-2")))
        hidden = build.a_reporting_grant(session, call=a_call(session, another_call("OPEN-3", **hide)))
        row = made.row(session)
        names = tuple(party.name for party in made.agreement(session).facts.parties)
        return Shown(
            made,
            waiting,
            hidden,
            made.ranked.call.identifier,
            row.acronym,
            row.title,
            row.maximum_grant,
            names,
        )


def text(answer: Any) -> str:
    return " ".join(answer.text.replace("\u00a0", " ").split())


def test_everybody_reads_what_the_call_publishes(browser: Browser, shown: Shown) -> None:
    page = browser.get(f"/calls/{shown.call}/results")
    assert page.status_code == 200
    assert problems(Page(page.text)) == []
    said = text(page)
    for words in (shown.acronym, shown.title, shown.names[0], f"EUR {shown.amount.cents // 100:,}"):
        assert words in said
    assert f'href="/calls/{shown.call}/results"' in browser.get(f"/calls/{shown.call}").text
    project = browser.get(f"/projects/{shown.made.grant_id}")
    assert problems(Page(project.text)) == []
    assert all(name in project.text for name in shown.names)
    assert "What it is about" in project.text
    assert build.TEXTS["summary"] not in project.text, "a report that is not decided says nothing in public"


def test_no_person_and_no_account_is_named(browser: Browser, runtime: Runtime, shown: Shown) -> None:
    with runtime.database.reading() as session:
        facts = shown.made.agreement(session).facts
    secrets = [party.signatory for party in facts.parties if party.signatory]
    secrets += [member.person.email for member in shown.made.made.members]
    secrets += [facts.account.iban] if facts.account is not None else []
    for path in ("results", "results.json", "results?format=csv"):
        answer = browser.get(f"/calls/{shown.call}/{path}").text
        assert not any(secret in answer for secret in secrets), path
    assert not any(secret in browser.get(f"/projects/{shown.made.grant_id}").text for secret in secrets)


def test_files_and_open_data_have_the_same_rows(browser: Browser, shown: Shown) -> None:
    path = f"/calls/{shown.call}/results"
    [row] = csv.DictReader(io.StringIO(browser.get(f"{path}?format=csv").text))
    assert (row["Project"], row["Grant"]) == (shown.acronym, shown.amount.amount)
    assert browser.get(f"{path}?format=xlsx").content.startswith(b"PK")
    document = json.loads(browser.get(f"{path}.json").content)
    [project] = document["projects"]
    assert (project["acronym"], project["maximum_grant"]) == (shown.acronym, shown.amount.as_json())
    assert Money.parse(document["remains"]["amount"]) + shown.amount == Money.parse(document["appropriated"]["amount"])
    for query, count in ((f"q={shown.acronym.lower()}", 1), ("q=nothing-like-it", 0), ("state=closed", 0)):
        assert len(list(csv.DictReader(io.StringIO(browser.get(f"{path}?{query}&format=csv").text)))) == count
    country = project["countries"][-1]
    assert len(list(csv.DictReader(io.StringIO(browser.get(f"{path}?country={country}&format=csv").text)))) == 1


def test_a_program_reads_the_same(browser: Browser, shown: Shown) -> None:
    results = browser.get(f"{API}/calls/{shown.call}/results").json()
    assert (results["projects"], results["granted"]) == (1, shown.amount.as_json())
    [item] = browser.get(f"{API}/calls/{shown.call}/projects").json()["items"]
    assert item == browser.get(f"{API}/projects/{shown.made.grant_id}").json()
    assert (item["final_grant"], item["summary"], item["results"]) == (None, None, [])
    assert {one["name"] for one in item["partners"]} == set(shown.names)


def test_before_the_agreement_is_in_force_nothing_is_told(browser: Browser, shown: Shown) -> None:
    call = shown.waiting.ranked.call.identifier
    assert "No project yet" in browser.get(f"/calls/{call}/results").text
    assert "projects that it funds" not in browser.get(f"/calls/{call}").text
    assert browser.get(f"/projects/{shown.waiting.grant_id}").status_code == 404
    assert browser.get(f"{API}/projects/{shown.waiting.grant_id}").status_code == 404
    assert browser.get("/calls/NO-SUCH-1/results").status_code == 404


def test_what_the_call_keeps_to_itself_is_nowhere(browser: Browser, runtime: Runtime, shown: Shown) -> None:
    call = shown.hidden.ranked.call.identifier
    with runtime.database.reading() as session:
        row = session.execute(sa.select(Grant.title, Grant.acronym).where(Grant.id == shown.hidden.grant_id)).one()
    item = browser.get(f"{API}/projects/{shown.hidden.grant_id}").json()
    assert (item["title"], item["maximum_grant"], item["acronym"]) == (None, None, row.acronym)
    assert browser.get(f"{API}/calls/{call}/results").json()["granted"] is None
    for path in (f"/calls/{call}/results", f"/projects/{shown.hidden.grant_id}", f"/calls/{call}/results.json"):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert row.title not in answer.text
    assert browser.get(f"{API}/calls/{call}/projects?q={row.title.split()[-1]}").json()["total"] == 0


def test_no_list_is_narrowed_or_ordered_by_what_a_project_keeps_to_itself(runtime: Runtime, shown: Shown) -> None:
    """A project that tells its countries and its grant stands beside one that does not."""
    with runtime.database.transaction() as session:
        call_id = shown.hidden.ranked.call.id
        session.execute(sa.text('alter table "grant" disable trigger user'))
        session.execute(sa.update(Grant).where(Grant.id == shown.made.grant_id).values(call_id=call_id))
        own = sa.update(Grant).where(Grant.id == shown.hidden.grant_id)
        party = shown.hidden.agreement(session).facts.parties[-1]

        def listed(wanted: ResultsFilter, order: tuple[str, bool] = ("acronym", False)) -> list[UUID]:
            return [row.id for row in projects_page(session, call_id, wanted, PageRequest(), order=order).rows]

        assert set(listed(ResultsFilter())) == {shown.made.grant_id, shown.hidden.grant_id}
        assert listed(ResultsFilter(country=party.country)) == [shown.made.grant_id]
        for amount in (Money(1), shown.amount + Money(1)):
            session.execute(own.values(maximum_grant=amount))
            for descending in (False, True):
                assert listed(ResultsFilter(), ("granted", descending)) == [shown.made.grant_id, shown.hidden.grant_id]
        session.rollback()


def closed_after(session: Session, call: str, decision: str) -> MadeGrant:
    """A grant that was closed after its last report was decided; nothing but its last report claims costs."""
    made = build.a_reporting_grant(session, call=a_call(session, another_call(call)))
    build.submitted(session, made, costs=())
    build.accepted(session, made)
    days = (date(2021, 3, 1), date(2021, 3, 31))
    costs = build.lines(({"category": "personnel", "words": SECRETS[0], "amount": "50000.00"},), days)
    build.submitted(session, made, number=2, costs=costs, now=build.FINALLY)
    if decision == "accept":
        build.accepted(session, made, number=2, now=build.FINALLY)
        payment = request_payment(session, made.officer, made.grant_id, 2, now=build.FINALLY)
        build.paid(session, payment, now=build.FINALLY)
    else:
        wanted = DecideReport(decision="reject", reason=SECRETS[1])
        decide_report(session, made.officer, made.grant_id, 2, wanted, now=build.FINALLY)
    close_grant(session, made.officer, made.grant_id, now=build.FINALLY)
    return made


SECRETS = ("Somebody's salary in Porto", "The auditor doubts every time sheet of this project.")


def test_an_accepted_last_report_tells_its_summary_and_results_and_nothing_else_of_it(
    browser: Browser, runtime: Runtime
) -> None:
    runtime.clock.instant = build.FINALLY  # type: ignore[attr-defined]  # the clock of tests
    with runtime.database.transaction() as session:
        made = closed_after(session, "OPEN-4", "accept")
        agreement, reading = made.agreement(session), report_reading(session, made.grant_id, 2)
    assert reading.calculation is not None
    item = browser.get(f"{API}/projects/{made.grant_id}").json()
    assert (item["state"], item["summary"]) == ("closed", build.TEXTS["summary"])
    assert reading.calculation.final_grant
    assert item["final_grant"] == reading.calculation.final_grant.as_json()
    reached = {one.title: (one.target or 0) // 2 for one in agreement.indicators}
    assert {one["title"]: one["value"] for one in item["results"]} == reached
    page = browser.get(f"/projects/{made.grant_id}")
    assert problems(Page(page.text)) == []
    for words in ("What came of it", build.TEXTS["summary"], "Final grant", *reached):
        assert words in text(page)
    of_call = browser.get(f"{API}/calls/{made.ranked.call.identifier}/results").json()
    final = reading.calculation.final_grant.as_json()
    assert (of_call["closed"], of_call["final"], of_call["paid"], of_call["ended"]) == (1, final, final, 0)
    said = text(browser.get(f"/calls/{made.ranked.call.identifier}/results"))
    for words in ("Final grants", "of 1 closed project", "Paid in the end"):
        assert words in said
    listed = browser.get(f"/calls/{made.ranked.call.identifier}/results.json").text
    kept = [words for name, words in build.TEXTS.items() if name != "summary"]
    kept += [SECRETS[0], "Half of it, as planned.", *(member.person.email for member in made.made.members)]
    for words in kept:
        assert words not in page.text, words
        assert words not in listed, words
        assert words not in json.dumps(item), words


def test_an_award_that_ended_without_an_agreement_is_counted_and_nothing_else_of_it_told(
    browser: Browser, runtime: Runtime
) -> None:
    runtime.clock.instant = build.DECIDED  # type: ignore[attr-defined]  # the clock of tests
    with runtime.database.transaction() as session:
        made = a_grant_to_sign(session, call=a_call(session, another_call("OPEN-6")))
        title = made.row(session).title
        why = GiveReason(reason="The coordinator wrote that its board gave the project up.")
        abandon_grant(session, made.officer, made.grant_id, why, now=build.DECIDED)
    call = made.ranked.call.identifier
    found = browser.get(f"{API}/calls/{call}/results").json()
    assert (found["ended"], found["final"], found["paid"]) == (1, None, None)
    page = browser.get(f"/calls/{call}/results")
    assert "One award ended without an agreement" in text(page)
    assert title not in page.text
    assert browser.get(f"/projects/{made.grant_id}").status_code == 404


@pytest.mark.parametrize(
    ("starts", "ends", "state", "words"),
    [
        (1, 30, GrantState.RUNNING, "not started yet"),
        (-30, 0, GrantState.RUNNING, "running"),
        (-30, -1, GrantState.RUNNING, "work over, final report under way"),
        (None, None, GrantState.RUNNING, "running"),
        (-30, -1, GrantState.CLOSED, "closed"),
        (-30, -1, GrantState.TERMINATED, "terminated"),
    ],
)
def test_the_state_of_a_project_says_what_it_waits_for(
    starts: int | None, ends: int | None, state: GrantState, words: str
) -> None:
    today = date(2026, 11, 25)
    start, end = (today + timedelta(days=one) if one is not None else None for one in (starts, ends))
    project = FundedProject(UUID(int=1), "CALL", "CALL/1", state, start_on=start, end_on=end)
    assert public_state(project, today)[0] == words


def test_of_a_rejected_last_report_nothing_is_public_but_the_final_grant(browser: Browser, runtime: Runtime) -> None:
    runtime.clock.instant = build.FINALLY  # type: ignore[attr-defined]  # the clock of tests
    with runtime.database.transaction() as session:
        made = closed_after(session, "OPEN-5", "reject")
    item = browser.get(f"{API}/projects/{made.grant_id}").json()
    assert (item["state"], item["summary"], item["results"]) == ("closed", None, [])
    assert item["final_grant"] == Money(0).as_json()
    page = browser.get(f"/projects/{made.grant_id}").text
    assert not any(words in page for words in (*SECRETS, *build.TEXTS.values()))


def test_results_and_the_final_grant_are_public_after_closure(browser: Browser, runtime: Runtime, shown: Shown) -> None:
    with runtime.database.transaction() as session:
        closed = sa.update(Grant).where(Grant.id == shown.waiting.grant_id).values(state=GrantState.CLOSED)
        session.execute(closed.values(closed_at=build.DECIDED, entered_into_force_at=build.OPENED))
    item = browser.get(f"{API}/projects/{shown.waiting.grant_id}").json()
    assert item["state"] == "closed"
    assert item["results"] == [], "closed without a last report: nothing to tell"
