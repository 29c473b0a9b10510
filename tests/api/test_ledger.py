"""The money of a call at the JSON door: the figures and lists of its page."""

from __future__ import annotations

import pytest

from app.core.actor import SYSTEM, Role
from app.core.money import Money
from app.delivery.runtime import Runtime
from app.ledger import queries
from app.ledger.use_cases.release_commitment import release_commitment
from tests.api.program import Program
from tests.builders.calls import a_programme_officer, a_published_call, another_call
from tests.builders.money import ENVELOPE, GRANT, a_commitment, pay
from tests.builders.people import a_person
from tests.conftest import NOW
from tests.support.client import Browser

CALL = "/calls/api-money-01"


@pytest.fixture(scope="module")
def prepared(runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        call = a_published_call(session, a_programme_officer(session), another_call("API-MONEY-1"))
        [envelope] = queries.envelopes_of_call(session, call.id)
        pay(session, envelope.id, a_commitment(session, envelope.id, reference="PAID"), Money(1))
        gone = a_commitment(session, envelope.id, reference="GONE")
        release_commitment(session, SYSTEM, gone, reason="Declined.", now=NOW)


@pytest.fixture
def finance(browser: Browser, runtime: Runtime, prepared: None) -> Program:
    with runtime.database.transaction() as session:
        person = a_person(session, roles=(Role.FINANCE_OFFICER,))
    return Program.of(browser, runtime, person)


def test_envelopes_with_their_balances(finance: Program) -> None:
    [envelope] = finance("GET", f"{CALL}/envelopes").json()
    assert envelope.pop("id")
    assert envelope == {
        "code": "main",
        "title": "European Strategic Cluster Partnerships for Excellence",
        "appropriated": ENVELOPE.as_json(),
        "available": (ENVELOPE - GRANT).as_json(),
        "committed": (GRANT - Money(1)).as_json(),
        "paid": {"amount": "0.01", "currency": "EUR"},
    }


def test_commitments_are_narrowed_and_paged(finance: Program) -> None:
    found = finance("GET", f"{CALL}/commitments").json()
    assert (found["total"], found["pages"]) == (2, 1)
    assert {item["reference"]: item["released"] for item in found["items"]} == {
        "PAID": Money(0).as_json(),
        "GONE": GRANT.as_json(),
    }
    for query, references in (("q=gone", ["GONE"]), ("standing=pending", ["PAID"]), ("envelope=nothing", [])):
        items = finance("GET", f"{CALL}/commitments?{query}").json()["items"]
        assert [item["reference"] for item in items] == references
    assert finance("GET", f"{CALL}/commitments?size=1&page=2").json()["pages"] == 2
    assert finance("GET", f"{CALL}/commitments?standing=other").status_code == 422


def test_entries_are_balanced_and_latest_first(finance: Program) -> None:
    items = finance("GET", f"{CALL}/entries").json()["items"]
    assert items[-1]["kind"] == "appropriate"
    assert sorted(item["kind"] for item in items) == ["appropriate", "commit", "commit", "pay", "release"]
    for item in items:
        assert Money.total(Money.parse(line["amount"]["amount"]) for line in item["postings"]) == Money(0)
    [released] = finance("GET", f"{CALL}/entries?kind=release").json()["items"]
    assert (released["reason"], released["reference"], released["envelope"]) == ("Declined.", "GONE", "main")
    assert [line["account"] for line in released["postings"]] == ["committed", "available"]
    paid = finance("GET", f"{CALL}/entries?account=paid").json()["items"]
    assert [item["kind"] for item in paid] == ["pay"]


def test_others_are_not_told(browser: Browser, runtime: Runtime, prepared: None) -> None:
    with runtime.database.transaction() as session:
        stranger = a_person(session)
    program = Program.of(browser, runtime, stranger)
    for path in ("envelopes", "commitments", "entries"):
        assert program("GET", f"{CALL}/{path}").status_code == 404
        assert browser.client.get(f"/api/v1{CALL}/{path}").status_code == 401
