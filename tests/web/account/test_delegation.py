"""Delegation at both doors: hand over, act, be named together, stop; and what stays closed."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from app.accounts.models import Delegation, Person
from app.audit.models import Event
from app.core.actor import Role
from app.delivery.runtime import Runtime
from app.infra.ids import new_id
from tests.api.program import Program
from tests.builders.people import a_person, an_administrator
from tests.support.client import Browser
from tests.web.pages import Page, problems

TODAY = {"starts_on-day": "1", "starts_on-month": "3", "starts_on-year": "2019"}
TOMORROW = {"ends_on-day": "2", "ends_on-month": "3", "ends_on-year": "2019"}
FORM = TODAY | TOMORROW | {"reason": "Annual leave"}
JSON = {"starts_on": "2019-03-01", "ends_on": "2019-03-02", "reason": "Annual leave"}


@pytest.fixture
def away(runtime: Runtime) -> Any:
    with runtime.database.transaction() as session:
        return a_person(session, name="Ada Away", roles=(Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR))


@pytest.fixture
def there(runtime: Runtime) -> Any:
    with runtime.database.transaction() as session:
        return a_person(session, name="Theo There", roles=(Role.FINANCE_OFFICER,))


def the_delegation(runtime: Runtime, away: Person) -> Delegation:
    with runtime.database.reading() as session:
        found = session.scalars(sa.select(Delegation).where(Delegation.person_id == away.id)).one()
        session.expunge_all()
        return found


def test_hand_over_act_and_stop_through_the_pages(
    browser: Browser, runtime: Runtime, away: Person, there: Person
) -> None:
    browser.sign_in_as(away.id, stepped_up=False)
    asked = browser.post("/account/delegation", FORM | {"delegate_id": str(there.id)}, page="/account/delegation")
    assert asked.status_code == 403, "who may act is said with a code"
    browser.sign_in_as(away.id)
    page = browser.get("/account/delegation")
    assert not problems(Page(page.text))
    refused = browser.post("/account/delegation", FORM | {"delegate_id": str(away.id)}, page="/account/delegation")
    assert (refused.status_code, "Choose another person" in refused.text) == (422, True)
    page = browser.post("/account/delegation", FORM | {"delegate_id": str(there.id)}, page="/account/delegation")
    assert "Theo There acts for you" in page.text
    assert "1 March 2019 to 2 March 2019" in page.text
    one = the_delegation(runtime, away)
    browser.sign_in_as(there.id)
    tasks = browser.get("/tasks")
    assert "For Ada Away until 2 March 2019" in tasks.text
    assert not problems(Page(tasks.text))
    assert browser.get("/officer/programmes").status_code == 403
    page = browser.post(f"/account/delegation/{one.id}/act", page="/tasks")
    assert "You act for Ada Away" in page.text
    assert not problems(Page(page.text))
    assert browser.get("/officer/programmes").status_code == 200
    assert browser.get("/admin/people").status_code == 403
    assert browser.post("/account/delegation", FORM | {"delegate_id": str(away.id)}).status_code == 403
    page = browser.post("/account/delegation/stop", page="/tasks")
    assert "You act for" not in page.text
    assert browser.get("/officer/programmes").status_code == 403
    browser.post(f"/account/delegation/{one.id}/end", page="/account/delegation")
    assert the_delegation(runtime, away).ended_at is not None
    assert "For Ada Away until" not in browser.get("/tasks").text


def test_an_administrator_hands_over_for_somebody_and_ends_it(
    browser: Browser, runtime: Runtime, away: Person, there: Person
) -> None:
    with runtime.database.transaction() as session:
        boss = an_administrator(session)
    browser.sign_in_as(boss.id)
    assert browser.get("/account/delegation").status_code == 403
    assert not problems(Page(browser.get("/admin/delegations/new").text))
    people = {"person_id": str(away.id), "delegate_id": str(there.id)}
    page = browser.post("/admin/delegations", FORM | people, page="/admin/delegations/new")
    assert page.status_code == 200
    assert "Ada Away" in page.text
    assert not problems(Page(page.text))
    assert "Theo There" in browser.get("/admin/delegations?state=in_force&format=csv&q=ada").text
    one = the_delegation(runtime, away)
    assert one.made_by == boss.id
    browser.post(f"/admin/delegations/{one.id}/end", page="/admin/delegations")
    assert the_delegation(runtime, away).ended_by == boss.id
    browser.sign_in_as(boss.id, stepped_up=False)
    assert browser.post("/admin/delegations", FORM | people, page="/admin/delegations").status_code == 403


def test_programs_name_the_delegation_with_each_request(
    browser: Browser, runtime: Runtime, away: Person, there: Person
) -> None:
    giver, taker = Program.of(browser, runtime, away), Program.of(browser, runtime, there)
    made = giver.confirmed("POST", "/me/delegations", json=JSON | {"delegate_id": str(there.id)}, key="k")
    assert made.status_code == 201
    one = made.json()["id"]
    named = {"headers": {"acting-for": one}}
    assert taker("GET", "/me", **named).status_code == 403
    assert taker("POST", f"/me/delegations/{one}/taking-up").status_code == 204
    me = taker("GET", "/me", **named).json()
    assert (me["id"], [role["role"] for role in me["roles"]]) == (str(there.id), ["programme_officer"])
    assert [role["role"] for role in taker("GET", "/me").json()["roles"]] == ["finance_officer"]
    for nonsense in ("x", str(new_id())):
        assert taker("GET", "/me", headers={"acting-for": nonsense}).status_code == 403
    assert giver("GET", "/me", **named).status_code == 403
    assert [row["state"] for row in taker("GET", "/me/delegations").json()] == ["in_force"]
    assert taker("POST", f"/delegations/{one}/end").status_code == 204
    assert taker("GET", "/me", **named).status_code == 403
    boss = Program.of(browser, runtime, away)
    assert boss("GET", "/delegations").json()["total"] >= 1
    answer = boss.confirmed(
        "POST", "/delegations", json=JSON | {"person_id": str(away.id), "delegate_id": str(away.id)}
    )
    assert "delegation.to_oneself" in {one["rule"] for one in answer.json()["violations"]}


def test_the_event_log_names_both(browser: Browser, runtime: Runtime, away: Person, there: Person) -> None:
    giver, taker = Program.of(browser, runtime, away), Program.of(browser, runtime, there)
    one = giver.confirmed("POST", "/me/delegations", json=JSON | {"delegate_id": str(there.id)}).json()["id"]
    taker("POST", f"/me/delegations/{one}/taking-up")
    browser.sign_in_as(there.id)
    browser.post(f"/account/delegation/{one}/act", page="/tasks")
    details = {"name": "Theo There", "language": "fr", "zone": "UTC"}
    assert browser.post("/account/details", details, page="/account/details").status_code == 200
    with runtime.database.reading() as session:
        event = session.scalars(
            sa.select(Event).where(Event.kind == "person.updated", Event.actor_id == there.id)
        ).one()
        assert event.facts["for"] == str(away.id)
    with runtime.database.transaction() as session:
        auditor = a_person(session, roles=(Role.AUDITOR,))
    assert "Theo There for Ada Away" in browser.sign_in_as(auditor.id).get("/audit/events").text
