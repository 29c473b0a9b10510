"""From "Apply" to a draft: for whom, with which check, once."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from app.applications.models import Application
from app.delivery.runtime import Runtime
from app.organisations.rules.types import OrganisationType
from tests.builders.applications import a_cluster
from tests.builders.organisations import an_organisation
from tests.builders.people import a_person
from tests.support.client import Browser, hidden_fields

APPLY = "/calls/COS-CLUSTER-2018-03-02/apply"


def _count(runtime: Runtime) -> int:
    with runtime.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Application)) or 0


def test_signing_in_comes_first_and_leads_back(browser: Browser, call: object) -> None:
    answer = browser.get(APPLY, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={APPLY}")


def test_without_an_organisation_one_is_registered_first(runtime: Runtime, browser: Browser, call: object) -> None:
    with runtime.database.transaction() as session:
        person = a_person(session)
    page = browser.sign_in_as(person.id).get(APPLY).text
    assert "/organisations/new" in page
    assert 'name="acronym"' not in page


def test_the_self_check_says_why_an_organisation_cannot_apply(runtime: Runtime, browser: Browser, call: object) -> None:
    with runtime.database.transaction() as session:
        person = a_person(session)
        kind = OrganisationType.LARGE_COMPANY
        an_organisation(session, representative=person, legal_name="ACME", organisation_type=kind, country="US")
        a_cluster(session, person, 0, legal_name="Norte Cluster")
    page = browser.sign_in_as(person.id).get(APPLY).text
    assert "ACME is registered as: large company." in page
    assert "ACME is established in US, which is not eligible" in page
    assert "It sits in a less developed region" in page


def test_pressing_twice_begins_once(runtime: Runtime, browser: Browser, call: object) -> None:
    with runtime.database.transaction() as session:
        person = a_person(session)
        organisation = a_cluster(session, person, 0)
    before = _count(runtime)
    fields = hidden_fields(browser.sign_in_as(person.id).get(APPLY).text)
    sent = fields | {"organisation_id": str(organisation.id), "acronym": "TWICE"}
    first, second = (browser.post(APPLY, sent, follow=False) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    assert _count(runtime) == before + 1
    page = browser.get("/applications").text
    assert page.count("TWICE") == 1


def test_a_refusal_shows_what_was_typed_and_begins_nothing(runtime: Runtime, browser: Browser, call: object) -> None:
    with runtime.database.transaction() as session:
        person = a_person(session)
        organisation = a_cluster(session, person, 0)
    before = _count(runtime)
    sent = {"organisation_id": str(organisation.id), "acronym": "<b>no"}
    answer = browser.sign_in_as(person.id).post(APPLY, sent, page=APPLY)
    assert answer.status_code == 422
    assert "Begin with a letter or digit" in answer.text
    assert 'value="&lt;b&gt;no"' in answer.text
    assert _count(runtime) == before


def test_for_somebody_elses_organisation_nothing_begins(runtime: Runtime, browser: Browser, call: object) -> None:
    with runtime.database.transaction() as session:
        person = a_person(session)
        a_cluster(session, person, 0)
        foreign = a_cluster(session, a_person(session), 1, legal_name="Foreign secret")
    before = _count(runtime)
    browser.sign_in_as(person.id)
    answer = browser.post(APPLY, {"organisation_id": str(foreign.id), "acronym": "MINE"}, page=APPLY)
    assert answer.status_code == 403
    assert "Foreign secret" not in answer.text
    assert _count(runtime) == before


def test_after_the_deadline_the_page_says_so(runtime: Runtime, browser: Browser, call: object) -> None:
    with runtime.database.transaction() as session:
        person = a_person(session)
        organisation = a_cluster(session, person, 0)
    runtime.clock.instant = datetime(2019, 4, 4, 15, 0, 0, 1, tzinfo=UTC)  # type: ignore[attr-defined]
    browser.sign_in_as(person.id)
    page = browser.get(APPLY).text
    assert "The deadline passed on Thu 4 April 2019, 17:00 Brussels" in page
    assert 'name="acronym"' not in page
    answer = browser.post(APPLY, {"organisation_id": str(organisation.id), "acronym": "LATE"}, page="/applications")
    assert answer.status_code == 422


def test_an_unknown_call_is_not_found(runtime: Runtime, browser: Browser) -> None:
    with runtime.database.transaction() as session:
        person = a_person(session)
    assert browser.sign_in_as(person.id).get("/calls/NO-SUCH-CALL/apply").status_code == 404
