"""What an officer does a second time on the page of a report is done, and what was judged is what the officer saw."""

from __future__ import annotations

import itertools
import re
from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.core.money import Money
from app.delivery.runtime import Runtime
from app.payments.queries import payment_row
from app.payments.rules.lifecycle import PaymentState
from app.payments.schemas import GiveReason
from app.payments.use_cases.cancel_payment import cancel_payment
from app.reporting.queries.reports import calculations_of, report_row
from app.reporting.rules.assessment import Verdict
from app.reporting.rules.lifecycle import ReportState
from app.reporting.schemas import AssessCost, AssessCosts, DecideReport, ReturnReport
from app.reporting.use_cases.assess_costs import assess_costs
from app.reporting.use_cases.decide_report import decide_report
from app.reporting.use_cases.return_report import return_report
from tests.api.program import Program
from tests.builders import reporting as build
from tests.builders.applications import a_call
from tests.builders.calls import another_call
from tests.builders.grants import MadeGrant
from tests.builders.payments import an_office
from tests.support.client import Browser
from tests.web.pages import Page, problems

_numbers = itertools.count(1)


@pytest.fixture
def made(runtime: Runtime) -> MadeGrant:
    """A grant whose first report is with the office."""
    runtime.clock.instant = build.REPORTED  # type: ignore[attr-defined]  # the clock of tests
    with runtime.database.transaction() as session:
        call = a_call(session, another_call(f"COS-AGAIN-2019-{next(_numbers)}"))
        return build.submitted(session, build.a_reporting_grant(session, call=call))


def form_of(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that goes to ``action``, as a browser sends them."""
    found = re.search(rf'<form action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    assert found, f"no form to {action}"
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', found.group()))


def test_a_payment_that_was_given_up_is_asked_for_again_with_the_same_button(
    browser: Browser, runtime: Runtime, made: MadeGrant
) -> None:
    with runtime.database.transaction() as session:
        build.accepted(session, made)
    path, payments = f"/officer/grants/{made.grant_id}/reports/1", []
    browser.sign_in_as(made.officer.person_id)
    for _ in range(2):
        sent = form_of(browser.get(path).text, f"{path}/payment")
        for _twice in range(2):  # a double click asks once
            assert browser.post(f"{path}/payment", sent).status_code == 200
        with runtime.database.transaction() as session:
            payment_id = report_row(session, made.grant_id, 1).payment_id
            assert payment_id is not None
            assert payment_row(session, payment_id).state is PaymentState.INITIATED
            command = GiveReason(reason="The account of the coordinator changes first.")
            cancel_payment(session, made.officer, payment_id, command, now=build.DECIDED)
            payments.append(payment_id)
    assert len(set(payments)) == 2


def a_dear_line(session: Session, made: MadeGrant) -> None:
    """The first member adds a dear line to its statement, signs it, and the coordinator submits again."""
    more = {"category": "personnel", "words": "A line that nobody saw", "amount": "50000.00"}
    build.stated(session, made, 0, costs=build.lines((*build.COSTS, more)))
    build.signed_for(session, made, 0)
    build.submitted_again(session, made, now=build.DECIDED)


def test_a_page_opened_before_the_report_came_again_accepts_nothing_of_what_came(
    browser: Browser, runtime: Runtime, made: MadeGrant
) -> None:
    path = f"/officer/grants/{made.grant_id}/reports/1"
    browser.sign_in_as(made.officer.person_id)
    page = browser.get(path).text
    costs, decision = form_of(page, f"{path}/costs"), form_of(page, f"{path}/decision")
    with runtime.database.transaction() as session:
        first = made.made.members[0].partner_id
        back = ReturnReport(reason="The travel of March lacks its dates.", partners=(first,))
        return_report(session, made.officer, made.grant_id, 1, back, now=build.REPORTED)
        a_dear_line(session, made)
        before = build.costs_of(session, made)
    for action, sent in (
        ("costs", costs | {"go": "accept-rest"}),
        ("decision", decision | {"decision": "reject", "reason": "Nothing of it was done at all."}),
        ("return", decision | {"reason": "The travel of March lacks its dates."}),
    ):
        refused = browser.post(f"{path}/{action}", sent)
        assert refused.status_code == 409
        assert "submitted this report again since you opened it. Look at submission 2" in refused.text
        assert "A line that nobody saw" in refused.text, "what came is shown"
    with runtime.database.transaction() as session:
        assert build.costs_of(session, made) == before
        assert build.row_of(session, made).state is ReportState.SUBMITTED
        person = session.get_one(Person, made.officer.person_id)
    program = Program.of(browser, runtime, person)
    below = f"/grants/{made.grant_id}/reports/1"
    for action, body in (
        ("costs", {"others": True}),
        ("decision", {"decision": "accept"}),
        ("return", {"reason": "?"}),
    ):
        assert program("POST", f"{below}/{action}", json=body).status_code == 422, "which one was read must be said"
        stale = program("POST", f"{below}/{action}", json={"times": 1, **body})
        assert (stale.status_code, stale.json()["current_version"]) == (409, 2)
    browser.sign_in_as(made.officer.person_id)
    again = form_of(browser.get(path).text, f"{path}/costs")
    assert "The decisions are stored" in browser.post(f"{path}/costs", again | {"go": "accept-rest"}).text


def test_all_others_are_those_that_no_colleague_decided_meanwhile(
    browser: Browser, runtime: Runtime, made: MadeGrant
) -> None:
    path = f"/officer/grants/{made.grant_id}/reports/1"
    browser.sign_in_as(made.officer.person_id)
    page = browser.get(path).text
    shown = dict.fromkeys(re.findall(r'name="(verdict\.[^"]+)"', page), "")
    with runtime.database.transaction() as session:
        first = build.costs_of(session, made)[0]
        no = AssessCost(cost_id=first.id, verdict=Verdict.REJECTED, reason="A private journey.")
        assess_costs(session, made.officer, made.grant_id, 1, AssessCosts(costs=(no,)), now=build.REPORTED)
    nothing = form_of(page, f"{path}/costs")
    assert "No decision is new" in browser.post(f"{path}/costs", nothing | shown).text
    browser.post(f"{path}/costs", nothing | shown | {"go": "accept-rest"})
    with runtime.database.reading() as session:
        verdicts = [one.verdict for one in build.costs_of(session, made)]
    assert verdicts == [Verdict.REJECTED, *[Verdict.ACCEPTED] * (len(verdicts) - 1)]


def test_a_final_report_is_given_back_with_the_button_beside_its_decision(
    browser: Browser, runtime: Runtime, made: MadeGrant
) -> None:
    with runtime.database.transaction() as session:
        build.accepted(session, made)
        build.submitted(session, made, number=2, costs=(), now=build.FINALLY)
    runtime.clock.instant = build.FINALLY  # type: ignore[attr-defined]  # the clock of tests
    path = f"/officer/grants/{made.grant_id}/reports/2"
    browser.sign_in_as(made.officer.person_id)
    sent = form_of(browser.get(path).text, f"{path}/decision")
    fields = {"decision": "accept", "reason": "The certificate is missing.", "reduction": "", "reduction_reason": ""}
    assert browser.post(f"{path}/return", sent | fields).status_code == 200
    with runtime.database.reading() as session:
        row = build.row_of(session, made, 2)
    assert (row.state, row.correct_by) == (ReportState.RETURNED, date(2021, 12, 15)), "30 days where none is stated"


def test_money_comes_back_in_part_and_the_rest_is_waived_with_the_second_step(
    browser: Browser, runtime: Runtime, made: MadeGrant
) -> None:
    with runtime.database.transaction() as session:
        build.prefinanced(session, made)
        nothing = DecideReport(decision="reject", reason="Nothing of it was done at all.")
        decide_report(session, made.officer, made.grant_id, 1, nothing, now=build.DECIDED)
        build.submitted(session, made, number=2, costs=(), now=build.FINALLY)
        build.asked_back(session, made, number=2, now=build.FINALLY)
        office = an_office(session)
        line = build.came_in(session, Money(100_000), day=date(2021, 12, 1))
        authoriser = session.get_one(Person, office.authoriser.person_id)
    runtime.clock.instant = build.FINALLY  # type: ignore[attr-defined]  # the clock of tests
    path = f"/officer/grants/{made.grant_id}/reports/2"
    browser.sign_in_as(office.accountant.person_id)
    page = browser.get(path)
    assert not problems(Page(page.text))
    assert re.search(rf'value="{line}"[^>]*>[^<]*1,000\.00', page.text), "the amount stands beside the line"
    assert "Waive it" not in page.text
    page = browser.post(f"{path}/recovery", {"line_id": str(line)}, page=path)
    assert "1,000.00 of it came back" in page.text.replace("EUR\u00a0", "").replace("EUR&nbsp;", "")
    why = {"waiver_reason": "The coordinator is insolvent and the court closed the case."}
    browser.sign_in_as(authoriser.id, stepped_up=False)
    browser.post(f"{path}/waiver", why, page=path)
    with runtime.database.reading() as session:
        assert calculations_of(session, made.grant_id)[-1].recovered_on is None, "a password is not enough"
    browser.sign_in_as(authoriser.id)
    page = browser.post(f"{path}/waiver", {"waiver_reason": "No."}, page=path)
    assert page.status_code == 422
    assert not problems(Page(page.text))
    page = browser.post(f"{path}/waiver", why, page=path)
    assert why["waiver_reason"] in page.text
    program = Program.of(browser, runtime, authoriser)
    below = f"/grants/{made.grant_id}/reports/2"
    assert program("POST", f"{below}/waiver", json=why).status_code == 403
    again = program.confirmed("POST", f"{below}/waiver", json=why)
    assert [one["rule"] for one in again.json()["violations"]] == ["settlement.nothing_to_recover"]
    told = program("GET", below).json()["recovery"]
    assert (told["received"]["amount"], told["waiver_reason"]) == ("1000.00", why["waiver_reason"])
