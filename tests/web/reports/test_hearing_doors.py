"""The hearing before a recovery at both doors: announced, answered with a document, decided on; and who sees and does what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.accounts.models import Person
from app.core.actor import Role
from app.core.money import Money
from app.delivery.runtime import Runtime
from app.reporting.queries.reports import calculations_of
from app.reporting.rules.hearing import HearingState
from tests.api.program import API, Program
from tests.builders import reporting as build
from tests.builders.grants import MadeGrant
from tests.builders.people import a_person, a_role
from tests.support.client import Browser
from tests.support.pdfs import a_pdf
from tests.web.pages import Page, problems
from tests.web.reports.steps import at, text_of

SAID = "The hours of May were worked, and the time sheets show it."
WHY = "The time sheets prove half of what was claimed for May."
OVER = build.FINALLY + timedelta(days=31)


@pytest.fixture
def announced(runtime: Runtime, made: MadeGrant) -> MadeGrant:
    """A recovery of the whole pre-financing, announced on 15 November 2021."""
    at(runtime, build.FINALLY)
    with runtime.database.transaction() as session:
        build.prefinanced(session, made)
        for number, now in ((1, build.REPORTED), (2, build.FINALLY)):
            build.submitted(session, made, number=number, costs=(), now=now)
            build.accepted(session, made, number=number, now=now)
    return made


def state_of(runtime: Runtime, made: MadeGrant) -> HearingState:
    with runtime.database.reading() as session:
        hearing = calculations_of(session, made.grant_id)[-1].hearing
        assert hearing is not None
        return hearing.stands.state


def second_officer(runtime: Runtime, made: MadeGrant) -> Person:
    with runtime.database.transaction() as session:
        person = a_person(session)
        a_role(session, person, Role.PROGRAMME_OFFICER)
        return person


def test_the_coordinator_answers_on_its_page(browser: Browser, announced: MadeGrant) -> None:
    path, office = (f"{base}/grants/{announced.grant_id}/reports/2" for base in ("", "/officer"))
    browser.sign_in_as(announced.officer.person_id)
    page = browser.get(office)
    assert not problems(Page(page.text))
    assert "The coordinator acts next: a recovery is announced" in text_of(page.text)
    assert "Decision after the hearing" not in page.text
    early = browser.post(f"{office}/hearing", {"decision": "confirm", "reason": WHY}, page=office)
    assert early.status_code == 422
    assert "Decide after its answer, or after that day." in text_of(early.text)
    browser.sign_in_as(announced.made.members[1].person.id)
    page = browser.get(f"{path}/hearing")
    assert "The coordinator's contact answers for the consortium." in text_of(page.text)
    assert browser.post(f"{path}/hearing", {"observations": SAID}, page=f"{path}/hearing").status_code == 403
    browser.sign_in_as(announced.made.person.id)
    assert "Say what you think of the recovery" in text_of(browser.get("/tasks").text)
    page = browser.get(f"{path}/hearing")
    assert not problems(Page(page.text))
    assert "Nothing is asked back yet" in text_of(page.text)
    assert f"{path}/hearing" in browser.get(path).text
    silent = browser.post(f"{path}/hearing", {"observations": ""}, page=f"{path}/hearing")
    assert silent.status_code == 422
    assert not problems(Page(silent.text))
    broken = {"file": ("sheets.pdf", b"no PDF", "application/pdf")}
    assert (
        browser.post(f"{path}/hearing", {"observations": SAID}, page=f"{path}/hearing", files=broken).status_code == 422
    )
    proof = a_pdf()
    sent = {"file": ("sheets.pdf", proof, "application/pdf")}
    page = browser.post(f"{path}/hearing", {"observations": SAID}, page=f"{path}/hearing", files=sent)
    assert not problems(Page(page.text))
    assert SAID in text_of(page.text)
    assert browser.get(f"{path}/hearing/document").content == proof
    browser.sign_in_as(announced.officer.person_id)
    assert browser.get(f"{path}/hearing/document").content == proof


def test_another_officer_decides_on_its_page(browser: Browser, runtime: Runtime, announced: MadeGrant) -> None:
    path, office = (f"{base}/grants/{announced.grant_id}/reports/2" for base in ("", "/officer"))
    browser.sign_in_as(announced.made.person.id)
    browser.post(f"{path}/hearing", {"observations": SAID}, page=f"{path}/hearing")
    browser.sign_in_as(announced.officer.person_id)
    assert "Decide on the recovery" in text_of(browser.get("/tasks").text)
    page = browser.get(office)
    assert not problems(Page(page.text))
    assert SAID in text_of(page.text)
    lower = {"decision": "lower", "amount": "100.00", "reason": WHY}
    own = browser.post(f"{office}/hearing", lower, page=office)
    assert own.status_code == 422
    assert "somebody else lowers or withdraws it" in text_of(own.text)
    browser.sign_in_as(second_officer(runtime, announced).id)
    page = browser.post(f"{office}/hearing", lower, page=office)
    assert not problems(Page(page.text))
    assert state_of(runtime, announced) is HearingState.LOWERED
    assert "The managing body lowered the recovery" in text_of(page.text)
    browser.sign_in_as(announced.made.person.id)
    page = browser.get(f"{path}/hearing")
    assert not problems(Page(page.text))
    assert WHY in text_of(page.text)
    assert "EUR 100.00 by 15 December 2021" in text_of(page.text).replace("\u00a0", " ")
    with runtime.database.transaction() as session:
        stranger = a_person(session)
    assert browser.sign_in_as(stranger.id).get(f"{path}/hearing").status_code == 404
    assert browser.sign_in_as(announced.authority.person_id).get(f"{path}/hearing").status_code == 403


def test_a_program_answers_decides_and_reads_the_same(browser: Browser, runtime: Runtime, announced: MadeGrant) -> None:
    below = f"/grants/{announced.grant_id}/reports/2"
    coordinator = Program.of(browser, runtime, announced.made.person)
    partner = Program.of(browser, runtime, announced.made.members[1].person)
    with runtime.database.reading() as session:
        officer = Program.of(browser, runtime, session.get_one(Person, announced.officer.person_id))
    told = coordinator("GET", below).json()["recovery"]
    assert (told["due_on"], told["hearing"]["state"], told["hearing"]["answer_by"]) == (None, "announced", "2021-12-15")
    assert partner("POST", f"{below}/hearing/answer", data={"observations": SAID}).status_code == 403
    both = coordinator("POST", f"{below}/hearing/answer", data={"observations": SAID, "nothing": "true"})
    assert {one["rule"] for one in both.json()["violations"]} == {"hearing.both_said"}
    assert coordinator("POST", f"{below}/hearing/answer", data={"nothing": "true"}).status_code == 204
    again = coordinator("POST", f"{below}/hearing/answer", data={"nothing": "true"})
    assert again.status_code == 409
    assert officer("GET", f"{below}/hearing/document").status_code == 404
    decided = officer("POST", f"{below}/hearing/decision", json={"decision": "confirm", "reason": WHY})
    assert decided.status_code == 204
    told = officer("GET", below).json()["recovery"]
    assert (told["due_on"], told["hearing"]["state"], told["hearing"]["reason"]) == ("2021-12-15", "confirmed", WHY)
    assert browser.get(f"{API}{below}").status_code == 401


def test_an_answer_after_the_last_day_is_refused_and_the_office_is_next(
    browser: Browser, runtime: Runtime, announced: MadeGrant
) -> None:
    path = f"/grants/{announced.grant_id}/reports/2"
    at(runtime, OVER)
    browser.sign_in_as(announced.made.person.id)
    page = browser.get(f"{path}/hearing")
    assert not problems(Page(page.text))
    assert "The time to answer is over" in text_of(page.text)
    assert "Send the answer" not in page.text
    late = browser.post(f"{path}/hearing", {"observations": SAID}, page=f"{path}/hearing")
    assert late.status_code == 422
    browser.sign_in_as(second_officer(runtime, announced).id)
    withdraw = {"decision": "withdraw", "reason": WHY}
    page = browser.post(f"/officer{path}/hearing", withdraw, page=f"/officer{path}")
    assert "The managing body withdrew the recovery" in text_of(page.text)
    assert "nothing is asked back" in text_of(page.text)
    with runtime.database.reading() as session:
        found = calculations_of(session, announced.grant_id)[-1]
    assert (found.asked_back, replace(found, lowered=Money(0)).asked_back) == (Money(0), found.recovery)
