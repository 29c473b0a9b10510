"""From any figure to what made it: the lines add up, each has its event in the chain, and what stands behind it opens."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from app.accounts.models import Person
from app.core.actor import Role
from app.core.money import Money
from app.delivery.runtime import Runtime
from app.ledger.queries import commitment_of, envelopes_of_call
from app.payments.queries import payments_of
from app.reporting.queries.reports import calculations_of
from app.reporting.rules.assessment import Verdict
from app.reporting.schemas import AssessCost, AssessCosts
from app.reporting.use_cases.assess_costs import assess_costs
from app.reporting.use_cases.request_payment import request_payment
from tests.api.program import Program
from tests.builders import reporting as build
from tests.builders import support
from tests.builders.applications import a_call
from tests.builders.calls import another_call
from tests.builders.grants import MadeGrant
from tests.builders.people import a_person
from tests.support.client import Browser
from tests.web.pages import Page, problems

OF_CALL = ("appropriated", "committed", "prefinanced", "accepted", "paid", "left", "recovered")
OF_GRANT = ("committed", "prefinanced", "accepted", "paid", "recovered", "third_parties")


@dataclass(frozen=True)
class Traced:
    """A grant that was pre-financed and paid after its first report, with a cost that was reduced."""

    made: MadeGrant
    call_id: UUID
    payments: tuple[UUID, ...]
    reduced: UUID
    figures: dict[str, Money]


@pytest.fixture(scope="module")
def traced(runtime: Runtime) -> Traced:
    runtime.clock.instant = datetime(2021, 1, 11, 9, 0, tzinfo=UTC)  # type: ignore[attr-defined]  # the clock of tests
    with runtime.database.transaction() as session:
        made = build.a_reporting_grant(session, call=a_call(session, another_call("TRACED-1")))
        build.prefinanced(session, made)
        support.paid(session, made, support.a_voucher(made, paid_on=date(2020, 3, 2)))
        build.submitted(session, made)
        [first, *_] = build.costs_of(session, made)
        wanted = AssessCost(
            cost_id=first.id,
            verdict=Verdict.REDUCED,
            amount=first.amount - Money(400_00),
            reason="Two days were private.",
        )
        judged = AssessCosts(costs=(wanted,))
        assess_costs(session, made.officer, made.grant_id, 1, judged, now=build.DECIDED)
        build.accepted(session, made)
        build.paid(
            session, request_payment(session, made.officer, made.grant_id, 1, now=build.DECIDED), now=build.DECIDED
        )
        [envelope] = envelopes_of_call(session, made.ranked.call.id)
        payments = payments_of(session, "grant", made.grant_id)
        bound = commitment_of(session, "award", made.row(session).award_id)
        assert bound is not None
        figures = {
            "appropriated": envelope.appropriated,
            "left": envelope.available,
            "committed": envelope.committed,
            "paid": envelope.paid,
            "recovered": Money(0),
            "prefinanced": payments[0].amount,
            "accepted": Money.total(one.contribution for one in calculations_of(session, made.grant_id)),
            "third_parties": Money(1_500_00),
        }
        assert bound.pending == envelope.committed
        return Traced(made, made.ranked.call.id, tuple(one.id for one in payments), first.id, figures)


@pytest.fixture
def auditor(browser: Browser, runtime: Runtime) -> Browser:
    with runtime.database.transaction() as session:
        person = a_person(session, roles=(Role.AUDITOR,))
    return browser.sign_in_as(person.id)


def lines(browser: Browser, path: str) -> list[dict[str, str]]:
    answer = browser.get(f"{path}?format=csv")
    assert answer.status_code == 200, path
    return list(csv.DictReader(io.StringIO(answer.text)))


def add_up(rows: list[dict[str, str]]) -> Money:
    return Money.total(Money.parse(row["Amount"].lstrip("'")) for row in rows if row["Amount"])


def text(answer: Any) -> str:
    return " ".join(answer.text.replace("\u00a0", " ").split())


def test_every_figure_of_an_envelope_is_the_sum_of_its_lines(auditor: Browser, traced: Traced) -> None:
    envelope = auditor.get(f"/officer/calls/{traced.call_id}/envelope").text
    assert f'href="/officer/grants/{traced.made.grant_id}"' in envelope, "a commitment leads to its grant"
    for figure in OF_CALL:
        path = f"/audit/trail/calls/{traced.call_id}/{figure}"
        assert f'href="{path}"' in envelope
        rows = lines(auditor, path)
        assert add_up(rows) == traced.figures[figure], figure
        assert all(len(row["Hash"]) == 64 and int(row["Place in its chain"]) > 0 for row in rows), figure
        page = auditor.get(path)
        assert problems(Page(page.text)) == []
    assert auditor.get(f"/audit/trail/calls/{traced.call_id}/third_parties").status_code == 404
    assert auditor.get(f"/audit/trail/calls/{traced.call_id}/paid?format=xlsx").content.startswith(b"PK")


def test_every_figure_of_a_grant_is_the_sum_of_its_lines(auditor: Browser, traced: Traced) -> None:
    grant_id = traced.made.grant_id
    home = auditor.get(f"/officer/grants/{grant_id}").text
    for figure in OF_GRANT:
        path = f"/audit/trail/grants/{grant_id}/{figure}"
        assert f'href="{path}"' in home
        assert add_up(lines(auditor, path)) == traced.figures[figure], figure
    assert auditor.get(f"/audit/trail/grants/{grant_id}/left").status_code == 404
    page = text(auditor.get(f"/audit/trail/grants/{grant_id}/committed"))
    for words in ("Grant Agreement", "Record of the ranking", f"/officer/grants/{grant_id}"):
        assert words.casefold() in page.casefold()


def test_what_stands_behind_a_line_opens(auditor: Browser, traced: Traced) -> None:
    for figure in ("paid", "accepted", "committed"):
        page = Page(auditor.get(f"/audit/trail/grants/{traced.made.grant_id}/{figure}").text)
        behind = [
            str(one["href"]) for one in page.all("a") if str(one.get("href", "")).startswith(("/pay", "/officer/g"))
        ]
        assert behind
        for href in set(behind):
            assert auditor.get(href).status_code == 200, href
        assert any(str(one.get("href", "")).startswith("/audit/events/") for one in page.all("a"))


def test_the_trail_of_a_payment_has_every_act_and_the_line_of_the_bank(auditor: Browser, traced: Traced) -> None:
    payment_id = traced.payments[-1]
    path = f"/audit/trail/payments/{payment_id}"
    assert f'href="{path}"' in auditor.get(f"/payments/{payment_id}").text
    rows = lines(auditor, path)
    assert [row["Event"] for row in rows] == [
        "payment.initiated",
        "payment.verified",
        "payment.authorised",
        "payment.released",
        "payment.paid",
    ]
    assert len({row["Who"] for row in rows[:4]}) == 4, "four different people"
    assert "Line of the bank" in rows[-1]["What stands behind it"]
    assert add_up(rows) > Money(0)


def test_the_trail_of_a_cost_leads_from_the_claim_to_the_decision(auditor: Browser, traced: Traced) -> None:
    report = auditor.get(f"/officer/grants/{traced.made.grant_id}/reports/1").text
    path = f"/audit/trail/costs/{traced.reduced}"
    assert f'href="{path}"' in report
    rows = lines(auditor, path)
    assert [row["Amount"] for row in rows] == ["24000.00", "", "-400.00", ""]
    assert rows[2]["Reason"] == "Two days were private."
    assert add_up(rows) == Money(23_600_00)


def test_a_program_reads_the_same(browser: Browser, runtime: Runtime, traced: Traced) -> None:
    with runtime.database.transaction() as session:
        officer = session.get_one(Person, traced.made.officer.person_id)
    program = Program.of(browser, runtime, officer)
    for path in (
        "/calls/traced-01/trails/paid",
        f"/grants/{traced.made.grant_id}/trails/paid",
        f"/grants/{traced.made.grant_id}/trails/third_parties",
        f"/payments/{traced.payments[0]}/trail",
        f"/costs/{traced.reduced}/trail",
    ):
        found = program("GET", path).json()
        amounts = [one["amount"] for one in found["lines"]["items"] if one["amount"] is not None]
        assert Money.total(Money.parse(one["amount"]) for one in amounts).as_json() == found["amount"], path
        assert all(one["event"]["position"] > 0 for one in found["lines"]["items"])
    assert program("GET", f"/grants/{traced.made.grant_id}/trails/left").status_code == 404
    assert program("GET", f"/grants/{traced.made.grant_id}/trails/nothing").status_code == 422


def test_strangers_are_told_of_nothing(browser: Browser, runtime: Runtime, traced: Traced) -> None:
    with runtime.database.transaction() as session:
        other = a_person(session, roles=((Role.PROGRAMME_OFFICER, UUID(int=9)),))
    paths = (
        f"/audit/trail/calls/{traced.call_id}/paid",
        f"/audit/trail/grants/{traced.made.grant_id}/paid",
        f"/audit/trail/payments/{traced.payments[0]}",
        f"/audit/trail/costs/{traced.reduced}",
    )
    for person_id in (other.id, traced.made.made.members[0].person.id):
        browser.sign_in_as(person_id)
        assert {browser.get(path).status_code for path in paths} <= {403, 404}
