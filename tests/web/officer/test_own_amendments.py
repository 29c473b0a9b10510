"""An amendment that the managing body proposes, at both doors: written by the officer, signed or refused by the coordinator."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from app.accounts.models import Person
from app.amendments.rules.lifecycle import AmendmentState
from app.delivery.runtime import Runtime
from tests.api.program import Program
from tests.builders import amendments as build
from tests.builders.amendments import WHY
from tests.builders.applications import a_call
from tests.builders.awards import SENT
from tests.builders.calls import another_call
from tests.builders.grants import MadeGrant, a_running_grant
from tests.support.client import Browser
from tests.web.beneficiary.test_grants import hidden, text_of
from tests.web.pages import Page, problems

_numbers = itertools.count(1)
NO = "The visits of the autumn need these months."


@pytest.fixture
def made(runtime: Runtime) -> MadeGrant:
    """A running grant of a call of its own, some weeks after its start."""
    runtime.clock.instant = SENT + timedelta(days=12)  # type: ignore[attr-defined]
    with runtime.database.transaction() as session:
        document = another_call(f"COS-OWN-2019-{next(_numbers)}")
        found = a_running_grant(session, call=a_call(session, document), files=runtime.files)
    runtime.clock.instant = build.ASKED  # type: ignore[attr-defined]
    return found


def state_of(runtime: Runtime, made: MadeGrant, number: int = 1) -> AmendmentState:
    with runtime.database.reading() as session:
        return build.row(session, made, number).state


def proposed(browser: Browser, made: MadeGrant) -> str:
    """The officer begins, saves and proposes one; the address of its page."""
    home = f"/officer/grants/{made.grant_id}"
    here = f"{home}/amendments/1"
    browser.sign_in_as(made.officer.person_id)
    page = browser.get(home)
    assert not problems(Page(page.text))
    assert "Propose an amendment" in page.text
    page = browser.post(f"{home}/amendments", {"_key": hidden(page.text, "_key")}, page=home)
    assert not problems(Page(page.text))
    assert "The programme officer acts next" in text_of(page.text)
    assert "A new account" not in page.text
    fields = {"reason": WHY, "account": "keep", "duration_months": "26", "_version": hidden(page.text, "_version")}
    short = browser.post(here, fields | {"duration_months": "no"}, page=here)
    assert short.status_code == 422
    assert not problems(Page(short.text))
    page = browser.post(here, fields, page=here)
    assert not problems(Page(page.text))
    browser.sign_in_as(made.made.person.id)
    assert browser.get(f"/grants/{made.grant_id}/amendments/1").status_code == 404, "a draft of the other side"
    assert browser.get(f"/grants/{made.grant_id}/amendments/1/sign").status_code == 404
    browser.sign_in_as(made.officer.person_id)
    page = browser.post(f"{here}/proposal", page=here)
    assert not problems(Page(page.text))
    assert "A legal signatory of the coordinator acts next" in text_of(page.text)
    assert "16 April 2020" in text_of(page.text)
    return here


def test_it_is_proposed_signed_and_in_force(browser: Browser, runtime: Runtime, made: MadeGrant) -> None:
    here = proposed(browser, made)
    browser.sign_in_as(made.made.person.id)
    assert "Sign amendment 1" in text_of(browser.get("/tasks").text)
    assert not problems(Page(browser.get(f"/grants/{made.grant_id}/amendments").text))
    page = browser.get(f"/grants/{made.grant_id}/amendments/1")
    assert not problems(Page(page.text))
    assert "Read it, then sign or refuse" in page.text
    path = f"/grants/{made.grant_id}/amendments/1/sign"
    page = browser.get(path)
    assert not problems(Page(page.text))
    browser.post(path, {"sha256": hidden(page.text, "sha256")}, page=path)
    assert state_of(runtime, made) is AmendmentState.SIGNED
    browser.sign_in_as(made.authority.person_id)
    page = browser.get(f"{here}/sign")
    assert not problems(Page(page.text))
    browser.post(f"{here}/sign", {"sha256": hidden(page.text, "sha256")}, page=f"{here}/sign")
    assert state_of(runtime, made) is AmendmentState.IN_FORCE


def test_the_coordinator_refuses_it_with_a_reason(browser: Browser, runtime: Runtime, made: MadeGrant) -> None:
    here = proposed(browser, made)
    path = f"/grants/{made.grant_id}/amendments/1/sign"
    browser.sign_in_as(made.made.members[1].person.id)
    assert (
        browser.post(f"{path}/refusal", {"reason": NO}, page=f"/grants/{made.grant_id}/amendments/1").status_code == 403
    )
    browser.sign_in_as(made.made.person.id)
    silent = browser.post(f"{path}/refusal", {"reason": "No."}, page=path)
    assert silent.status_code == 422
    assert not problems(Page(silent.text))
    page = browser.post(f"{path}/refusal", {"reason": NO}, page=path)
    assert NO in text_of(page.text)
    assert state_of(runtime, made) is AmendmentState.REFUSED
    browser.sign_in_as(made.officer.person_id)
    page = browser.get(here)
    assert not problems(Page(page.text))
    assert "The coordinator refused it" in text_of(page.text)


def test_the_officer_takes_it_back(browser: Browser, runtime: Runtime, made: MadeGrant) -> None:
    here = proposed(browser, made)
    browser.post(f"{here}/withdrawal", page=here)
    assert state_of(runtime, made) is AmendmentState.WITHDRAWN
    assert "The managing body took it back" in text_of(browser.get(here).text)


def test_programs_of_both_sides(browser: Browser, runtime: Runtime, made: MadeGrant) -> None:
    below = f"/grants/{made.grant_id}/amendments"
    with runtime.database.reading() as session:
        officer = Program.of(browser, runtime, session.get_one(Person, made.officer.person_id))
    coordinator = Program.of(browser, runtime, made.made.person)
    assert officer("POST", below).json() == {"number": 1}
    wanted = {"version": 1, "reason": WHY, "duration_months": 26}
    assert coordinator("PUT", f"{below}/1", json=wanted).status_code == 403
    assert officer("PUT", f"{below}/1", json=wanted).status_code == 200
    assert coordinator("GET", f"{below}/1").status_code == 404
    assert coordinator("POST", f"{below}/1/proposal").status_code == 403
    assert officer("POST", f"{below}/1/proposal").status_code == 204
    told = coordinator("GET", f"{below}/1").json()["amendment"]
    assert (told["by_authority"], told["state"], told["decide_by"]) == (True, "accepted", "2020-04-16")
    assert officer("POST", f"{below}/1/decision", json={"decision": "return", "reason": NO}).status_code == 403
    assert coordinator("POST", f"{below}/1/refusal", json={"reason": NO}).status_code == 403, "without the second step"
    assert coordinator.confirmed("POST", f"{below}/1/refusal", json={"reason": NO}).status_code == 204
    assert officer("GET", f"{below}/1").json()["amendment"]["note"] == NO
    assert coordinator("POST", below).json() == {"number": 2}
    assert officer("POST", f"{below}/2/withdrawal").status_code == 403
