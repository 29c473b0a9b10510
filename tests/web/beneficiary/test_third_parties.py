"""Payments to third parties through both doors: who sees and records them, what is shown, and what is refused."""

from __future__ import annotations

import csv
import html
import io
import re
from typing import Any

import pytest

from app.accounts.models import Person
from app.delivery.runtime import Runtime
from tests.api.program import Program
from tests.builders.applications import a_call
from tests.builders.calls import another_call
from tests.builders.grants import MadeGrant, a_grant_to_sign, a_running_grant
from tests.builders.people import a_person
from tests.builders.support import LATER, a_voucher, an_exchange, paid
from tests.support.client import Browser
from tests.support.pdfs import a_pdf
from tests.support.queries import counted
from tests.web.pages import Page, problems

VOUCHER = {
    "recipient": "Olive & Sons SA",
    "country": "PT",
    "vat": "PT 501 442 600",
    "sme": "true",
    "purpose": "Tests of recycled yarn.",
    "amount": "1 500,00",
    "paid_on-day": "2",
    "paid_on-month": "3",
    "paid_on-year": "2020",
}
EXCHANGE = {
    "recipient": "Spinner AE",
    "country": "EL",
    "registration_number": "GEMI 42",
    "sme": "true",
    "visitor": "Eleni Onceonly",
    "host_name": "Casa das Lãs",
    "host_country": "PT",
    "host_sme": "false",
    "distance_km": "2700",
    **{f"first_day-{part}": text for part, text in (("day", "3"), ("month", "2"), ("year", "2020"))},
    **{f"last_day-{part}": text for part, text in (("day", "5"), ("month", "2"), ("year", "2020"))},
    **{f"paid_on-{part}": text for part, text in (("day", "2"), ("month", "3"), ("year", "2020"))},
}


@pytest.fixture(scope="module")
def shared(runtime: Runtime) -> MadeGrant:
    """One running grant for all tests of this module; the clock stands in its first period."""
    runtime.clock.instant = LATER  # type: ignore[attr-defined]
    with runtime.database.transaction() as session:
        return a_running_grant(session)


@pytest.fixture
def made(runtime: Runtime, shared: MadeGrant) -> MadeGrant:
    runtime.clock.instant = LATER  # type: ignore[attr-defined]
    return shared


def home(made: MadeGrant) -> str:
    return f"/grants/{made.grant_id}/third-parties"


def coordinator(made: MadeGrant) -> Person:
    return made.made.members[0].person


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def given(made: MadeGrant, fields: dict[str, str], member: int = 0, **more: str) -> dict[str, str]:
    return fields | {"partner_id": str(made.partner_id(member))} | more


def test_a_voucher_is_recorded_shown_proved_and_reversed(browser: Browser, made: MadeGrant) -> None:
    browser.sign_in_as(coordinator(made).id)
    start = browser.get(home(made))
    assert start.status_code == 200
    assert problems(Page(start.text)) == []
    form = browser.get(f"{home(made)}/voucher")
    assert problems(Page(form.text)) == []
    page = browser.post(f"{home(made)}/voucher", given(made, VOUCHER), page=f"{home(made)}/voucher")
    assert page.status_code == 200, text_of(page.text)
    path = page.url.path
    assert problems(Page(page.text)) == []
    words = text_of(page.text)
    for shown in (
        "Olive & Sons SA",
        "EUR 1,500.00",
        "Tests of recycled yarn.",
        "PT501442600",
        "No document proves",
    ):
        assert shown in words, shown
    assert browser.get(f"{path}/evidence").status_code == 404
    refused = browser.post(f"{path}/evidence", page=path, files={"file": ("x.pdf", b"no pdf", "application/pdf")})
    assert refused.status_code == 422
    pdf = a_pdf(pages=2)
    page = browser.post(f"{path}/evidence", page=path, files={"file": ("transfer.pdf", pdf, "application/pdf")})
    assert "transfer.pdf" in page.text
    assert browser.get(f"{path}/evidence").content == pdf
    short = browser.post(f"{path}/reverse", {"reason": "wrong"}, page=path)
    assert short.status_code == 422
    assert "at least 10 characters" in text_of(short.text)
    page = browser.post(f"{path}/reverse", {"reason": "Paid back by the recipient."}, page=path)
    assert "Paid back by the recipient." in page.text
    assert "Reverse the payment" not in page.text
    listed = text_of(browser.get(f"{home(made)}?standing=reversed&q=olive").text)
    assert "reversed" in listed
    assert "1 payment" in listed


def test_an_exchange_shows_its_amount_before_it_is_recorded(browser: Browser, made: MadeGrant) -> None:
    browser.sign_in_as(coordinator(made).id)
    form = f"{home(made)}/exchange"
    assert problems(Page(browser.get(form).text)) == []
    preview = browser.post(form, given(made, EXCHANGE, compute="yes"), page=form)
    words = text_of(preview.text)
    assert preview.status_code == 200
    assert "This stay pays EUR 390.00" in words
    assert "Working days at the host 3 fewer than 5: half" in words
    assert "16 days later than the 10 days after the stay" in words
    assert 'value="Eleni Onceonly"' in preview.text
    assert problems(Page(preview.text)) == []
    assert "Eleni Onceonly" not in browser.get(home(made)).text
    page = browser.post(form, given(made, EXCHANGE), page=form)
    words = text_of(page.text)
    assert "EUR 390.00" in words
    assert "Lump sum for a host in Portugal on 3 February 2020 EUR 780.00" in words
    assert "16 days later than the 10 days after the stay" in words
    assert problems(Page(page.text)) == []
    again = browser.post(form, given(made, EXCHANGE), page=form)
    assert again.status_code == 422
    assert "Eleni Onceonly was supported already" in text_of(again.text)
    assert 'value="Eleni Onceonly"' in again.text
    overview = text_of(browser.get(home(made)).text)
    assert "Exchanges against the targets" in overview
    assert "Eleni Onceonly at Casa das Lãs, Portugal" in overview


def test_a_refused_form_says_everything_at_its_fields(browser: Browser, made: MadeGrant) -> None:
    browser.sign_in_as(coordinator(made).id)
    form = f"{home(made)}/voucher"
    wrong = given(made, VOUCHER, amount="60 000.01", vat="", **{"paid_on-year": "2018"})
    page = browser.post(form, wrong, page=form)
    words = text_of(page.text)
    assert page.status_code == 422
    assert "would receive EUR 60,000.01 within this grant. At most EUR 60,000.00 is possible." in words
    assert "is outside the project, which runs from 1 November 2019 to 31 October 2021" in words
    assert "without one the ceiling of the recipient cannot be kept" in words
    assert problems(Page(page.text)) == []
    empty = browser.post(form, {}, page=form)
    assert empty.status_code == 422
    assert problems(Page(empty.text)) == []


def test_the_same_form_twice_records_once(browser: Browser, made: MadeGrant) -> None:
    browser.sign_in_as(coordinator(made).id)
    form = f"{home(made)}/voucher"
    sent = given(made, VOUCHER, recipient="Once Only Lda", vat="", registration_number="NIPC 1", _key="one-key")
    first = browser.post(form, sent, page=form)
    assert browser.post(form, sent, page=form).url.path == first.url.path
    assert "1 payment" in text_of(browser.get(f"{home(made)}?q=Once Only").text)


def test_the_file_holds_the_rows_of_the_list(browser: Browser, runtime: Runtime, made: MadeGrant) -> None:
    with runtime.database.transaction() as session:
        paid(session, made, a_voucher(made, 1, recipient="=Formula Lda"))
        paid(session, made, an_exchange(made, 1, recipient="Row AE", visitor="Row Visitor"))
    browser.sign_in_as(coordinator(made).id)
    partner = made.partner_id(1)
    answer = browser.get(f"{home(made)}?partner={partner}&sort=number&format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["Recipient"] for row in rows] == ["'=Formula Lda", "Row AE"]
    assert (rows[1]["Visitor"], rows[1]["Lump sum of the host country"], rows[1]["Amount"]) == (
        "Row Visitor",
        "780.00",
        "780.00",
    )
    assert browser.get(f"{home(made)}?format=xlsx").content[:2] == b"PK"


def test_a_longer_list_asks_the_database_no_more_often(browser: Browser, runtime: Runtime, made: MadeGrant) -> None:
    def asked(path: str) -> int:
        with counted(runtime) as sent:
            assert browser.get(path).status_code == 200
        return len(sent)

    office = f"/officer/grants/{made.grant_id}/third-parties"
    few = []
    for who, path in ((coordinator(made).id, home(made)), (made.officer.person_id, office)):
        browser.sign_in_as(who)
        few.append(asked(path))
    with runtime.database.transaction() as session:
        for _ in range(6):
            paid(session, made, an_exchange(made, 2))
    browser.sign_in_as(coordinator(made).id)
    assert asked(home(made)) == few[0]
    browser.sign_in_as(made.officer.person_id)
    assert asked(office) == few[1]


def test_a_partner_records_for_itself_and_only_reads_what_others_paid(
    browser: Browser, runtime: Runtime, made: MadeGrant
) -> None:
    with runtime.database.transaction() as session:
        theirs = paid(session, made, a_voucher(made, 1))
    browser.sign_in_as(made.made.members[2].person.id)
    form = browser.get(f"{home(made)}/voucher").text
    assert str(made.partner_id(2)) in form
    assert str(made.partner_id(1)) not in form
    assert browser.post(f"{home(made)}/voucher", given(made, VOUCHER, 1), page=home(made)).status_code == 403
    page = browser.get(f"{home(made)}/{theirs}")
    assert page.status_code == 200
    assert "Reverse the payment" not in page.text
    sent = {"reason": "Somebody else paid this."}
    assert browser.post(f"{home(made)}/{theirs}/reverse", sent, page=home(made)).status_code == 403


def test_strangers_see_nothing_and_another_grant_is_not_this_one(
    browser: Browser, runtime: Runtime, made: MadeGrant
) -> None:
    with runtime.database.transaction() as session:
        one = paid(session, made, a_voucher(made, recipient="SECRETRECIPIENT"))
        stranger = a_person(session)
        other = a_grant_to_sign(session, call=a_call(session, another_call("COS-THIRD-1")))
    browser.sign_in_as(stranger.id)
    for path in ("", "/voucher", "/exchange", f"/{one}", f"/{one}/evidence"):
        answer = browser.get(f"{home(made)}{path}")
        assert answer.status_code == 404, path
        assert "SECRETRECIPIENT" not in answer.text
    browser.sign_in_as(coordinator(other).id)
    assert browser.get(f"{home(other)}/{one}").status_code == 404
    assert browser.get(f"{home(made)}/{one}").status_code == 404
    waits = browser.get(home(other))
    assert "The agreement is not in force yet." in text_of(waits.text)
    assert "Record a voucher" not in waits.text
    assert "Nothing can be recorded now" in text_of(browser.get(f"{home(other)}/voucher").text)
    refused = browser.post(f"{home(other)}/voucher", given(other, VOUCHER), page=home(other))
    assert refused.status_code == 422


def test_the_office_reads_and_sees_who_else_paid(browser: Browser, runtime: Runtime, made: MadeGrant) -> None:
    same: dict[str, Any] = {"recipient": "Double Lda", "vat": "509442013"}
    with runtime.database.transaction() as session:
        mine = paid(session, made, a_voucher(made, **same))
        other = a_running_grant(session, call=a_call(session, another_call("COS-DOUBLE-1")))
        paid(session, other, a_voucher(other, **same))
        reference = other.agreement(session).reference
    office = f"/officer/grants/{made.grant_id}/third-parties"
    browser.sign_in_as(made.officer.person_id)
    page = browser.get(office)
    words = text_of(page.text)
    assert page.status_code == 200
    assert "1 payment went to a recipient that another grant paid as well" in words
    assert f"also paid by {reference}" in words
    assert "Record a voucher" not in page.text
    assert problems(Page(page.text)) == []
    rows = list(csv.DictReader(io.StringIO(browser.get(f"{office}?q=Double&format=csv").text)))
    assert [row["Also paid by"] for row in rows] == [reference]
    one = browser.get(f"{home(made)}/{mine}")
    assert one.status_code == 200
    assert "Reverse the payment" not in one.text
    assert (
        browser.post(f"{home(made)}/{mine}/reverse", {"reason": "Not mine to reverse."}, page=office).status_code == 403
    )
    browser.sign_in_as(coordinator(made).id)
    assert browser.get(office).status_code == 403
    assert reference not in browser.get(home(made)).text


def test_a_program_does_the_same(browser: Browser, runtime: Runtime, made: MadeGrant) -> None:
    program = Program.of(browser, runtime, made.made.members[1].person)
    base = f"/grants/{made.grant_id}/third-parties"
    common: dict[str, Any] = {
        "partner_id": str(made.partner_id(1)),
        "country": "EL",
        "sme": True,
        "paid_on": "2020-03-02",
    }
    voucher = common | {
        "recipient": "Api AE",
        "registration_number": "GEMI 4711",
        "amount": {"amount": "10.00", "currency": "EUR"},
        "purpose": "A study.",
    }
    first = program("POST", f"{base}/vouchers", json=voucher, key="k1")
    assert first.status_code == 201, first.text
    assert program("POST", f"{base}/vouchers", json=voucher, key="k1").json() == first.json()
    stay = common | {
        "recipient": "Api AE",
        "registration_number": "GEMI 4711",
        "visitor": "Api Visitor",
        "host_name": "Casa",
        "host_country": "PT",
        "host_sme": True,
        "distance_km": 100,
        "first_day": "2020-02-03",
        "last_day": "2020-02-07",
    }
    asked = program("POST", f"{base}/exchanges/amount", json=stay).json()
    assert (asked["amount"]["amount"], asked["near"], asked["short"], asked["working_days"]) == (
        "390.00",
        True,
        False,
        5,
    )
    assert asked["days_late"] == 14
    abroad = program("POST", f"{base}/exchanges/amount", json=stay | {"country": "US"})
    assert "exchange.territory" in abroad.text
    made_exchange = program("POST", f"{base}/exchanges", json=stay)
    assert made_exchange.status_code == 201
    one = program("GET", f"{base}/{made_exchange.json()['id']}").json()
    assert (one["amount"], one["exchange"]["halved"]) == ({"amount": "390.00", "currency": "EUR"}, True)
    assert one["days_late"] == 14
    listed = program("GET", f"{base}?q=Api&kind=exchange").json()
    assert [row["id"] for row in listed["items"]] == [one["id"]]
    figures = program("GET", f"{base}/summary").json()
    assert figures["ceiling"]["amount"] == "60000.00"
    assert figures["within"] == "grant"
    assert {row["id"] for row in figures["targets"]} == {"exchanges", "exchanges_with_smes"}
    pdf = a_pdf()
    headers = {"content-type": "application/pdf"}
    assert program("PUT", f"{base}/{one['id']}/evidence", content=pdf, headers=headers).status_code == 204
    assert program("GET", f"{base}/{one['id']}/evidence").content == pdf
    refused = program("POST", f"{base}/{one['id']}/reversal", json={"reason": ""})
    assert refused.status_code == 422
    assert (
        program("POST", f"{base}/{one['id']}/reversal", json={"reason": "The visit was cancelled."}).status_code == 204
    )
    assert program("GET", f"{base}/{one['id']}").json()["reversed_at"] is not None
    assert program("GET", f"{base}/elsewhere").status_code == 403
    late = program("POST", f"{base}/vouchers", json=voucher | {"paid_on": "2030-01-01"})
    assert {found["rule"] for found in late.json()["violations"]} == {"support.paid_ahead", "support.outside_project"}
