"""Nothing typed into a report is lost: saved in passing, compared where a colleague was first, certificates uploaded."""

from __future__ import annotations

from app.delivery.runtime import Runtime
from app.reporting.queries.reading import ReportReading, report_reading
from tests.api.program import Program
from tests.builders import reporting as build
from tests.builders.grants import MadeGrant
from tests.builders.people import a_person
from tests.support.client import Browser, hidden_fields
from tests.support.pdfs import a_pdf
from tests.web.pages import Page, problems
from tests.web.reports.steps import a_line, at, text_of

PASSING = {"hx-request": "true"}


def reading_of(runtime: Runtime, made: MadeGrant, number: int = 1) -> ReportReading:
    with runtime.database.reading() as session:
        return report_reading(session, made.grant_id, number)


def test_texts_are_saved_in_passing_and_compared_where_another_was_first(
    browser: Browser, runtime: Runtime, made: MadeGrant
) -> None:
    path = f"/grants/{made.grant_id}/reports/1/texts"
    page = browser.sign_in_as(made.made.person.id).get(path)
    fields = hidden_fields(page.text)
    assert "_was.summary" in fields
    sent = build.TEXTS | {name: fields[name] for name in fields if name.startswith("_")}
    answer = browser.client.post(path, data=sent, headers=PASSING)
    assert (answer.status_code, "Saved" in answer.text) == (200, True)
    assert 'id="row-version" value="1"' in answer.text
    assert dict(reading_of(runtime, made).texts) == build.TEXTS
    late = browser.client.post(path, data=sent | {"summary": "Mine."}, headers=PASSING)
    assert "Not saved yet." in late.text
    compared = browser.client.post(path, data=sent | {"summary": "Mine.", "work": ""})
    assert compared.status_code == 409
    assert not problems(Page(compared.text))
    words = text_of(compared.text)
    assert "Compare" in words
    assert "Mine." in words
    assert build.TEXTS["summary"] in words
    assert made.made.person.name in words, "the colleague is named"
    fields = hidden_fields(compared.text)
    choice = {"_choose.summary": "mine", "_choose.work": "theirs"}
    mine = {"summary": "Mine.", "work": ""} | {name: build.TEXTS[name] for name in ("results", "deviations", "next")}
    page = browser.client.post(path, data=mine | choice | {name: fields[name] for name in ("_csrf", "_version")})
    assert "Saved" in page.text
    texts = reading_of(runtime, made).texts
    assert (texts["summary"], texts["work"]) == ("Mine.", build.TEXTS["work"])


def test_a_statement_is_saved_in_passing_and_compared_line_by_line(
    browser: Browser, runtime: Runtime, made: MadeGrant
) -> None:
    partner = made.made.members[0].partner_id
    path = f"/grants/{made.grant_id}/reports/1/statements/{partner}"
    fields = hidden_fields(browser.sign_in_as(made.made.person.id).get(path).text)
    first = (
        a_line(1) | a_line(2, words="Train", amount="99.00") | {name: fields[name] for name in ("_csrf", "_version")}
    )
    unreadable = browser.client.post(path, data=first | {"costs.1.amount": "12.345"}, headers=PASSING)
    assert "Not saved yet." in unreadable.text
    assert "at most two decimals" in text_of(unreadable.text)
    assert "Saved" in browser.client.post(path, data=first, headers=PASSING).text
    mine = first | a_line(1, amount="2,000.00") | a_line(3, words="Room", amount="5.00")
    compared = browser.client.post(path, data=mine)
    assert compared.status_code == 409
    words = text_of(compared.text)
    assert "Line 1 of the costs" in words
    assert "Line 3 of the costs" in words
    assert "Line 2 of the costs" not in words, "both say the same"
    fields = hidden_fields(compared.text)
    choice = {"_choose.costs.1": "theirs", "_choose.costs.3": "mine", "_version": fields["_version"]}
    browser.client.post(path, data=mine | choice)
    amounts = [one.amount.amount for one in reading_of(runtime, made).costs]
    assert amounts == ["1000.00", "99.00", "5.00"]
    browser.post(f"{path}/signature", page=path)
    page = browser.get(path).text
    assert 'id="autosave"' not in page, "what is signed is not changed in passing"


def test_what_was_typed_is_kept_by_the_browser_until_it_is_saved(
    browser: Browser, runtime: Runtime, made: MadeGrant
) -> None:
    path = f"/grants/{made.grant_id}/reports/1"
    browser.sign_in_as(made.made.person.id)
    for part in ("texts", "indicators", f"statements/{made.made.members[0].partner_id}"):
        assert "data-draft-key" in browser.get(f"{path}/{part}").text, part
    with runtime.database.transaction() as session:
        build.submitted(session, made)
    page = browser.sign_in_as(made.officer.person_id).get(f"/officer{path}").text
    assert page.count("data-draft-key") == 2, "the costs and the decision"


def test_a_certificate_is_uploaded_and_read_by_who_reads_the_report(
    browser: Browser, runtime: Runtime, made: MadeGrant
) -> None:
    at(runtime, build.FINALLY)
    partner = made.made.members[0].partner_id
    path, pdf = f"/grants/{made.grant_id}/reports/2/statements/{partner}", a_pdf()
    browser.sign_in_as(made.made.person.id)
    assert "Not needed" in browser.get(path).text
    much = a_line(1, amount="600,000.00", first_day="2021-03-01", last_day="2021-03-31") | {"_version": "0"}
    page = browser.post(path, much, page=path)
    assert "From EUR 325,000.00 on" in text_of(page.text)
    assert browser.post(f"{path}/signature", page=path).status_code == 422
    refused = browser.post(f"{path}/certificate", page=path, files={"file": ("c.pdf", b"no pdf", "application/pdf")})
    assert refused.status_code == 422
    assert not problems(Page(refused.text))
    page = browser.post(f"{path}/certificate", page=path, files={"file": ("audit.pdf", pdf, "application/pdf")})
    assert "audit.pdf" in page.text
    assert browser.get(f"{path}/certificate").content == pdf
    assert "signed" in text_of(browser.post(f"{path}/signature", page=path).text)
    browser.sign_in_as(made.officer.person_id)
    assert browser.get(f"{path}/certificate").status_code == 404, "a draft does not exist for the office"
    api = f"/grants/{made.grant_id}/reports/2/statements/{partner}/certificate"
    program = Program.of(browser, runtime, made.made.person)
    sent = {"content": a_pdf(pages=2), "headers": {"content-type": "application/pdf"}}
    assert program("PUT", f"{api}?filename=later.pdf", **sent).status_code == 204
    assert program("GET", api).content == a_pdf(pages=2)
    [statement] = [
        one
        for one in program("GET", f"/grants/{made.grant_id}/reports/2").json()["statements"]
        if one["partner_id"] == str(partner)
    ]
    assert (statement["has_certificate"], statement["signed_at"]) == (True, None)
    with runtime.database.transaction() as session:
        stranger = a_person(session)
    browser.sign_in_as(stranger.id)
    assert browser.get(f"{path}/certificate").status_code == 404
    browser.sign_in_as(made.made.person.id)
    page = browser.post(f"{path}/certificate/remove", page=path)
    assert "later.pdf" not in page.text
    assert "Choose the certificate" in page.text
    assert program("GET", api).status_code == 404
    assert program("PUT", f"{api}?filename=last.pdf", **sent).status_code == 204
    assert program("DELETE", api).status_code == 204
    assert program("DELETE", api).status_code == 404
