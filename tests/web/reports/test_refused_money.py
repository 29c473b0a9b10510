"""What a project must not do with money is refused in clear words at both doors, and the ledger stays balanced."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.accounts.models import Person, RoleAssignment
from app.core.actor import Role
from app.core.money import Money
from app.delivery.runtime import Runtime
from app.grants.use_cases.request_prefinancing import request_prefinancing
from app.ledger.use_cases.verify_ledger import verify_ledger
from app.payments.queries.payments import payments_of
from app.reporting.queries.reports import calculations_of
from app.reporting.use_cases.close_grant import close_grant
from app.reporting.use_cases.request_payment import request_payment
from tests.api.program import Program
from tests.builders import reporting as build
from tests.builders.grants import MadeGrant
from tests.builders.people import a_person
from tests.support.client import Browser
from tests.web.pages import Page, problems
from tests.web.reports.steps import a_line, at, text_of

YEAR_TWO = (date(2021, 3, 1), date(2021, 3, 31))
LATER = build.FINALLY + timedelta(days=60)


class Doors:
    """One person at both doors: a page refuses with words, the API with the rule."""

    def __init__(self, browser: Browser, runtime: Runtime, made: MadeGrant, person: Person) -> None:
        self.browser, self.runtime, self.made, self.person = browser, runtime, made, person

    def page(self, path: str, data: dict[str, str] | None, *, shown_at: str) -> tuple[int, str]:
        self.browser.sign_in_as(self.person.id)
        answer = self.browser.post(path, data, page=shown_at)
        assert not problems(Page(answer.text))
        return answer.status_code, text_of(answer.text)

    def rules(self, method: str, path: str, json: Any = None) -> tuple[int, set[str]]:  # any body
        program = Program.of(self.browser, self.runtime, self.person)
        ask = program.confirmed if path.endswith("/signature") else program
        answer = ask(method, f"/grants/{self.made.grant_id}{path}", **({"json": json} if json else {}))
        return answer.status_code, {one["rule"] for one in answer.json().get("violations", ())}


@pytest.fixture
def office(browser: Browser, runtime: Runtime, made: MadeGrant) -> Doors:
    """The programme officer of the grant."""
    with runtime.database.transaction() as session:
        person = session.get_one(Person, made.officer.person_id)
    return Doors(browser, runtime, made, person)


@pytest.fixture
def coordinator(browser: Browser, runtime: Runtime, made: MadeGrant) -> Doors:
    """The coordinator's contact."""
    return Doors(browser, runtime, made, made.made.person)


@pytest.fixture(autouse=True)
def _balanced(runtime: Runtime) -> Any:
    yield
    with runtime.database.transaction() as session:
        assert not verify_ledger(session).faults


def statement_of(made: MadeGrant, number: int = 1) -> tuple[str, str]:
    """Address of the coordinator's statement: the page, and below the grant in the API."""
    below = f"/reports/{number}/statements/{made.made.members[0].partner_id}"
    return f"/grants/{made.grant_id}{below}", below


def paid_of(runtime: Runtime, made: MadeGrant) -> Money:
    with runtime.database.reading() as session:
        return Money.total(one.amount for one in payments_of(session, "grant", made.grant_id))


def test_an_amount_that_is_no_amount_in_cents(coordinator: Doors, made: MadeGrant) -> None:
    page, below = statement_of(made)
    for amount in ("12.345", "12,345.678", "-5.00", "1e3", "many"):
        status, words = coordinator.page(page, a_line(1, amount=amount) | {"_version": "0"}, shown_at=page)
        assert status == 422, amount
        assert ("below zero" if amount == "-5.00" else "decimals") in words
        line = {"category": "personnel", "words": "Work", "first_day": "2020-03-01", "amount": amount}
        assert coordinator.rules("PUT", below, {"version": 0, "costs": [line]})[0] == 422


def test_a_cost_outside_the_period_is_stored_but_never_signed(coordinator: Doors, made: MadeGrant) -> None:
    page, below = statement_of(made)
    days = (
        ("2019-10-01", "2019-10-31", "period"),
        ("2020-03-31", "2020-03-01", "ends before it begins"),
        ("2023-01-01", "2023-01-31", "period"),
    )
    for version, (first, last, said) in enumerate(days):
        line = a_line(1, first_day=first, last_day=last) | {"_version": str(version)}
        status, _ = coordinator.page(page, line, shown_at=page)
        assert status == 200, "a draft may be wrong"
        status, words = coordinator.page(f"{page}/signature", None, shown_at=page)
        assert status == 422
        assert "Line 1" in words
        assert said in words
        status, rules = coordinator.rules("POST", f"{below}/signature")
        assert status == 422
        assert any(rule.startswith("statement.") for rule in rules)


def test_more_than_the_maximum_grant_is_never_paid_by_any_path(
    office: Doors, runtime: Runtime, made: MadeGrant
) -> None:
    """Claims of ten times the budget: the interim stops at its ceiling, the balance at the maximum grant."""
    much = ({"category": "personnel", "words": "Everybody", "amount": "999999.00"},)
    with runtime.database.transaction() as session:
        maximum = made.agreement(session).maximum_grant
        advance = build.prefinanced(session, made)
        build.submitted(session, made, costs=build.lines(much))
        build.accepted(session, made)
        build.paid(
            session, request_payment(session, made.officer, made.grant_id, 1, now=build.DECIDED), now=build.DECIDED
        )
        build.texts_saved(session, made, number=2, now=build.FINALLY)
        for member in range(len(made.made.members)):
            build.stated(session, made, member, number=2, costs=build.lines(much, YEAR_TWO), now=build.FINALLY)
            build.certified(session, made, member)
            build.signed_for(session, made, member, number=2, now=build.FINALLY)
        build.submitted_again(session, made, number=2, now=build.FINALLY)
        build.accepted(session, made, number=2, now=build.FINALLY)
        first, last = calculations_of(session, made.grant_id)
    assert advance + first.due <= maximum
    assert last.final_grant == maximum
    path = f"/officer/grants/{made.grant_id}/reports/2"
    at(runtime, LATER)
    status, words = office.page(f"{path}/payment", None, shown_at=path)
    assert status == 200
    assert f"What exceeds the maximum grant of EUR {maximum.cents // 100:,}" in words
    assert paid_of(runtime, made) == maximum
    status, rules = office.rules("POST", "/reports/2/payment")
    assert (status, rules) == (422, {"settlement.requested"})
    assert paid_of(runtime, made) == maximum


def test_nothing_is_paid_twice(office: Doors, runtime: Runtime, made: MadeGrant) -> None:
    path = f"/officer/grants/{made.grant_id}"
    with runtime.database.transaction() as session:
        request_prefinancing(session, made.officer, made.grant_id, now=build.OPENED)
        build.submitted(session, made)
        build.accepted(session, made)
    before = paid_of(runtime, made)
    status, words = office.page(f"{path}/prefinancing", None, shown_at=path)
    assert status == 422
    assert "is there already" in words
    assert office.rules("POST", "/prefinancing")[1] == {"payments.initiated_already"}
    assert paid_of(runtime, made) == before
    report = f"{path}/reports/1"
    assert office.page(f"{report}/payment", None, shown_at=report)[0] == 200
    once = paid_of(runtime, made)
    status, words = office.page(f"{report}/payment", None, shown_at=report)
    assert office.rules("POST", "/reports/1/payment") == (422, {"settlement.requested"})
    assert paid_of(runtime, made) == once


def test_nothing_is_reported_after_closure(
    coordinator: Doors, office: Doors, runtime: Runtime, made: MadeGrant
) -> None:
    with runtime.database.transaction() as session:
        for number, now in ((1, build.REPORTED), (2, build.FINALLY)):
            build.submitted(session, made, number=number, costs=(), now=now)
            build.accepted(session, made, number=number, now=now)
        close_grant(session, made.officer, made.grant_id, now=LATER)
    at(runtime, LATER)
    page, below = statement_of(made)
    status, words = coordinator.page(page, a_line(1) | {"_version": "1"}, shown_at=page)
    assert status == 422
    assert "no longer change" in words
    assert coordinator.rules("PUT", below, {"version": 1, "costs": []}) == (422, {"report.grant_not_running"})
    assert coordinator.rules("POST", "/reports/1/submission") == (422, {"report.grant_not_running"})
    assert office.rules("POST", "/reports/2/decision", {"times": 1, "decision": "accept"})[0] in {409, 422}
    assert office.rules("POST", "/reports/1/payment")[0] == 422
    assert office.rules("POST", "/closure")[0] == 409


def test_who_left_the_organisation_signs_no_statement(browser: Browser, runtime: Runtime, made: MadeGrant) -> None:
    member = made.made.members[1]
    below = f"/reports/1/statements/{member.partner_id}"
    page = f"/grants/{made.grant_id}{below}"
    with runtime.database.transaction() as session:
        build.stated(session, made, 1)
        for role in session.query(RoleAssignment).filter(RoleAssignment.person_id == member.person.id):
            session.delete(role)
    browser.sign_in_as(member.person.id)
    assert browser.get(page).status_code == 404
    assert browser.post(f"{page}/signature").status_code == 404
    assert (
        Program.of(browser, runtime, member.person)("POST", f"/grants/{made.grant_id}{below}/signature").status_code
        == 404
    )


def test_the_bank_says_what_came_back_and_nobody_else(
    office: Doors, browser: Browser, runtime: Runtime, made: MadeGrant
) -> None:
    with runtime.database.transaction() as session:
        advance = build.prefinanced(session, made)
        for number, now in ((1, build.REPORTED), (2, build.FINALLY)):
            build.submitted(session, made, number=number, costs=(), now=now)
            build.accepted(session, made, number=number, now=now)
        build.heard(session, made)
        wrong = build.came_in(session, advance.times(2), day=date(2021, 12, 1))
        right = build.came_in(session, advance, day=date(2021, 12, 2))
        accountant = a_person(session, roles=(Role.ACCOUNTING_OFFICER,))
    at(runtime, LATER)
    path = f"/officer/grants/{made.grant_id}/reports/2"
    browser.sign_in_as(made.officer.person_id)
    assert browser.post(f"{path}/recovery", {"line_id": str(right)}, page=path).status_code == 403
    assert office.rules("POST", "/reports/2/recovery", {"line_id": str(right)})[0] == 403
    cash = Doors(browser, runtime, made, accountant)
    status, words = cash.page(f"{path}/recovery", {"line_id": str(wrong)}, shown_at=path)
    assert status == 422
    assert "is still to be paid back" in words
    assert cash.rules("POST", "/reports/2/recovery", {"line_id": str(wrong)}) == (422, {"recovery.more_came"})
    assert cash.rules("POST", "/reports/2/recovery", {"line_id": str(UUID(int=3))})[0] == 404
    assert "Interest for paying back late" in text_of(browser.sign_in_as(accountant.id).get(path).text)
    status, words = cash.page(f"{path}/recovery", {"line_id": str(right)}, shown_at=path)
    assert status == 200
    assert "came back on 2 December 2021" in words
    assert cash.rules("POST", "/reports/2/recovery", {"line_id": str(right)}) == (
        422,
        {"settlement.nothing_to_recover"},
    )
