"""A grant at both doors: prepared by its parties, opened by the office, signed in order, pre-financed; and who sees what."""

from __future__ import annotations

import csv
import html
import io
import itertools
import re
from datetime import timedelta

import pytest

from app.accounts.models import Person
from app.core.actor import Role
from app.delivery.runtime import Runtime
from app.documents.queries import documents_of
from app.grants.rules.grant_lifecycle import GrantState
from app.jobs.render_documents import PREPARE, html_of
from app.payments.queries import payments_of
from app.payments.rules.accounts import grouped
from tests.api.program import Program
from tests.builders.applications import a_call
from tests.builders.awards import SENT
from tests.builders.calls import another_call
from tests.builders.grants import MadeGrant, a_grant_to_sign, a_running_grant, a_sent_grant, an_opened_grant
from tests.builders.payments import a_validated_account
from tests.builders.people import a_person, with_second_factor
from tests.support.client import Browser
from tests.web.pages import Page, problems

_numbers = itertools.count(1)
WHY = "The start date has to follow the kick-off of the programme."


def build(runtime: Runtime, builder: object) -> MadeGrant:
    """A grant of a call of its own; the clock stands some days after the letter."""
    runtime.clock.instant = SENT + timedelta(days=12)  # type: ignore[attr-defined]
    with runtime.database.transaction() as session:
        document = another_call(f"COS-GRANT-2019-{next(_numbers)}")
        made: MadeGrant = builder(session, call=a_call(session, document), files=runtime.files)  # type: ignore[operator]
    return made


@pytest.fixture
def opened(runtime: Runtime) -> MadeGrant:
    """A grant of which nothing is prepared; its coordinator has an account."""
    made = build(runtime, an_opened_grant)
    with runtime.database.transaction() as session:
        a_validated_account(session, made.made.members[0].organisation.id, now=SENT)
    return made


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found is not None, f"no field {name}"
    return found[1]


def test_from_the_letter_to_the_payment_through_the_pages(
    browser: Browser, runtime: Runtime, opened: MadeGrant
) -> None:
    prepare(browser, opened)
    sign(browser, opened)
    home, office = f"/grants/{opened.grant_id}", f"/officer/grants/{opened.grant_id}"
    browser.sign_in_as(opened.officer.person_id)
    page = browser.post(f"{office}/prefinancing", page=office)
    assert "PAY-2019-" in page.text
    with runtime.database.reading() as session:
        assert opened.row(session).state == GrantState.RUNNING
        assert len(payments_of(session, "grant", opened.grant_id)) == 1
    agreement = browser.get(f"{home}/agreement")
    assert not problems(Page(agreement.text))
    assert "password and one-time code" in text_of(agreement.text)


def prepare(browser: Browser, made: MadeGrant) -> None:
    """Each party does its part, the coordinator corrects what is refused and sends."""
    home = f"/grants/{made.grant_id}"
    preparation, people = f"{home}/preparation", [member.person.id for member in made.made.members]
    browser.sign_in_as(people[0])
    assert "RANK0" in browser.get("/grants").text
    assert "Go on with the preparation" in browser.get(home).text
    assert "Prepare the grant agreement" in browser.get("/tasks").text
    for number, person in enumerate(people):
        browser.sign_in_as(person)
        party = f"{preparation}/parties/{made.partner_id(number)}"
        page = browser.get(party)
        assert not problems(Page(page.text))
        browser.post(f"{party}/data", {"_version": hidden(page.text, "_version")}, page=party)
        words = {"sha256": hidden(page.text, "sha256")}
        if number == 0:
            with browser.runtime.database.transaction() as session:
                with_second_factor(session, person, browser.runtime.vault)
            browser.sign_in_as(person, stepped_up=False)
            asked = browser.post(f"{party}/declaration", words, page=party)
            assert (asked.status_code, hidden(asked.text, "sha256")) == (403, words["sha256"]), (
                "kept for after the code"
            )
            browser.sign_in_as(person)
        page = browser.post(f"{party}/declaration", words, page=party)
        assert "Signed by" in page.text
    browser.sign_in_as(people[0])
    early = browser.post(f"{preparation}/send", page=preparation)
    assert early.status_code == 422
    assert text_of(early.text).count("nobody is named who signs for it") >= 3
    name_signatories(browser, made)
    page = browser.get(preparation)
    assert not problems(Page(page.text))
    wrong = {"start_on-day": "1", "start_on-month": "8", "start_on-year": "2019", "duration_months": "30"}
    late = browser.post(f"{preparation}/dates", wrong | {"_version": hidden(page.text, "_version")}, page=preparation)
    assert late.status_code == 422
    assert "20 to 24 months" in text_of(late.text)
    sent = browser.post(f"{preparation}/send", page=preparation)
    assert "The managing body acts next" in text_of(sent.text)


def name_signatories(browser: Browser, made: MadeGrant) -> None:
    """The coordinator says who signs for each party, which wants the second step."""
    people = [member.person.id for member in made.made.members]
    party = f"/grants/{made.grant_id}/preparation/parties/{made.partner_id(0)}"
    browser.sign_in_as(people[0], stepped_up=False)
    assert browser.post(f"{party}/signatory", {"person_id": str(people[0])}, page=party).status_code == 403
    browser.sign_in_as(people[0])
    for number, person in enumerate(people):
        party = f"/grants/{made.grant_id}/preparation/parties/{made.partner_id(number)}"
        page = browser.post(f"{party}/signatory", {"person_id": str(person)}, page=party)
        assert page.status_code == 200


def sign(browser: Browser, made: MadeGrant) -> None:
    """The office opens, each signatory signs in turn, the authority last."""
    home, office = f"/grants/{made.grant_id}", f"/officer/grants/{made.grant_id}"
    browser.sign_in_as(made.officer.person_id)
    assert "1 to look at" in text_of(browser.get("/tasks").text)
    assert not problems(Page(browser.get(office).text))
    page = browser.post(f"{office}/open", page=office)
    assert "the coordinator signs first" in text_of(page.text)
    for number, member in enumerate(made.made.members):
        browser.sign_in_as(member.person.id)
        assert "Sign the grant agreement" in browser.get("/tasks").text
        page = browser.get(f"{home}/sign")
        assert not problems(Page(page.text))
        fields = {"sha256": hidden(page.text, "sha256")}
        browser.post(f"{home}/sign/{made.partner_id(number)}", fields, page=f"{home}/sign")
    browser.sign_in_as(made.authority.person_id)
    page = browser.get(f"{office}/sign")
    assert not problems(Page(page.text))
    page = browser.post(f"{office}/sign", {"sha256": hidden(page.text, "sha256")}, page=f"{office}/sign")
    assert "in force" in text_of(page.text)


def test_the_office_gives_back_with_a_reason_that_the_consortium_reads(browser: Browser, runtime: Runtime) -> None:
    made = build(runtime, a_sent_grant)
    office = f"/officer/grants/{made.grant_id}"
    browser.sign_in_as(made.officer.person_id)
    empty = browser.post(f"{office}/return", {"reason": ""}, page=office)
    assert empty.status_code == 422
    browser.post(f"{office}/return", {"reason": WHY}, page=office)
    browser.sign_in_as(made.made.members[1].person.id)
    for path in (f"/grants/{made.grant_id}", f"/grants/{made.grant_id}/preparation"):
        assert WHY in html.unescape(browser.get(path).text)


def test_a_refused_end_says_so_at_its_own_form(browser: Browser, runtime: Runtime) -> None:
    made = build(runtime, an_opened_grant)
    office = f"/officer/grants/{made.grant_id}"
    browser.sign_in_as(made.officer.person_id)
    refused = browser.post(f"{office}/abandon", {"end.reason": "No."}, page=office)
    assert refused.status_code == 422
    assert 'id="end-reason-error"' in refused.text
    assert 'id="reason-error"' not in refused.text
    assert "No." in refused.text, "what was typed is kept"
    browser.post(f"{office}/abandon", {"end.reason": WHY}, page=office)
    with runtime.database.reading() as session:
        assert made.row(session).state == GrantState.ABANDONED


def test_the_office_lists_grants_narrows_them_and_exports_the_same_rows(browser: Browser, runtime: Runtime) -> None:
    made = build(runtime, a_sent_grant)
    path = f"/officer/calls/{made.ranked.call.id}/grants"
    browser.sign_in_as(made.officer.person_id)
    page = browser.get(path)
    assert not problems(Page(page.text))
    assert "the managing body" in text_of(page.text)
    assert "RANK0" in browser.get(f"{path}?acts=office").text
    assert "RANK0" not in browser.get(f"{path}?acts=authority").text
    rows = list(csv.DictReader(io.StringIO(browser.get(f"{path}?format=csv").content.decode("utf-8-sig"))))
    assert [row["Reference"] for row in rows] == [f"{made_reference(runtime, made)}"]


def made_reference(runtime: Runtime, made: MadeGrant) -> str:
    with runtime.database.reading() as session:
        return made.row(session).reference


def test_who_is_late_is_shown_to_all(browser: Browser, runtime: Runtime) -> None:
    made = build(runtime, an_opened_grant)
    runtime.clock.instant = SENT + timedelta(days=30)  # type: ignore[attr-defined]
    browser.sign_in_as(made.made.members[0].person.id)
    assert "Late: Cluster" in text_of(browser.get(f"/grants/{made.grant_id}/preparation").text)
    browser.sign_in_as(made.officer.person_id)
    assert "RANK0" in browser.get(f"/officer/calls/{made.ranked.call.id}/grants?late=yes").text


def test_strangers_learn_nothing_and_the_office_has_its_own_page(browser: Browser, runtime: Runtime) -> None:
    made = build(runtime, an_opened_grant)
    with runtime.database.transaction() as session:
        stranger: Person = a_person(session, roles=((Role.MEMBER, made.made.members[0].organisation.id),))
    browser.sign_in_as(stranger.id)
    for path in ("", "/preparation", "/agreement", "/sign"):
        assert browser.get(f"/grants/{made.grant_id}{path}").status_code == 404
    assert "RANK0" not in browser.get("/grants").text
    browser.sign_in_as(made.officer.person_id)
    assert browser.get(f"/grants/{made.grant_id}").status_code == 403
    assert browser.get(f"/grants/{made.grant_id}/agreement").status_code == 200


def test_programs_sign_what_they_read(browser: Browser, runtime: Runtime) -> None:
    made = build(runtime, a_grant_to_sign)
    base = f"/grants/{made.grant_id}"
    coordinator = Program.of(browser, runtime, made.made.members[0].person)
    read = coordinator("GET", f"{base}/agreement").json()
    assert read["frozen"]
    assert read["content"]["reference"].endswith("/GA")
    partner = made.partner_id(0)
    wrong = coordinator.confirmed("POST", f"{base}/parties/{partner}/signature", json={"sha256": "0" * 64})
    assert wrong.status_code == 422
    assert [one["rule"] for one in wrong.json()["violations"]] == ["grant.other_text"]
    done = coordinator.confirmed("POST", f"{base}/parties/{partner}/signature", json={"sha256": read["sha256"]})
    assert done.status_code == 204
    details = coordinator("GET", base).json()
    assert details["grant"]["acts"] == "beneficiaries"
    assert [one["partner_id"] for one in details["signatures"]] == [str(partner)]


def test_page_and_document_say_the_same(browser: Browser, runtime: Runtime) -> None:
    made = build(runtime, a_running_grant)
    browser.sign_in_as(made.made.members[0].person.id)
    page = text_of(browser.get(f"/grants/{made.grant_id}/agreement").text)
    with runtime.database.reading() as session:
        facts = made.agreement(session).facts
        [row] = documents_of(session, "grant", [made.grant_id])
        document = html_of(row, PREPARE[row.kind](session, row), base_url="https://grappe.example")
    articles = document.partition("<main>")[2].partition('class="annex"')[0]
    said = [
        text_of(words) for words in re.findall(r"<(?:p|h1|li|dd|td)[ >].*?</(?:p|h1|li|dd|td)>", articles, re.DOTALL)
    ]
    assert len(said) > 60
    assert [words for words in said if words not in page] == []
    assert facts.account is not None
    account = grouped(facts.account.iban)
    for words in (facts.sha256, "EUR 106,596.00", "30 December 2021", "Aurelia Signatory", account):
        assert words in page
