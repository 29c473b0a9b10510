"""Calls at the JSON door: the same outcome as on the pages, for the same people."""

from collections.abc import Callable
from typing import Any

import pytest

from app.accounts.models import Person
from app.calls import queries
from app.core.actor import Role
from app.delivery.runtime import Runtime
from tests.builders.applications import a_draft, a_submitted_application
from tests.builders.calls import a_document, a_programme, a_programme_officer, a_published_call, another_call, escp_4x
from tests.builders.people import a_person, an_api_token
from tests.support.client import Browser

Ask = Callable[..., Any]
PLANTED = "PLANTEDDRAFT"


@pytest.fixture
def ask(browser: Browser, runtime: Runtime) -> Ask:
    """Send a request as a person (None: nobody)."""

    def send(person: Person | None, method: str, path: str, **options: Any) -> Any:
        headers = dict(options.pop("headers", {}))
        if person is not None:
            with runtime.database.transaction() as session:
                secret = an_api_token(session, person, now=runtime.clock.now())
            headers["authorization"] = f"Bearer {secret}"
        browser.client.cookies.clear()
        return browser.client.request(method, f"/api/v1{path}", headers=headers, **options)

    return send


@pytest.fixture(scope="module")
def officer(runtime: Runtime) -> Person:
    with runtime.database.transaction() as session:
        a_programme(session)
        return a_person(session, roles=(Role.PROGRAMME_OFFICER,))


def _import(ask: Ask, officer: Person, identifier: str) -> Any:
    return ask(
        officer, "POST", "/calls", content=another_call(identifier), headers={"content-type": "application/yaml"}
    )


def test_import_publish_correct_withdraw(ask: Ask, officer: Person) -> None:
    made = _import(ask, officer, "API-WHOLE-1")
    assert (made.status_code, made.headers["location"]) == (201, "/api/v1/calls/API-WHOLE-1")
    assert made.json() == {"identifier": "API-WHOLE-1", "version": "1.0", "revision": 1, "findings": []}
    assert ask(None, "GET", "/calls/API-WHOLE-1").status_code == 404, "a draft is not public"
    unconfirmed = ask(officer, "POST", "/calls/api-whole-01/publication", json={})
    assert unconfirmed.status_code == 422
    [finding] = unconfirmed.json()["violations"]
    assert (finding["rule"], finding["place"]) == ("call.assumed_figures", "confirmed")
    done = ask(officer, "POST", "/calls/api-whole-01/publication", json={"confirm_assumed": True})
    assert done.status_code == 200
    public = ask(None, "GET", "/calls/API-WHOLE-1").json()
    assert public["envelope"] == {"amount": "3600000.00", "currency": "EUR"}
    assert public["deadline"] == "2019-04-04T15:00:00Z"
    assert public["sha256"] == done.json()["sha256"]
    again = ask(officer, "POST", "/calls/api-whole-01/publication", json={"confirm_assumed": True})
    assert again.status_code == 409
    document = public["rules"]
    line = {"version": "1.1", "date": "2019-03-01", "summary": {"en": "Longer."}}
    document |= {"version": "1.1", "changes": [*document["changes"], line]}
    document["timetable"]["stages"][0]["deadline"] = "2019-04-18 17:00 Europe/Brussels"
    saved = ask(officer, "PUT", "/calls/API-WHOLE-1/draft", json={"document": document, "revision": 0})
    assert saved.json()["version"] == "1.1"
    stale = ask(officer, "PUT", "/calls/API-WHOLE-1/draft", json={"document": document, "revision": 0})
    assert (stale.status_code, stale.json()["current_version"]) == (409, 1)
    corrected = ask(officer, "POST", "/calls/API-WHOLE-1/corrigendum", json={"confirm_assumed": True})
    assert corrected.json()["version"] == "1.1"
    version = ask(None, "GET", "/calls/API-WHOLE-1/versions/1.1").json()
    assert version["changes"] == [
        {
            "path": "timetable.stages.single.deadline",
            "title": "Timetable > Full application > deadline",
            "before": "2019-04-04 17:00 Europe/Brussels",
            "after": "2019-04-18 17:00 Europe/Brussels",
        }
    ]
    gone = ask(officer, "POST", "/calls/API-WHOLE-1/withdrawal", json={"reason": "No budget."})
    assert gone.json()["state"] == "withdrawn"
    assert ask(None, "GET", "/calls/API-WHOLE-1").json()["withdrawal_reason"] == "No budget."


def test_both_doors_refuse_a_document_alike(ask: Ask, browser: Browser, officer: Person) -> None:
    bad = another_call("API-BAD-1", **{"envelope: 3600000.00": "envelop: 1", "count: 3": "count: three"})
    refused = ask(officer, "POST", "/calls", content=bad)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    found = refused.json()["violations"]
    browser.sign_in_as(officer.id)
    page = browser.post("/officer/calls/new", {"document": bad.decode()})
    assert page.status_code == 422
    for violation in found:
        line, _, path = violation["place"].removeprefix("line ").partition(": ")
        assert f">{line}<" in page.text
        assert path in page.text
        assert violation["message"].replace("'", "&#39;") in page.text


def test_both_doors_publish_the_same_document(ask: Ask, browser: Browser, runtime: Runtime, officer: Person) -> None:
    browser.sign_in_as(officer.id)
    browser.post("/officer/calls/new", {"document": another_call("BOTH-1").decode()})
    ask(officer, "POST", "/calls", content=another_call("BOTH-2"))
    with runtime.database.reading() as session:
        first, second = (queries.call_by_identifier(session, name) for name in ("BOTH-1", "BOTH-2"))
        assert first is not None
        assert second is not None
        address = f"/officer/calls/{first.id}/publish"
    browser.sign_in_as(officer.id)
    browser.post(address, {"confirmed": "yes"}, page=address)
    ask(officer, "POST", "/calls/BOTH-2/publication", json={"confirm_assumed": True})
    shown = [ask(None, "GET", f"/calls/{name}").json() for name in ("BOTH-1", "BOTH-2")]
    for one in shown:
        one.pop("sha256")
        one.pop("identifier")
        one["rules"]["identity"].pop("identifier")
        one["versions"] = [each["label"] for each in one["versions"]]
    assert shown[0] == shown[1]


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"a: &a 1\n" + b"b: *a\n" * 3, b"[1, 2]", b"x: " + b"[" * 5000, b"{}", b"null"]
)
def test_naughty_documents_get_words(ask: Ask, officer: Person, content: bytes) -> None:
    refused = ask(officer, "POST", "/calls", content=content)
    assert refused.status_code == 422
    assert all(violation["message"] for violation in refused.json()["violations"])


def test_a_document_sent_twice_with_one_key_is_stored_once(ask: Ask, officer: Person) -> None:
    sent = {"content": another_call("API-ONCE-1"), "headers": {"idempotency-key": "import-once"}}
    first, second = (ask(officer, "POST", "/calls", **sent) for _ in range(2))
    assert first.json() == second.json()
    assert first.json()["revision"] == 1


def test_figures_and_applications_are_for_the_office_and_hold_no_drafts(
    ask: Ask, runtime: Runtime, officer: Person
) -> None:
    with runtime.database.transaction() as session:
        call = a_published_call(session, a_programme_officer(session), another_call("API-FIGURES-1"))
        made = a_submitted_application(session, call, acronym="SENT")
        a_draft(session, call, acronym=PLANTED)
        stranger = a_person(session)
        contact = made.person
        reader = a_person(session, roles=(Role.AUDITOR,))
    figures = ask(officer, "GET", "/calls/API-FIGURES-1/figures").json()
    assert (figures["drafts"], figures["submitted"]) == (1, 1)
    assert figures["requested"] == {"amount": "266490.00", "currency": "EUR"}
    assert figures["by_country"] == [{"country": "PT", "count": 1}]
    listed = ask(reader, "GET", "/calls/API-FIGURES-1/applications")
    assert [each["acronym"] for each in listed.json()["items"]] == ["SENT"]
    assert PLANTED not in listed.text
    for path in ("figures", "applications"):
        assert ask(None, "GET", f"/calls/API-FIGURES-1/{path}").status_code == 401
        for person in (stranger, contact):
            assert ask(person, "GET", f"/calls/API-FIGURES-1/{path}").status_code == 404
    assert ask(reader, "POST", "/calls/API-FIGURES-1/withdrawal", json={"reason": "x"}).status_code == 403
    assert ask(stranger, "POST", "/calls/API-FIGURES-1/withdrawal", json={"reason": "x"}).status_code == 404
    assert ask(None, "GET", "/calls/API-FIGURES-1").json()["state"] == "published"


def test_lists_filter_and_page(ask: Ask, runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        for number in range(3):
            a_published_call(session, a_programme_officer(session), another_call(f"PAGED-{number + 1}"))
    page = ask(None, "GET", "/calls?q=paged&size=2&page=2").json()
    assert (len(page["items"]), page["total"], page["pages"]) == (1, 3, 2)
    assert ask(None, "GET", "/calls?q=paged&phase=closed").json()["total"] == 0
    assert ask(None, "GET", "/calls?phase=never").status_code == 422
    assert ask(None, "GET", "/calls/PAGED-1/versions/7.7").status_code == 404


def test_a_json_document_is_read_like_a_yaml_one(ask: Ask, officer: Person) -> None:
    document = a_document({"identity.identifier": "API-JSON-1"}, version="1.0")
    made = ask(officer, "POST", "/calls", json=document)
    assert made.status_code == 201
    ask(officer, "POST", "/calls/API-JSON-1/publication", json={"confirm_assumed": True})
    rules = ask(None, "GET", "/calls/API-JSON-1").json()["rules"]
    assert rules["funding"] == escp_4x("1.0").plain()["funding"]
