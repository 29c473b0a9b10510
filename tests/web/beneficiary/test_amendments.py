"""An amendment at both doors: typed, compared, asked for, decided, signed; and who sees what of it."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from app.accounts.models import Person
from app.amendments.rules.lifecycle import AmendmentState
from app.delivery.runtime import Runtime
from app.infra.templates import day_text
from tests.api.program import Program
from tests.builders import amendments as build
from tests.builders.amendments import WHY
from tests.builders.applications import a_call
from tests.builders.awards import SENT
from tests.builders.calls import another_call
from tests.builders.grants import MadeGrant, a_running_grant
from tests.builders.people import a_person
from tests.support.client import Browser
from tests.web.beneficiary.test_grants import hidden, text_of
from tests.web.pages import Page, problems

_numbers = itertools.count(1)


@pytest.fixture
def made(runtime: Runtime) -> MadeGrant:
    """A running grant of a call of its own, some weeks after its start."""
    runtime.clock.instant = SENT + timedelta(days=12)  # type: ignore[attr-defined]
    with runtime.database.transaction() as session:
        document = another_call(f"COS-AMEND-2019-{next(_numbers)}")
        found = a_running_grant(session, call=a_call(session, document), files=runtime.files)
    runtime.clock.instant = build.ASKED  # type: ignore[attr-defined]
    return found


def typed(runtime: Runtime, made: MadeGrant, amount: str = "10000.00") -> dict[str, str]:
    """The form with an amount moved from the coordinator to the second member."""
    with runtime.database.reading() as session:
        cells = build.wanted_budget(session, made, (0, "personnel", 1, "personnel", amount))
    return {"reason": WHY, "account": "keep", "duration_months": "24"} | {
        f"budget.{one.partner_id}.{one.category}": one.amount for one in cells
    }


def state_of(runtime: Runtime, made: MadeGrant, number: int = 1) -> AmendmentState:
    with runtime.database.reading() as session:
        return build.row(session, made, number).state


def test_a_transfer_through_the_pages(browser: Browser, runtime: Runtime, made: MadeGrant) -> None:
    home, office = f"/grants/{made.grant_id}/amendments", f"/officer/grants/{made.grant_id}/amendments/1"
    coordinator, second = (made.made.members[number].person.id for number in (0, 1))
    browser.sign_in_as(second)
    assert "Begin an amendment" not in browser.get(home).text
    browser.sign_in_as(coordinator)
    page = browser.get(home)
    assert not problems(Page(page.text))
    page = browser.post(home, {"_key": hidden(page.text, "_key")}, page=home)
    assert not problems(Page(page.text))
    assert "Nothing is to be changed yet" in text_of(page.text)
    fields = typed(runtime, made)
    version = {"_version": hidden(page.text, "_version")}
    cell = next(name for name in fields if name.endswith("personnel"))
    refused = browser.post(f"{home}/1", fields | version | {cell: "1.005"}, page=f"{home}/1")
    assert refused.status_code == 422
    assert "1.005" in refused.text
    assert not problems(Page(refused.text))
    page = browser.post(f"{home}/1", fields | version, page=f"{home}/1")
    assert not problems(Page(page.text))
    assert "+10,000.00" in text_of(page.text)
    stale = browser.post(f"{home}/1", fields | version, page=f"{home}/1")
    assert stale.status_code == 409
    browser.sign_in_as(made.officer.person_id)
    assert browser.get(office).status_code == 404, "a draft is the consortium's own"
    browser.sign_in_as(coordinator)
    asked = browser.post(f"{home}/1/request", page=f"{home}/1")
    assert "16 April 2020" in text_of(asked.text)
    decide(browser, made)
    sign(browser, made)
    assert state_of(runtime, made) is AmendmentState.IN_FORCE
    browser.sign_in_as(coordinator)
    page = browser.get(f"/grants/{made.grant_id}/agreement")
    assert not problems(Page(page.text))
    assert "Version 2, as amended" in text_of(page.text)
    assert f"Version 2, in force since {day_text(build.ASKED.date(), 'en_GB')}" in text_of(page.text)
    assert "version 2 of the agreement" in text_of(browser.get(f"/grants/{made.grant_id}").text)
    assert "In force since" in text_of(browser.get(f"{home}/1").text)


def decide(browser: Browser, made: MadeGrant) -> None:
    """The officer finds it in three places and accepts it."""
    office = f"/officer/grants/{made.grant_id}"
    browser.sign_in_as(made.officer.person_id)
    assert "1 to decide" in text_of(browser.get("/tasks").text)
    assert f"{office}/amendments/1" in browser.get(f"/officer/calls/{made.ranked.call.id}/grants").text
    assert f"{office}/amendments/1" in browser.get(office).text
    page = browser.get(f"{office}/amendments/1")
    assert not problems(Page(page.text))
    assert WHY in text_of(page.text)
    decision = f"{office}/amendments/1/decision"
    silent = browser.post(decision, {"decision": "refuse", "reason": ""}, page=f"{office}/amendments/1")
    assert silent.status_code == 422
    page = browser.post(decision, {"decision": "accept", "reason": ""}, page=f"{office}/amendments/1")
    assert "A legal signatory of the coordinator acts next" in text_of(page.text)


def sign(browser: Browser, made: MadeGrant) -> None:
    """The coordinator's signatory, then the authority."""
    path = f"/grants/{made.grant_id}/amendments/1/sign"
    browser.sign_in_as(made.made.members[1].person.id)
    assert browser.get(path).status_code == 403
    browser.sign_in_as(made.made.members[0].person.id)
    assert "Sign amendment 1" in text_of(browser.get("/tasks").text)
    page = browser.get(path)
    assert not problems(Page(page.text))
    assert browser.post(path, {"sha256": "0" * 64}, page=path).status_code == 422
    page = browser.post(path, {"sha256": hidden(page.text, "sha256")}, page=path)
    assert "An authorising officer acts next" in text_of(page.text)
    path = f"/officer{path}"
    browser.sign_in_as(made.officer.person_id)
    assert browser.get(path).status_code == 403
    browser.sign_in_as(made.authority.person_id)
    assert "Sign amendments of" in text_of(browser.get("/tasks").text)
    page = browser.get(path)
    assert not problems(Page(page.text))
    browser.post(path, {"sha256": hidden(page.text, "sha256")}, page=path)


def test_a_new_account_is_typed_and_a_wrong_one_told_at_its_field(
    browser: Browser, runtime: Runtime, made: MadeGrant
) -> None:
    home = f"/grants/{made.grant_id}/amendments"
    browser.sign_in_as(made.made.members[0].person.id)
    page = browser.post(home, {"_key": hidden(browser.get(home).text, "_key")}, page=home)
    fields = typed(runtime, made, "0.00") | {"_version": hidden(page.text, "_version"), "account": "new"}
    wrong = browser.post(f"{home}/1", fields | {"holder": "Cluster ASBL", "iban": "BE00"}, page=f"{home}/1")
    assert wrong.status_code == 422
    assert 'id="iban-error"' in wrong.text
    right = fields | {"holder": "Cluster ASBL", "iban": "BE71096123456769", "bic": "GKCCBEBB"}
    page = browser.post(f"{home}/1", right, page=f"{home}/1")
    assert "BE71 0961 2345 6769" in text_of(page.text)
    asked = browser.post(f"{home}/1/request", page=f"{home}/1")
    assert asked.status_code == 200
    browser.sign_in_as(made.officer.person_id)
    office = browser.get(f"/officer/grants/{made.grant_id}/amendments/1").text
    assert "has not validated the account" in text_of(office)
    assert 'value="accept"' not in office


def test_strangers_learn_nothing_and_it_can_be_taken_back(browser: Browser, runtime: Runtime, made: MadeGrant) -> None:
    with runtime.database.transaction() as session:
        build.a_draft(session, made)
        stranger = a_person(session).id
    paths = (f"/grants/{made.grant_id}/amendments", f"/grants/{made.grant_id}/amendments/1")
    for path in (*paths, f"{paths[1]}/sign", f"/officer{paths[1]}", f"/officer{paths[1]}/sign"):
        browser.sign_in_as(stranger)
        assert browser.get(path).status_code == 404
    browser.sign_in_as(made.made.members[0].person.id)
    page = browser.post(f"{paths[1]}/withdrawal", page=paths[1])
    assert "taken back" in text_of(page.text)
    assert state_of(runtime, made) is AmendmentState.WITHDRAWN


def test_programs_amend_with_what_they_read(browser: Browser, runtime: Runtime, made: MadeGrant) -> None:
    base = f"/grants/{made.grant_id}/amendments"
    coordinator = Program.of(browser, runtime, made.made.members[0].person)
    begun = coordinator("POST", base, key="one")
    assert coordinator("POST", base, key="one").json() == begun.json() == {"number": 1}
    with runtime.database.reading() as session:
        cells = build.wanted_budget(session, made, (0, "personnel", 1, "personnel", "5000.00"))
        people = [made.officer.person_id, made.authority.person_id]
    read = coordinator("GET", f"{base}/1").json()
    assert {one["rule"] for one in read["findings"]} == {"amendment.nothing", "amendment.reason"}
    body = {
        "version": read["amendment"]["version"],
        "reason": WHY,
        "budget": [one.model_dump(mode="json") for one in cells],
    }
    assert coordinator("PUT", f"{base}/1", json=body).json() == {"version": 2}
    assert coordinator("PUT", f"{base}/1", json=body).status_code == 409
    read = coordinator("GET", f"{base}/1").json()
    assert read["findings"] == []
    assert {one["cost"]["difference"]["amount"] for one in read["changes"]["lines"]} >= {"-5000.00", "5000.00"}
    assert coordinator("POST", f"{base}/1/request").status_code == 204
    office, authority = (as_program(browser, runtime, person) for person in people)
    assert office("POST", f"{base}/1/decision", json={"decision": "accept"}).status_code == 204
    sha256 = {"sha256": office("GET", base).json()[0]["sha256"]}
    assert coordinator("POST", f"{base}/1/signature", json=sha256).status_code == 403, "the second step is asked for"
    assert coordinator.confirmed("POST", f"{base}/1/signature", json=sha256).status_code == 204
    assert authority.confirmed("POST", f"{base}/1/last-signature", json=sha256).status_code == 204
    read = coordinator("GET", f"{base}/1").json()
    assert (read["amendment"]["state"], read["amendment"]["agreement_version"]) == ("in_force", 2)
    assert [one["order"] for one in read["signatures"]] == [1, 2]
    assert coordinator("POST", f"{base}/1/withdrawal").status_code == 409


def as_program(browser: Browser, runtime: Runtime, person_id: object) -> Program:
    with runtime.database.reading() as session:
        person = session.get_one(Person, person_id)
        session.expunge(person)
    return Program.of(browser, runtime, person)
