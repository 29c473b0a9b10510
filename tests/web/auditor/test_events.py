"""The event log: whole, searchable, exportable, for auditors only; and it notices a changed history."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from app.accounts.models import Person
from app.audit.models import Event
from app.core.actor import Role
from tests.builders.applications import Made, a_submitted_application
from tests.builders.people import a_person, an_api_token
from tests.conftest import NOW

if TYPE_CHECKING:
    import httpx2 as httpx

    from app.delivery.runtime import Runtime
    from tests.support.client import Browser

PAGES = ("/audit/events", "/audit/verify?run=1")


@pytest.fixture(autouse=True)
def clock_at_now(runtime: Runtime) -> None:
    """Each test begins at the same instant."""
    runtime.clock.instant = NOW  # type: ignore[attr-defined]  # the test's clock


@pytest.fixture(scope="module")
def made(runtime: Runtime) -> Made:
    """A submitted application, with all that led to it in the log."""
    with runtime.database.transaction() as session:
        return a_submitted_application(session, now=NOW + timedelta(hours=1))


@pytest.fixture(scope="module")
def auditor(runtime: Runtime) -> Person:
    with runtime.database.transaction() as session:
        return a_person(session, roles=(Role.AUDITOR,), name="Iris Auditor")


@pytest.fixture
def signed_in(browser: Browser, auditor: Person) -> Browser:
    return browser.sign_in_as(auditor.id)


def rows_of(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_only_auditors_and_administrators_may_look(runtime: Runtime, browser: Browser, made: Made) -> None:
    with runtime.database.transaction() as session:
        officer = a_person(session, roles=(Role.PROGRAMME_OFFICER,))
        event_id = session.scalars(sa.select(Event.id)).first()
    for path in (*PAGES, f"/audit/events/{event_id}", "/audit/events?format=csv"):
        for person in (officer, made.person):
            assert browser.sign_in_as(person.id).get(path).status_code == 403
        assert browser.sign_in_as(None).client.get(path, follow_redirects=False).status_code == 303


def test_events_read_as_sentences_with_names(signed_in: Browser, made: Made) -> None:
    page = signed_in.get("/audit/events").text
    assert "Application submitted, version 1" in page
    assert made.person.name in page
    assert "COS-CLUSTER-2018-03-02/0001" in page


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("kind=application.submitted", {"application.submitted"}),
        ("kind=call.", {"call.draft_saved", "call.published", "call.corrected"}),
        ("application=COS-CLUSTER-2018-03-02/0001&kind=document", {"document.requested"}),
        ("call=cos-cluster-2018-3-2&kind=partner.invited", {"partner.invited"}),
        ("from=2019-03-02", set()),
        ("to=2019-02-28", set()),
        ("from=2019-03-01&to=2019-03-01&kind=application.submitted", {"application.submitted"}),
    ],
)
def test_filters_narrow_page_and_file_alike(signed_in: Browser, made: Made, query: str, kinds: set[str]) -> None:
    exported = rows_of(signed_in.get(f"/audit/events?{query}&format=csv"))
    assert {row["Kind"] for row in exported} == kinds
    page = signed_in.get(f"/audit/events?{query}").text
    assert page.count("g-row-link") == min(len(exported), 25)


def test_a_person_is_found_by_address(signed_in: Browser, made: Made) -> None:
    found = rows_of(signed_in.get(f"/audit/events?actor={made.person.email}&format=csv"))
    assert found
    assert {row["Person id"] for row in found} == {str(made.person.id)}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("actor=nobody@example.org", "No person has this e-mail address or id: nobody@example.org"),
        ("from=yesterday", "This is no day: yesterday"),
        ("subject=no-id", "This is no id: no-id"),
        ("call=X", "No call has this identifier or id: X"),
        ("application=X/1", "No application has this reference or id: X/1"),
    ],
)
def test_what_is_not_known_is_said_and_nothing_is_shown(signed_in: Browser, made: Made, query: str, words: str) -> None:
    answer = signed_in.get(f"/audit/events?{query}")
    assert answer.status_code == 200
    assert words in answer.text
    assert "g-row-link" not in answer.text


def test_odd_addresses_do_no_harm(signed_in: Browser) -> None:
    for query in (
        "page=99999999",
        "kind=%00",
        "to=9999-12-31",
        "from=0001-01-01",
        "q=x",
        "kind=%27",
        "actor=" + "a" * 9000,
    ):
        assert signed_in.get(f"/audit/events?{query}").status_code == 200


def test_filters_stay_in_the_addresses_of_the_page(signed_in: Browser, made: Made) -> None:
    page = signed_in.get("/audit/events?kind=application.&application=COS-CLUSTER-2018-03-02/0001").text
    assert "application=COS-CLUSTER-2018-03-02%2F0001&amp;kind=application.&amp;format=csv" in page
    assert 'href="/audit/events?kind=application."' in page


def test_the_file_holds_every_row_and_its_hash(signed_in: Browser, runtime: Runtime, made: Made) -> None:
    exported = rows_of(signed_in.get("/audit/events?format=csv"))
    with runtime.database.reading() as session:
        stored = dict(session.execute(sa.select(sa.cast(Event.seq, sa.Text), Event.hash)).all())
    assert {row["Number"]: row["Hash"] for row in exported} == stored
    xlsx = signed_in.get("/audit/events?format=xlsx")
    assert xlsx.content.startswith(b"PK")


def test_an_event_shows_all_that_was_recorded(signed_in: Browser, runtime: Runtime, made: Made) -> None:
    wanted = sa.select(Event.id, Event.hash, Event.facts).where(Event.kind == "application.submitted")
    with runtime.database.reading() as session:
        identity, recorded, facts = session.execute(wanted).one()
    page = signed_in.get(f"/audit/events/{identity}").text
    assert recorded in page
    assert facts["sha256"] in page
    assert f"/audit/events?application={made.application_id}" in page
    assert signed_in.get(f"/audit/events/{made.application_id}").status_code == 404


def test_a_changed_history_is_noticed(signed_in: Browser, runtime: Runtime, made: Made) -> None:
    assert "History is whole" not in signed_in.get("/audit/verify").text
    assert "History is whole" in signed_in.get("/audit/verify?run=1").text
    triggers = "alter table {} {} trigger {}"
    with runtime.database.transaction() as session:
        session.execute(sa.text(triggers.format("audit_event", "disable", "audit_event_is_append_only")))
        session.execute(
            sa.text("update audit_event set occurred_at = occurred_at - interval '1 s' where kind = 'call.published'")
        )
        session.execute(sa.text(triggers.format("submission", "disable", "submission_is_append_only")))
        session.execute(sa.text("""update submission set snapshot = snapshot || '{"x": 1}'"""))
    page = signed_in.get("/audit/verify?run=1").text
    assert "History does not verify" in page
    assert "does not fit" in page
    assert f"The submission {made.submission_id} no longer has its hash" in page
    with runtime.database.transaction() as session:
        session.execute(
            sa.text("update audit_event set occurred_at = occurred_at + interval '1 s' where kind = 'call.published'")
        )
        session.execute(sa.text("update submission set snapshot = snapshot - 'x'"))
        session.execute(sa.text(triggers.format("audit_event", "enable", "audit_event_is_append_only")))
        session.execute(sa.text(triggers.format("submission", "enable", "submission_is_append_only")))


def test_the_api_gives_the_same_events(browser: Browser, runtime: Runtime, auditor: Person, made: Made) -> None:
    with runtime.database.transaction() as session:
        token = an_api_token(session, session.get_one(Person, auditor.id), scopes=("read",))
        other = an_api_token(session, session.get_one(Person, made.person.id))
    headers = {"authorization": f"Bearer {token}"}
    answer = browser.get("/api/v1/events?kind=application.submitted", headers=headers).json()
    [item] = answer["items"]
    assert (answer["total"], item["application_id"]) == (1, str(made.application_id))
    assert browser.get(f"/api/v1/events/{item['id']}", headers=headers).json() == item
    assert browser.get("/api/v1/events/verification", headers=headers).json()["whole"] is True
    assert browser.get("/api/v1/events", headers={"authorization": f"Bearer {other}"}).status_code == 403
    assert browser.get("/api/v1/events").status_code == 401
    assert browser.get("/api/v1/events?since=2019-01-01T00:00:00", headers=headers).status_code == 422
