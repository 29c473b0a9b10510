"""Reports at both doors: written, signed, submitted, judged, decided, paid; and every figure the same wherever it stands."""

from __future__ import annotations

import csv
import html
import io
import itertools
import re
import zipfile
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pypdf
import pytest

from app.core.actor import Role
from app.core.money import Money
from app.delivery.runtime import Runtime
from app.infra.sealing_demo import make_test_authority
from app.infra.templates import money_text
from app.jobs.render_documents import make_document
from app.reporting.queries.reading import ReportReading, report_reading
from app.reporting.rules.assessment import Verdict
from app.reporting.rules.lifecycle import ReportState
from app.reporting.schemas import AssessCost, AssessCosts
from app.reporting.use_cases.assess_costs import assess_costs
from tests.api.program import Program
from tests.builders import reporting as build
from tests.builders.applications import a_call
from tests.builders.calls import another_call
from tests.builders.grants import MadeGrant
from tests.builders.people import a_person
from tests.support.client import Browser
from tests.web.pages import Page, problems

_numbers = itertools.count(1)


@pytest.fixture
def made(runtime: Runtime) -> MadeGrant:
    """A grant in force with open periods, on the day of the first report."""
    at(runtime, build.REPORTED)
    with runtime.database.transaction() as session:
        call = a_call(session, another_call(f"COS-REPORT-2019-{next(_numbers)}"))
        return build.a_reporting_grant(session, call=call)


def at(runtime: Runtime, instant: datetime) -> None:
    runtime.clock.instant = instant  # type: ignore[attr-defined]  # the clock of tests


def text_of(page: str) -> str:
    """The words of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def reading_of(runtime: Runtime, made: MadeGrant, number: int = 1) -> ReportReading:
    with runtime.database.reading() as session:
        found = report_reading(session, made.grant_id, number)
        assert found.summary
        return found


def base_of(made: MadeGrant) -> str:
    return f"/grants/{made.grant_id}/reports/1"


def office_of(made: MadeGrant) -> str:
    return f"/officer/grants/{made.grant_id}/reports/1"


def a_line(number: int, **given: str) -> dict[str, str]:
    values = {
        "category": "personnel",
        "words": "Project manager",
        "first_day": "2020-03-01",
        "last_day": "2020-03-31",
        "amount": "1,000.00",
    }
    return {f"costs.{number}.{name}": value for name, value in (values | given).items()}


def test_the_consortium_writes_signs_and_submits_through_the_pages(  # noqa: PLR0915  # one report, told once
    browser: Browser, runtime: Runtime, made: MadeGrant
) -> None:
    base, people = base_of(made), [member.person.id for member in made.made.members]
    browser.sign_in_as(people[0])
    page = browser.get(f"/grants/{made.grant_id}/reports")
    assert "Report 2" in page.text
    assert "the report is due by 30 December 2020" in text_of(page.text)
    assert f"/grants/{made.grant_id}/reports/1" in browser.get("/tasks").text
    page = browser.get(f"{base}/check")
    assert "Submit the report" not in page.text
    assert "Summary for the public: this text is empty." in text_of(page.text)
    assert f'href="{base}/texts#summary"' in page.text, "a finding leads to the field where it is mended"
    assert 'href="#texts' not in page.text
    sent = build.TEXTS | {"_version": "0"}
    assert "Saved" in browser.post(f"{base}/texts", sent, page=f"{base}/texts").text
    stale = browser.post(f"{base}/texts", sent | {"summary": "Other words."}, page=f"{base}/texts")
    assert stale.status_code == 409
    assert build.TEXTS["summary"] in stale.text
    fields = dict.fromkeys(re.findall(r'name="(value\.[^"]+)"', browser.get(f"{base}/indicators").text), "7")
    wrong = browser.post(f"{base}/indicators", fields | {next(iter(fields)): "many"}, page=f"{base}/indicators")
    assert wrong.status_code == 422
    assert "Saved" in browser.post(f"{base}/indicators", fields, page=f"{base}/indicators").text
    for position, person in enumerate(people):
        browser.sign_in_as(person)
        path = f"{base}/statements/{made.made.members[position].partner_id}"
        wrong = browser.post(path, a_line(1) | a_line(2, amount="12.345") | {"_version": "0"}, page=path)
        assert wrong.status_code == 422
        assert 'value="12.345"' in wrong.text, "what was typed stays"
        assert "at most two decimals" in wrong.text
        typed = a_line(1) | a_line(3, category="other_direct", words="Train", amount="99.99") | {"_version": "0"}
        page = browser.post(path, typed, page=path)
        assert "Saved" in page.text
        assert not problems(Page(page.text))
        browser.sign_in_as(person, stepped_up=False)
        assert "signed by" not in text_of(browser.post(f"{path}/signature", page=path).text), "a password is not enough"
        browser.sign_in_as(person)
        assert "signed" in text_of(browser.post(f"{path}/signature", page=path).text)
    other = f"{base}/statements/{made.made.members[0].partner_id}"
    assert browser.post(other, a_line(1) | {"_version": "1"}, page=other).status_code == 403
    assert "Save the statement" not in browser.get(other).text
    assert browser.get(office_of(made)).status_code == 403, "known to the consortium, and not theirs to judge"
    browser.sign_in_as(made.officer.person_id)
    assert browser.get(base).status_code == 403, "the office has pages of its own"
    assert browser.get(office_of(made)).status_code == 404, "a draft does not exist for the office"
    assert f'{office_of(made)}"' not in browser.get(f"/officer/grants/{made.grant_id}/reports").text
    browser.sign_in_as(people[0])
    page = browser.get(f"{base}/check")
    assert "Submit the report" in page.text
    page = browser.post(f"{base}/submission", page=f"{base}/check")
    assert "The managing body has your report" in page.text
    assert not problems(Page(page.text))
    assert reading_of(runtime, made).row.state is ReportState.SUBMITTED
    again = browser.post(f"{base}/texts", sent | {"_version": "1", "summary": "Late."}, page=base)
    assert again.status_code == 409


def test_the_office_judges_decides_and_asks_for_the_payment(
    browser: Browser, runtime: Runtime, made: MadeGrant
) -> None:
    with runtime.database.transaction() as session:
        build.submitted(session, made)
    path = office_of(made)
    browser.sign_in_as(made.officer.person_id)
    assert "Judge the costs of report 1" in text_of(browser.get("/tasks").text)
    page = browser.get(path)
    assert not problems(Page(page.text))
    first, second = re.findall(r'name="verdict\.([^"]+)"', page.text)[:2]
    wrong = {"_version": "1", f"verdict.{first}": "reduced", f"amount.{first}": "1.00", f"verdict.{second}": "accepted"}
    refused = browser.post(f"{path}/costs", wrong, page=path)
    assert refused.status_code == 422
    assert "Say in at least 10 characters" in refused.text
    right = wrong | {f"reason.{first}": "Only one euro is proven.", "go": "accept-rest"}
    page = browser.post(f"{path}/costs", right, page=path)
    assert "The decisions are stored" in page.text
    reading = reading_of(runtime, made)
    assert {str(one.id): one.accepted for one in reading.costs}[first] == Money(100)
    assert all(one.verdict is not None for one in reading.costs)
    back = browser.post(f"{path}/return", {"reason": "Short.", "_version": "1"}, page=path)
    assert back.status_code == 422
    none = browser.post(f"{path}/decision", page=path)
    assert none.status_code == 422, "nothing was chosen"
    page = browser.post(f"{path}/decision", {"decision": "accept", "reason": "", "_version": "1"}, page=path)
    assert "Ask for the payment" in page.text
    page = browser.post(f"{path}/payment", page=path)
    assert "Ask for the payment" not in page.text
    calculation = reading_of(runtime, made).calculation
    assert calculation is not None
    assert calculation.payment_id is not None
    closed = browser.post(f"{path}/closure", page=path)
    assert closed.status_code == 422
    assert "The report of period 2 is not decided." in text_of(closed.text)
    with runtime.database.transaction() as session:
        stranger = a_person(session, roles=((Role.PROGRAMME_OFFICER, made.grant_id),))
        auditor = a_person(session, roles=(Role.AUDITOR,))
    browser.sign_in_as(stranger.id)
    assert browser.get(path).status_code == 404
    browser.sign_in_as(auditor.id)
    assert browser.get(path).status_code == 200
    assert browser.post(f"{path}/closure", page=path).status_code == 403


def figures_of(reading: ReportReading) -> dict[str, Money]:
    """Every amount of the report by a name."""
    found = {"claimed": reading.summary.total.claimed, "accepted": reading.summary.total.accepted}
    for row in reading.summary.rows:
        name = row.partner.name
        found |= {f"{name} claimed": row.total.claimed, f"{name} contribution": row.accepted_contribution}
        for category, cell in row.cells.items():
            found[f"{name} {category}"] = cell.claimed
    for one in reading.costs:
        found |= {f"{one.id} amount": one.amount, f"{one.id} accepted": one.accepted or Money(0)}
    assert reading.calculation is not None
    for step in reading.calculation.sheet.steps:
        found |= {f"step {step.id}": step.amount, f"step {step.id} running": step.running}
    return found


def cents_of(content: bytes, columns: tuple[str, str]) -> list[tuple[int, ...]]:
    """Amounts of two columns of a spreadsheet, row by row below its head."""
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    found = re.findall(rf'<c r="([{"".join(columns)}])(\d+)"[^>]*><v>([^<]+)</v>', sheet)
    rows: dict[int, dict[str, int]] = {}
    for column, row, value in found:
        if int(row) > 1:
            rows.setdefault(int(row), {})[column] = Money.parse(f"{Decimal(value):.2f}").cents
    return [tuple(cells[column] for column in columns) for _, cells in sorted(rows.items())]


def test_every_figure_is_the_same_on_page_api_document_and_spreadsheet(  # one report, looked at four times
    browser: Browser, runtime: Runtime, made: MadeGrant
) -> None:
    costs = (*build.lines(), *build.lines(({"category": "personnel", "words": "One cent", "amount": "0.01"},)))
    with runtime.database.transaction() as session:
        build.prefinanced(session, made)
        build.submitted(session, made, costs=costs)
        first = build.costs_of(session, made)[0]
        reduced = AssessCost(
            cost_id=first.id, verdict=Verdict.REDUCED, amount=Money(1_234_567), reason="Hours not proven."
        )
        assess_costs(session, made.officer, made.grant_id, 1, AssessCosts(costs=(reduced,)), now=build.DECIDED)
        build.accepted(session, made)
    reading = reading_of(runtime, made)
    figures = figures_of(reading)
    browser.sign_in_as(made.officer.person_id)
    page = text_of(browser.get(office_of(made)).text)
    for name, amount in figures.items():
        assert money_text(amount, "en_GB", with_currency=False) in page, f"{name} on the page"
    answer = Program.of(browser, runtime, made.made.person)("GET", f"/grants/{made.grant_id}/reports/1").json()
    assert reading.calculation is not None
    assert answer["sheet"] == [
        {"id": s.id, "text": s.text, "source": s.source, "amount": s.amount.as_json(), "running": s.running.as_json()}
        for s in reading.calculation.sheet.steps
    ]
    statements: dict[UUID, Any] = {UUID(one["partner_id"]): one for one in answer["statements"]}
    for row in reading.summary.rows:
        told = statements[row.partner.partner_id]
        assert told["accepted_contribution"] == row.accepted_contribution.as_json()
        assert {name: one["claimed"] for name, one in told["categories"].items()} == {
            name: cell.claimed.as_json() for name, cell in row.cells.items()
        }
    assert [(one["amount"], one["accepted"]) for told in statements.values() for one in told["costs"]] == [
        (one.amount.as_json(), (one.accepted or Money(0)).as_json())
        for partner in reading.partners
        for one in reading.costs_of(partner.partner_id)
    ]
    browser.sign_in_as(made.officer.person_id)
    rows = list(csv.DictReader(io.StringIO(browser.get(f"{office_of(made)}?format=csv").text)))
    ordered = [one for partner in reading.partners for one in reading.costs_of(partner.partner_id)]
    assert [(row["Claimed"], row["Accepted"]) for row in rows] == [
        (one.amount.amount, (one.accepted or Money(0)).amount) for one in ordered
    ]
    assert cents_of(browser.get(f"{office_of(made)}?format=xlsx").content, ("I", "K")) == [
        (one.amount.cents, (one.accepted or Money(0)).cents) for one in ordered
    ]
    assert reading.row.document_id is not None
    if not (runtime.seal_dir / "roots.pem").exists():
        make_test_authority(runtime.seal_dir, now=build.DECIDED)
    at(runtime, build.DECIDED)
    make_document(runtime, reading.row.document_id)
    browser.sign_in_as(made.made.person.id)
    pdf = pypdf.PdfReader(io.BytesIO(browser.get(f"/documents/{reading.row.document_id}").content))
    words = "".join("".join(one.extract_text() for one in pdf.pages).split())
    for name, amount in figures.items():
        if any(name.endswith(category) for category in reading.summary.rows[0].cells):
            continue  # the document has categories over all partners
        assert money_text(amount, "en_GB", with_currency=False) in words, f"{name} in the document"
    for category in reading.summary.categories:
        amount = reading.summary.of_category(category.id).claimed
        assert money_text(amount, "en_GB", with_currency=False) in words
    assert list(pdf.attachments) == ["periodic_report.json"]


def test_the_same_through_the_api(browser: Browser, runtime: Runtime, made: MadeGrant) -> None:
    programs = [Program.of(browser, runtime, member.person) for member in made.made.members]
    coordinator, path = programs[0], f"/grants/{made.grant_id}/reports"
    with runtime.database.transaction() as session:
        officer_person = session.get_one(type(made.made.person), made.officer.person_id)
        stranger_person = a_person(session)
    officer = Program.of(browser, runtime, officer_person)
    stranger = Program.of(browser, runtime, stranger_person)
    assert [one["state"] for one in coordinator("GET", path).json()] == ["due", "due"]
    assert stranger("GET", path).status_code == 404
    assert officer("GET", f"{path}/1").status_code == 404
    answer = coordinator("PUT", f"{path}/1/texts", json={"version": 0, **build.TEXTS})
    assert answer.json() == {"version": 1}
    assert coordinator("PUT", f"{path}/1/texts", json={"version": 0, **build.TEXTS}).status_code == 409
    targets = coordinator("GET", f"{path}/1").json()["indicators"]
    values = [{"id": one["id"], "value": 5, "words": ""} for one in targets]
    assert coordinator("PUT", f"{path}/1/indicators", json={"values_reached": values}).status_code == 204
    refused = coordinator("POST", f"{path}/1/submission")
    assert refused.status_code == 422
    assert {one["rule"] for one in refused.json()["violations"]} == {"report.statement_unsigned"}
    line = {"category": "personnel", "words": "Work", "first_day": "2020-03-01", "amount": "1000.00"}
    for member, program in zip(made.made.members, programs, strict=True):
        statement = f"{path}/1/statements/{member.partner_id}"
        body = {"version": 0, "costs": [line]}
        assert program("PUT", statement, json=body).json() == {"version": 1}
        bare = program("POST", f"{statement}/signature")
        assert (bare.status_code, bare.json()["violations"][0]["rule"]) == (403, "access.second_step")
        assert len(program.confirmed("POST", f"{statement}/signature").json()["sha256"]) == 64
    assert programs[1]("POST", f"{path}/1/submission").status_code == 403
    assert coordinator("POST", f"{path}/1/submission").status_code == 204
    costs = [cost for one in officer("GET", f"{path}/1").json()["statements"] for cost in one["costs"]]
    judged = {"times": 1, "costs": [{"cost_id": one["id"], "verdict": "accepted"} for one in costs]}
    assert coordinator("POST", f"{path}/1/costs", json=judged).status_code == 403
    assert officer("POST", f"{path}/1/costs", json=judged).status_code == 204
    assert officer("POST", f"{path}/1/return", json={"times": 1, "reason": ""}).status_code == 422
    assert officer("POST", f"{path}/1/decision", json={"times": 1, "decision": "accept"}).status_code == 204
    once, twice = (officer("POST", f"{path}/1/payment", key="pay-1") for _ in range(2))
    assert (once.status_code, once.json()) == (201, twice.json())
    assert officer("POST", f"{path}/1/payment", key="pay-2").status_code == 422
    assert officer("POST", f"/grants/{made.grant_id}/closure").status_code == 422
    assert officer("POST", f"{path}/1/recovery", json={"line_id": str(made.grant_id)}).status_code == 403
