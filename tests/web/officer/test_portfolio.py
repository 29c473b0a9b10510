"""The portfolio at both doors: each figure is its list, each grant says what is next, and another call's grants stay hidden."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pypdf
import pytest
import sqlalchemy as sa

from app.accounts.models import Person
from app.core.actor import Role, ScopeKind
from app.core.money import Money
from app.delivery.runtime import Runtime
from app.documents.queries import document
from app.infra.sealing_demo import make_test_authority
from app.jobs.render_documents import make_document
from app.reporting.queries.reports import calculations_of
from tests.api.program import Program
from tests.builders import reporting as build
from tests.builders import support
from tests.builders.applications import a_call
from tests.builders.calls import another_call
from tests.builders.grants import MadeGrant, an_opened_grant
from tests.builders.people import a_person, a_role
from tests.support.client import Browser
from tests.web.pages import Page, problems

TODAY = datetime(2020, 12, 30, 9, 0, tzinfo=UTC)
PAGE = "/officer/portfolio"


@dataclass(frozen=True)
class Seen:
    """A grant with an accepted report whose payment nobody asked for, one that is not prepared in time, one elsewhere."""

    made: MadeGrant
    unprepared: MadeGrant
    elsewhere: MadeGrant
    prefinanced: Money
    accepted: Money
    acronym: str


@pytest.fixture(scope="module")
def seen(runtime: Runtime) -> Seen:
    make_test_authority(runtime.seal_dir, now=TODAY)
    runtime.clock.instant = TODAY  # type: ignore[attr-defined]  # the clock of tests
    with runtime.database.transaction() as session:
        made = build.a_reporting_grant(session, call=a_call(session, another_call("SEEN-1")))
        build.prefinanced(session, made)
        support.paid(session, made, support.a_voucher(made))
        build.accepted(session, build.submitted(session, made))
        accepted = Money.total(one.contribution for one in calculations_of(session, made.grant_id))
        agreed = made.agreement(session).facts.prefinancing
        assert agreed is not None
        unprepared = an_opened_grant(session, call=a_call(session, another_call("SEEN-2")))
        elsewhere = an_opened_grant(session, call=a_call(session, another_call("SEEN-3")))
        return Seen(made, unprepared, elsewhere, agreed.cash, accepted, made.row(session).acronym)


@pytest.fixture(scope="module")
def officer(runtime: Runtime, seen: Seen) -> Person:
    """Follows the first two calls alone."""
    with runtime.database.transaction() as session:
        person = a_person(session, name="Olga Officer")
        for made in (seen.made, seen.unprepared):
            a_role(session, person, Role.PROGRAMME_OFFICER, made.ranked.call.id, scope=ScopeKind.CALL)
        return person


@pytest.fixture
def office(browser: Browser, officer: Person) -> Browser:
    return browser.sign_in_as(officer.id)


def rows_of(browser: Browser, query: str = "") -> list[dict[str, str]]:
    answer = browser.get(f"{PAGE}?format=csv{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text)))


def text(answer: Any) -> str:
    return " ".join(answer.text.replace("\u00a0", " ").split())


def test_each_grant_says_what_is_next_and_what_was_paid(office: Browser, seen: Seen) -> None:
    answer = office.get(PAGE)
    assert problems(Page(answer.text)) == []
    first, second = rows_of(office, "&sort=-accepted")
    assert (first["Call"], second["Call"]) == ("SEEN-1", "SEEN-2")
    assert first["Next act"] == "payment to be asked for after report 1"
    assert first["Pre-financed"] == first["Paid, net"] == seen.prefinanced.amount
    assert first["Accepted"] == seen.accepted.amount
    assert first["Third parties"] == "1500.00"
    assert first["Indicators"] == "on target", "half of each target after half of the project"
    assert first["Days late"] == "0"
    assert second["Next act"] == "preparation of the agreement"
    assert int(second["Days late"]) > 300
    assert f"{int(second['Days late']):,} days late" in text(answer)
    assert f'href="/officer/grants/{seen.made.grant_id}"' in answer.text


def test_every_figure_leads_to_the_rows_that_make_it(office: Browser, seen: Seen) -> None:
    page = office.get(PAGE).text
    for query, calls in (
        ("state=running", ["SEEN-1"]),
        ("late=yes", ["SEEN-2"]),
        ("spent=some", ["SEEN-1"]),
        ("target=on_target", ["SEEN-1"]),
        ("target=behind", []),
    ):
        assert f'href="{PAGE}?{query}#list"' in page
        assert [row["Call"] for row in rows_of(office, f"&{query}")] == calls
    for query, calls in (
        ("late=prepare", ["SEEN-2"]),
        ("late=pay", []),
        ("money=recovered", []),
        ("money=prefinanced", ["SEEN-1"]),
        ("spent=nothing", ["SEEN-2"]),
        ("spent=most", []),
        ("call=SEEN-2", ["SEEN-2"]),
        ("call=SEEN-3", ["SEEN-1", "SEEN-2"]),
        ("q=nobody", []),
    ):
        assert sorted(row["Call"] for row in rows_of(office, f"&{query}")) == calls, query
    assert office.get(f"{PAGE}?format=xlsx").content.startswith(b"PK")
    assert "Nothing found" in office.get(f"{PAGE}?q=nobody").text


def test_the_envelope_leads_to_the_rows_that_make_its_figures(office: Browser, seen: Seen) -> None:
    envelope = office.get(f"/officer/calls/{seen.made.ranked.call.id}/envelope")
    for name, column, amount in (
        ("prefinanced", "Pre-financed", seen.prefinanced),
        ("accepted", "Accepted", seen.accepted),
    ):
        assert f'href="{PAGE}?call=SEEN-1&amp;money={name}#list"' in envelope.text
        rows = rows_of(office, f"&call=SEEN-1&money={name}")
        assert Money.total(Money.parse(row[column]) for row in rows) == amount
        assert f"EUR {amount.cents // 100:,}" in text(envelope)
    assert 'href="/payments?call=SEEN-1&amp;standing=on_the_way#list"' in envelope.text
    for call, count in (("SEEN-1", 1), ("SEEN-2", 0)):
        listed = list(csv.DictReader(io.StringIO(office.get(f"/payments?call={call}&format=csv").text)))
        assert len(listed) == count


def test_a_program_reads_the_same(browser: Browser, runtime: Runtime, officer: Person, seen: Seen) -> None:
    program = Program.of(browser, runtime, officer)
    found = program("GET", "/portfolio?spent=some").json()
    [item] = found["items"]
    assert (found["total"], item["act"]["step"], item["standing"]) == (1, "request", "on_target")
    assert item["accepted"] == seen.accepted.as_json()
    assert all(one["value"] >= one["expected"] for one in item["indicators"])
    figures = program("GET", "/portfolio/figures").json()
    assert (figures["total"], figures["late"], figures["running"]) == (2, 1, 1)
    assert figures["paid"] == seen.prefinanced.as_json()
    assert program("GET", "/portfolio/figures?call=SEEN-1").json()["total"] == 1
    assert program("GET", "/portfolio?call=SEEN-3").status_code == 404
    assert program("GET", "/portfolio?late=never").status_code == 422


def test_what_is_outside_the_scope_is_not_there(browser: Browser, runtime: Runtime, seen: Seen) -> None:
    with runtime.database.transaction() as session:
        other = a_person(session, roles=((Role.FINANCE_OFFICER, UUID(int=9)),))
        auditor = a_person(session, roles=(Role.AUDITOR,))
    browser.sign_in_as(other.id)
    answer = browser.get(PAGE)
    assert answer.status_code == 200
    assert "No grants yet" in answer.text
    assert "SEEN-" not in answer.text
    browser.sign_in_as(auditor.id)
    assert len(rows_of(browser)) == 3
    browser.sign_in_as(seen.made.made.members[0].person.id)
    assert browser.get(PAGE).status_code == 403


def test_it_asks_as_often_for_three_grants_as_for_one(browser: Browser, runtime: Runtime, seen: Seen) -> None:
    with runtime.database.transaction() as session:
        one = a_person(session)
        a_role(session, one, Role.PROGRAMME_OFFICER, seen.made.ranked.call.id, scope=ScopeKind.CALL)
        every = a_person(session, roles=(Role.PROGRAMME_OFFICER,))

    def asked(person: Person) -> int:
        found: list[str] = []

        def note(*given: object) -> None:
            found.append(str(given[2]))

        browser.sign_in_as(person.id)
        sa.event.listen(runtime.database.engine, "before_cursor_execute", note)
        assert browser.get(PAGE).status_code == 200
        sa.event.remove(runtime.database.engine, "before_cursor_execute", note)
        return len(found)

    assert asked(one) == asked(every)


def test_a_report_holds_what_is_chosen_and_is_for_who_asked(
    browser: Browser, runtime: Runtime, office: Browser, officer: Person, seen: Seen
) -> None:
    empty = office.get(f"{PAGE}/reports")
    assert "No report yet" in empty.text
    assert "Make the report of 1 grant" in office.get(f"{PAGE}?spent=some").text
    refused = office.post(f"{PAGE}/reports", {"q": "nobody"}, page=PAGE)
    assert refused.status_code == 422
    assert "No grant fits this choice." in refused.text
    assert office.post(f"{PAGE}/reports", {"money": "gold"}, page=PAGE).status_code == 422
    answer = office.post(f"{PAGE}/reports", {"spent": "some"}, page=PAGE)
    assert "The report is being made" in text(answer)
    program = Program.of(browser, runtime, officer)
    [item] = program("GET", "/portfolio/reports").json()["items"]
    with runtime.database.reading() as session:
        row = document(session, UUID(item["id"]))
    assert row is not None
    [frozen] = row.data["grants"]  # type: ignore[misc]  # a list of one
    assert (frozen["acronym"], frozen["accepted"]) == (seen.acronym, seen.accepted.as_json())
    make_document(runtime, row.id)
    sealed = browser.sign_in_as(officer.id).get(f"/documents/{row.id}")
    assert sealed.headers["content-type"] == "application/pdf"
    reader = pypdf.PdfReader(io.BytesIO(sealed.content))
    [data] = reader.attachments["portfolio_report.json"]
    assert b"asked_by" not in data
    assert json.loads(data)["figures"]["accepted"] == seen.accepted.as_json()
    assert "sealed" in browser.get(f"{PAGE}/reports").text
    again = program("POST", "/portfolio/reports", key="once", json={"call": "SEEN-1"})
    assert again.status_code == 201
    assert program("POST", "/portfolio/reports", key="once", json={"call": "SEEN-1"}).json() == again.json()
    assert program("POST", "/portfolio/reports", json={"call": "SEEN-3"}).status_code == 422
    with runtime.database.transaction() as session:
        colleague = a_person(session, roles=(Role.PROGRAMME_OFFICER,))
    assert browser.sign_in_as(colleague.id).get(f"/documents/{row.id}").status_code == 404
