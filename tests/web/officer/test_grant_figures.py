"""Every figure of one grant, from its maximum to what is free again, is the same on page, API, PDF and XLSX: to the cent.

By hand. Each of three partners asked for 80 000 of personnel and 12 000 of other direct costs, + 7 % of both = 98 440.00
at 75 % = 73 830.00, and 15 000.00 for third parties at 100 %: the grant is 266 490.00 of 340 320.00, 40 % of it are
106 596.00. What follows stands at each figure.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import pypdf
import pytest

from app.cascade.schemas import RecordExchange, RecordVoucher
from app.cascade.use_cases.record_exchange import record_exchange
from app.cascade.use_cases.record_voucher import record_voucher
from app.core.money import Money
from app.delivery.runtime import Runtime
from app.documents.queries import documents_of
from app.infra.sealing_demo import make_test_authority
from app.jobs.render_documents import make_document
from app.reporting.rules.assessment import Verdict
from app.reporting.schemas import AssessCost, AssessCosts
from app.reporting.use_cases.assess_costs import assess_costs
from app.reporting.use_cases.close_grant import close_grant
from app.reporting.use_cases.request_payment import request_payment
from tests.api.program import Program
from tests.builders import reporting as build
from tests.builders.applications import a_call
from tests.builders.calls import another_call
from tests.builders.grants import MadeGrant
from tests.support.client import Browser

CALL = "COS-FIGURES-2019-1"
LATER = build.FINALLY + timedelta(days=30)
YEAR_TWO = (date(2021, 3, 1), date(2021, 3, 31))
CLAIMS_1 = (
    (("personnel", "Manager", "24000.00"), ("other_direct", "Fair", "1234.56"), ("third_parties", "Aid", "14780.00")),
    (("personnel", "Trainer", "30000.01"),),
    (("personnel", "Scout", "10000.00"), ("other_direct", "Train", "333.33")),
)
CLAIMS_2 = tuple((("personnel", "Everybody", amount),) for amount in ("40000.00", "40000.00", "60000.00"))
SUPPORT = ("10000.00", "4000.00", "780.00")
"""Two vouchers and an exchange of a week in Portugal, all paid by the first partner: 14 780.00 of its 15 000.00."""
LINES_1 = [
    ("24000.00", "20000.00"), ("1234.56", "0.00"), ("14780.00", "14780.00"),
    ("30000.01", "30000.01"), ("10000.00", "10000.00"), ("333.33", "333.33"),
]  # fmt: skip
"""Claimed and accepted: 4 000.00 are taken off the first line, the second is rejected."""
PARTNERS_1 = [
    # budget, before, claimed, accepted, left (of what is accepted), contribution
    ("113440.00", "0.00", "41780.98", "36180.00", "77260.00", "30830.00"),
    # (24 000 + 1 234.56 + 1 766.42) + 14 780; (20 000 + 1 400) x 75 % + 14 780
    ("113440.00", "0.00", "32100.01", "32100.01", "81339.99", "24075.01"),
    # 30 000.01 + 2 100.00; x 75 % = 24 075.0075
    ("113440.00", "0.00", "11056.66", "11056.66", "102383.34", "8292.50"),
    # 10 333.33 + 723.33; x 75 % = 8 292.495
]
PROJECT_1 = ("340320.00", "0.00", "84937.65", "79336.67", "260983.33", "63197.51")
CATEGORIES_1 = [
    ("240000.00", "0.00", "64000.01", "60000.01", "179999.99"),
    ("0.00", "0.00", "0.00", "0.00", "0.00"),
    ("45000.00", "0.00", "14780.00", "14780.00", "30220.00"),
    ("36000.00", "0.00", "1567.89", "333.33", "35666.67"),
    ("19320.00", "0.00", "4589.75", "4223.33", "15096.67"),
]
PARTNERS_2 = [
    ("113440.00", "36180.00", "42800.00", "42800.00", "34460.00", "32100.00"),
    ("113440.00", "32100.01", "42800.00", "42800.00", "38539.99", "32100.00"),
    ("113440.00", "11056.66", "64200.00", "64200.00", "38183.34", "48150.00"),
]
PROJECT_2 = ("340320.00", "79336.67", "149800.00", "149800.00", "111183.33", "112350.00")
CATEGORIES_2 = [
    ("240000.00", "60000.01", "140000.00", "140000.00", "39999.99"),
    ("0.00", "0.00", "0.00", "0.00", "0.00"),
    ("45000.00", "14780.00", "0.00", "0.00", "30220.00"),
    ("36000.00", "333.33", "0.00", "0.00", "35666.67"),
    ("19320.00", "4223.33", "9800.00", "9800.00", "5296.67"),
]
STEPS_1 = [("63197.51", "63197.51"), ("0.00", "63197.51")]
"""The ceiling of 80 %, 213 192.00, leaves 106 596.00: it does not bind."""
STEPS_2 = [
    ("63197.51", "63197.51"), ("112350.00", "175547.51"), ("0.00", "175547.51"), ("0.00", "175547.51"),
    ("0.00", "175547.51"), ("-106596.00", "68951.51"), ("-63197.51", "5754.00"),
]  # fmt: skip
"""Both contributions; below the maximum; no profit; no reduction; less what was pre-financed and paid in between."""
PAYMENTS = ["106596.00", "63197.51", "5754.00"]
BOUND = {"amount": "266490.00", "pending": "0.00", "paid": "175547.51", "released": "90942.49"}
"""266 490.00 - 175 547.51 are free again."""


@dataclass(frozen=True)
class World:
    made: MadeGrant
    documents: dict[str, str]
    """Words of the sealed documents, without spaces, by the last part of their reference or their kind."""


@pytest.fixture(scope="module")
def world(runtime: Runtime) -> World:
    """A grant from the agreement to its closure; its documents are sealed."""
    runtime.clock.instant = LATER  # type: ignore[attr-defined]  # the clock of tests
    with runtime.database.transaction() as session:
        made = build.a_reporting_grant(session, call=a_call(session, another_call(CALL)))
        build.prefinanced(session, made)
        for amount in SUPPORT[:2]:
            wanted = RecordVoucher.model_validate(recipient(made) | {"amount": amount, "purpose": "A new line."})
            record_voucher(session, made.actor(session), made.grant_id, wanted, now=build.REPORTED)
        stay = {
            "visitor": "Inés Prado", "host_name": "Norte Malhas", "host_country": "PT", "host_sme": True,
            "distance_km": 1200, "first_day": "2020-02-03", "last_day": "2020-02-07",
        }  # fmt: skip
        visit = RecordExchange.model_validate(recipient(made) | stay)
        record_exchange(session, made.actor(session), made.grant_id, visit, now=build.REPORTED)
        claim(session, made, 1, CLAIMS_1)
        judge(session, made)
        build.accepted(session, made)
        payment = request_payment(session, made.officer, made.grant_id, 1, now=build.DECIDED)
        build.paid(session, payment, now=build.DECIDED)
        claim(session, made, 2, CLAIMS_2)
        build.accepted(session, made, number=2, now=build.FINALLY)
        payment = request_payment(session, made.officer, made.grant_id, 2, now=build.FINALLY)
        build.paid(session, payment, now=build.FINALLY)
        assert close_grant(session, made.officer, made.grant_id, now=LATER) == Money.parse("90942.49")
    return World(made, dict(sealed(runtime, made)))


def recipient(made: MadeGrant) -> dict[str, Any]:
    return {
        "partner_id": made.partner_id(0), "recipient": "Tecidos do Ave", "country": "ES", "vat": "",
        "registration_number": "C-15-001", "sme": True, "paid_on": "2020-06-30",
    }  # fmt: skip


def claim(session: Any, made: MadeGrant, number: int, claims: Any) -> None:
    now, days = (build.REPORTED, build.MARCH) if number == 1 else (build.FINALLY, YEAR_TWO)
    build.texts_saved(session, made, number=number, now=now)
    for member, lines in enumerate(claims):
        costs = [{"category": category, "words": words, "amount": amount} for category, words, amount in lines]
        build.stated(session, made, member, number=number, costs=build.lines(costs, days), now=now)
        build.signed_for(session, made, member, number=number, now=now)
    build.submit_report(session, made.actor(session), made.grant_id, number, now=now)


def judge(session: Any, made: MadeGrant) -> None:
    by_words = {one.words: one.id for one in build.costs_of(session, made)}
    less = Money.parse("20000.00")
    reduced = AssessCost(cost_id=by_words["Manager"], verdict=Verdict.REDUCED, amount=less, reason="Hours not proven.")
    rejected = AssessCost(cost_id=by_words["Fair"], verdict=Verdict.REJECTED, reason="Outside the project.")
    wanted = AssessCosts(costs=(reduced, rejected))
    assess_costs(session, made.officer, made.grant_id, 1, wanted, now=build.DECIDED)


def sealed(runtime: Runtime, made: MadeGrant) -> Iterator[tuple[str, str]]:
    if not (runtime.seal_dir / "roots.pem").exists():
        make_test_authority(runtime.seal_dir, now=LATER)
    with runtime.database.reading() as session:
        periods = [build.row_of(session, made, number).period_id for number in (1, 2)]
        wanted = [*documents_of(session, "periodic_report", periods), *documents_of(session, "grant", [made.grant_id])]
    for row in wanted:
        make_document(runtime, row.id)
        with runtime.database.reading() as session:
            [done] = [one for one in documents_of(session, row.subject_kind, [row.subject_id]) if one.id == row.id]
        assert done.file_sha256 is not None
        pages = pypdf.PdfReader(io.BytesIO(runtime.files.get(done.file_sha256))).pages
        words = "".join("".join(one.extract_text() for one in pages).split())
        yield row.kind if row.kind == "grant_agreement" else row.reference.rpartition("/")[2], words


def shown(amount: str) -> str:
    """An amount as pages and documents print it."""
    whole, _, cents = amount.removeprefix("-").partition(".")
    return f"{'-' if amount.startswith('-') else ''}{int(whole):,}.{cents}"


def table(page: str, table_id: str) -> list[list[str]]:
    """The cells of a table, row by row, without its heads."""
    found = re.search(rf'<table[^>]* id="{table_id}".*?</table>', page, re.DOTALL)
    assert found is not None, table_id
    rows = re.findall(r"<tr.*?</tr>", found[0], re.DOTALL)
    cells = [re.findall(r"<t[dh][ >].*?</t[dh]>", row, re.DOTALL) for row in rows[1:]]
    return [[" ".join(html.unescape(re.sub(r"<[^>]+>", " ", cell)).split()) for cell in row] for row in cells]


def figure(page: str, label: str) -> str:
    """The amount in the card with this label."""
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
    found = re.search(rf"{label} EUR\s(-?[\d,]+\.\d\d)", text)
    assert found is not None, label
    return found[1]


def sheet_of(content: bytes) -> list[dict[str, str]]:
    """The rows of a spreadsheet by its heads; amounts with two decimals."""
    book = zipfile.ZipFile(io.BytesIO(content))
    space = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    strings: list[str] = []
    if "xl/sharedStrings.xml" in book.namelist():
        texts = ET.fromstring(book.read("xl/sharedStrings.xml")).findall("x:si", space)  # noqa: S314  # made by us
        strings = ["".join(one.itertext()) for one in texts]
    rows = []
    for row in ET.fromstring(book.read("xl/worksheets/sheet1.xml")).iter(f"{{{space['x']}}}row"):  # noqa: S314
        cells = {}
        for cell in row:
            column, value = str(cell.get("r")).rstrip("0123456789"), "".join(cell.itertext())
            if cell.get("t") == "s":
                value = strings[int(value)]
            elif cell.get("t") is None and value:
                value = f"{Decimal(value):.2f}"
            cells[column] = value
        rows.append(cells)
    heads = rows[0]
    return [{heads[column]: value for column, value in row.items()} for row in rows[1:]]


def amounts(shape: Any, *names: str) -> tuple[str, ...]:
    """Amounts of a JSON object."""
    return tuple(shape[name]["amount"] for name in names)


FIGURES = ("budget", "before", "claimed", "accepted", "left")
REPORTS = [
    (1, PARTNERS_1, CATEGORIES_1, PROJECT_1, STEPS_1),
    (2, PARTNERS_2, CATEGORIES_2, PROJECT_2, STEPS_2),
]


@pytest.mark.parametrize(("number", "partners", "categories", "project", "steps"), REPORTS, ids=["first", "last"])
def test_figures_of_a_report(  # the figures of one report
    browser: Browser,
    runtime: Runtime,
    world: World,
    number: int,
    partners: list[tuple[str, ...]],
    categories: list[tuple[str, ...]],
    project: tuple[str, ...],
    steps: list[tuple[str, str]],
) -> None:
    base = f"/grants/{world.made.grant_id}/reports/{number}"
    answer = Program.of(browser, runtime, world.made.made.person)("GET", base).json()
    told = [(*amounts(one["total"], *FIGURES), *amounts(one, "accepted_contribution")) for one in answer["statements"]]
    assert told == partners
    assert (*amounts(answer["total"], *FIGURES), *amounts(answer, "accepted_contribution")) == project
    assert [amounts(one, "amount", "running") for one in answer["sheet"]] == steps
    assert answer["report"]["due"]["amount"] == PAYMENTS[number]
    by_category = [
        tuple(
            Money.total(Money.parse(one["categories"][name][which]["amount"]) for one in answer["statements"]).amount
            for which in FIGURES
        )
        for name in answer["statements"][0]["categories"]
    ]
    assert by_category == categories
    browser.sign_in_as(world.made.officer.person_id)
    page = browser.get(f"/officer{base}").text
    assert [tuple(row[1:]) for row in table(page, "steps")] == [
        *((shown(amount), shown(running)) for amount, running in steps),
        ("", shown(steps[-1][1])),
    ]
    for position, row in enumerate(partners, start=1):
        [total] = [cells for cells in table(page, f"figures-{position}") if cells[0] == "Total"]
        assert total[1:] == [shown(one) for one in row[:5]]
    assert figure(page, "Claimed") == shown(project[2])
    assert figure(page, "Accepted") == shown(project[3])
    assert figure(page, "Due") == shown(PAYMENTS[number])
    words = world.documents[f"R{number}"]
    for row in (*partners, project):
        assert "".join(shown(one) for one in row) in words, "a row of the partners in the document"
    for row in categories:
        assert "".join(shown(one) for one in row) in words, "a row of the categories in the document"
    for amount, running in steps:
        assert shown(amount) + shown(running) in words, "a step in the document"
    letter = world.documents[f"P{number}"]
    assert shown(PAYMENTS[number]) in letter
    for amount, running in steps:
        assert shown(amount) + shown(running) in letter, "a step in the letter"


def test_lines_of_the_first_report_and_how_they_add_up(browser: Browser, world: World) -> None:
    browser.sign_in_as(world.made.officer.person_id)
    office = f"/officer/grants/{world.made.grant_id}/reports/1"
    rows = sheet_of(browser.get(f"{office}?format=xlsx").content)
    assert [(row["Claimed"], row["Accepted"]) for row in rows] == LINES_1
    assert [tuple(one["amount"] for one in line) for line in lines_of(browser, world)] == LINES_1
    page = browser.get(office).text
    assert "EUR 14,780.00 claimed so far, payments of EUR 14,780.00 recorded." in " ".join(page.split())
    for position in (1, 2, 3):
        for cells in table(page, f"costs-{position}"):
            claimed, accepted = next(one for one in LINES_1 if shown(one[0]) == cells[3])
            assert cells[4].partition(" ")[2].startswith(shown(accepted)), cells
            assert shown(claimed) in world.documents["R1"]


def lines_of(browser: Browser, world: World) -> list[tuple[dict[str, str], ...]]:
    program = Program.of(browser, browser.runtime, world.made.made.person)
    answer = program("GET", f"/grants/{world.made.grant_id}/reports/1").json()
    return [(line["amount"], line["accepted"]) for one in answer["statements"] for line in one["costs"]]


def test_figures_of_the_grant_its_payments_and_its_commitment(browser: Browser, runtime: Runtime, world: World) -> None:
    made = world.made
    program = Program.of(browser, runtime, made.made.person)
    found = program("GET", f"/grants/{made.grant_id}").json()
    assert found["grant"]["maximum_grant"]["amount"] == BOUND["amount"]
    assert sorted(one["amount"]["amount"] for one in found["payments"]) == sorted(PAYMENTS)
    with runtime.database.transaction() as session:
        officer = session.get_one(type(made.made.person), made.officer.person_id)
    [bound] = Program.of(browser, runtime, officer)("GET", f"/calls/{CALL}/commitments").json()["items"]
    assert {name: bound[name]["amount"] for name in BOUND} == BOUND
    browser.sign_in_as(made.officer.person_id)
    home = browser.get(f"/officer/grants/{made.grant_id}").text
    assert [figure(home, one) for one in ("Maximum grant", "Pre-financed", "Paid", "Released")] == [
        shown(one) for one in (BOUND["amount"], PAYMENTS[0], BOUND["paid"], BOUND["released"])
    ]
    [row] = sheet_of(browser.get(f"/officer/calls/{made.made.call.id}/grants?format=xlsx").content)
    assert row["Maximum grant"] == BOUND["amount"]
    envelope = f"/officer/calls/{made.made.call.id}/envelope"
    [row] = sheet_of(browser.get(f"{envelope}?format=xlsx").content)
    assert [row[one] for one in ("Committed", "Pending", "Paid", "Released")] == list(BOUND.values())
    page = browser.get(envelope).text
    assert all(shown(one) in page for one in BOUND.values())
    listed = sheet_of(browser.get(f"/payments?format=xlsx&q={found['grant']['reference']}").content)
    assert sorted(row["Amount"] for row in listed) == sorted(PAYMENTS)
    for one in found["payments"]:
        page = browser.get(f"/payments/{one['id']}").text
        assert figure(page, "Amount") == shown(one["amount"]["amount"])
    agreement = world.documents["grant_agreement"]
    for one in (BOUND["amount"], PAYMENTS[0], "113440.00", "88830.00", "340320.00"):
        assert shown(one) in agreement


def test_figures_of_the_support_to_third_parties(browser: Browser, runtime: Runtime, world: World) -> None:
    where = f"/grants/{world.made.grant_id}/third-parties"
    program = Program.of(browser, runtime, world.made.made.person)
    assert sorted(one["amount"]["amount"] for one in program("GET", where).json()["items"]) == sorted(SUPPORT)
    summary = program("GET", f"{where}/summary").json()
    assert amounts(summary, "budget", "used", "left") == ("45000.00", "14780.00", "30220.00")
    assert [amounts(one, "budget", "used", "left") for one in summary["partners"]] == [
        ("15000.00", "14780.00", "220.00"),
        ("15000.00", "0.00", "15000.00"),
        ("15000.00", "0.00", "15000.00"),
    ]
    for person, base in ((world.made.made.person.id, where), (world.made.officer.person_id, f"/officer{where}")):
        browser.sign_in_as(UUID(str(person)))
        page = browser.get(base).text
        assert [figure(page, one) for one in ("Budget", "Paid", "Left")] == ["45,000.00", "14,780.00", "30,220.00"]
        rows = sheet_of(browser.get(f"{base}?format=xlsx").content)
        assert sorted(row["Amount"] for row in rows) == sorted(SUPPORT)
        assert all(shown(one) in page for one in SUPPORT)
