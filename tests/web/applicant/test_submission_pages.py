"""Check, submit, receipt, withdrawal, versions: what was received and when."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from app.applications.queries import reading
from app.applications.use_cases.miss_deadline import miss_deadline
from app.calls.use_cases.correct_call import correct_call
from app.core.actor import SYSTEM, Role
from app.core.canonical import instant_text
from app.delivery.runtime import Runtime
from app.documents.queries import documents_of
from app.documents.schemas import FileToStore
from app.documents.use_cases.seal_document import seal_document
from tests.builders.applications import (
    Made,
    a_call,
    a_complete_application,
    a_draft,
    a_submitted_application,
)
from tests.builders.calls import a_programme_officer, a_published_call, another_call
from tests.builders.people import a_person, a_role
from tests.conftest import NOW
from tests.support.client import Browser, hidden_fields
from tests.support.pdfs import a_pdf

Visit = Callable[[Made, str], str]
DEADLINE = datetime(2019, 4, 4, 15, 0, tzinfo=UTC)


def _submit(browser: Browser, made: Made) -> object:
    path = f"/applications/{made.application_id}"
    hidden = hidden_fields(browser.sign_in_as(made.person.id).get(f"{path}/check").text)
    return browser.post(f"{path}/submit", hidden)


def test_the_check_page_shows_everything_and_what_stops_it(draft: Made, complete: Made, visit: Visit) -> None:
    page = visit(complete, "/check")
    assert "Nothing stops the submission" in page
    assert "Submit version 1" in page
    assert all(text in page for text in ("Textile and fashion", "24 months", "Confirmed", "part-b.pdf", "Six twinning"))
    page = visit(draft, "/check")
    assert "Submit version 1" not in page
    assert "stop the submission" in page
    assert f"/applications/{draft.application_id}/sections/general#abstract" in page


def test_the_findings_of_an_empty_draft_fit_one_look(draft: Made, visit: Visit) -> None:
    """Three to begin with, then one folded line per section with its count; nothing is told twice in full."""
    page = visit(draft, "/check")
    begin, _, rest = page.partition("All of them, by section")
    sections = rest.partition("</section>")[0]
    assert begin.count('class="g-rule"') == 3
    assert "<details open" not in page
    assert 'class="g-found__section" open' not in page
    counts = [int(number) for number in re.findall(r">\s*(\d+) stops?\s*<", sections)]
    told = re.search(r"(\d+) findings stop the submission", page)
    assert told
    assert sum(counts) == int(told[1]) > 10
    assert len(counts) == sections.count("<details")


def test_submitting_twice_with_one_form_submits_once(browser: Browser, runtime: Runtime, complete: Made) -> None:
    path = f"/applications/{complete.application_id}"
    hidden = hidden_fields(browser.sign_in_as(complete.person.id).get(f"{path}/check").text)
    first, second = (browser.post(f"{path}/submit", hidden, follow=False) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    page = browser.get(first.headers["location"]).text
    assert "Application received" in page
    assert "Friday 1 March 2019, 10:00:00" in page
    assert instant_text(NOW) in page
    assert "The receipt is not there yet. It is being made and sealed now." in page
    with runtime.database.reading() as session:
        assert len(reading.submissions(session, complete.application_id)) == 1


def test_an_incomplete_application_is_refused_with_every_reason(
    browser: Browser, runtime: Runtime, draft: Made
) -> None:
    path = f"/applications/{draft.application_id}"
    browser.sign_in_as(draft.person.id)
    answer = browser.post(f"{path}/submit", {}, page=f"{path}/check")
    assert answer.status_code == 422
    assert "eligibility.minimum_countries" in answer.text
    with runtime.database.reading() as session:
        assert not reading.submissions(session, draft.application_id)


def test_one_microsecond_late_is_late_and_both_instants_are_told(
    browser: Browser, runtime: Runtime, complete: Made
) -> None:
    path = f"/applications/{complete.application_id}"
    hidden = hidden_fields(browser.sign_in_as(complete.person.id).get(f"{path}/check").text)
    runtime.clock.instant = DEADLINE + timedelta(microseconds=1)  # type: ignore[attr-defined]
    browser.sign_in_as(complete.person.id)
    answer = browser.post(f"{path}/submit", hidden | {"_csrf": hidden_fields(browser.get(path).text)["_csrf"]})
    assert answer.status_code == 422
    assert "The deadline was 2019-04-04 17:00 Europe/Brussels" in answer.text
    assert "2019-04-04 17:00:00.000001" in answer.text
    runtime.clock.instant = DEADLINE  # type: ignore[attr-defined]
    answer = browser.post(f"{path}/submit", hidden | {"_csrf": hidden_fields(browser.get(path).text)["_csrf"]})
    assert "Application received" in answer.text


def test_the_receipt_can_be_downloaded_once_it_is_sealed(browser: Browser, runtime: Runtime, complete: Made) -> None:
    _submit(browser, complete)
    with runtime.database.transaction() as session:
        found = reading.submissions(session, complete.application_id)[0]
        [receipt] = documents_of(session, "submission", [found.id])
    page = browser.get(f"/documents/{receipt.id}")
    assert "not ready yet" in page.text
    asks = {"hx-request": "true"}
    for path in (f"/documents/{receipt.id}", f"/applications/{complete.application_id}/submitted/{found.id}"):
        waits = browser.get(path, headers=asks).text
        assert f'hx-get="{path}" hx-trigger="every 3s"' in waits
        assert (
            f'<a class="govuk-button govuk-button--secondary" href="{path}">' in waits or f'<a href="{path}">' in waits
        )
        assert "<h1" not in waits
    pdf = a_pdf()
    with runtime.database.transaction() as session:
        sealed = FileToStore(
            sha256=runtime.files.put(pdf),
            size=len(pdf),
            media_type="application/pdf",
            filename="receipt-1.pdf",
            pages=1,
        )
        seal_document(session, SYSTEM, receipt.id, sealed, now=NOW)
    for path in (f"/documents/{receipt.id}", f"/applications/{complete.application_id}/submitted/{found.id}"):
        made = browser.get(path, headers=asks).text
        assert f'href="/documents/{receipt.id}"' in made
        assert "hx-get" not in made
    answer = browser.get(f"/documents/{receipt.id}")
    assert answer.content == pdf
    assert 'filename="receipt-1.pdf"' in answer.headers["content-disposition"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (
        f"/documents/{receipt.id}" in browser.get(f"/applications/{complete.application_id}/submitted/{found.id}").text
    )


def test_the_office_of_the_call_reads_the_receipt_and_others_do_not(
    browser: Browser, runtime: Runtime, complete: Made
) -> None:
    _submit(browser, complete)
    with runtime.database.transaction() as session:
        found = reading.submissions(session, complete.application_id)[0]
        [receipt] = documents_of(session, "submission", [found.id])
        officer, stranger, other = a_person(session), a_person(session), a_person(session)
        a_role(session, officer, Role.PROGRAMME_OFFICER, complete.call.programme_id)
        elsewhere = a_published_call(session, a_programme_officer(session), another_call("COS-ELSEWHERE-01"))
        elsewhere_made = a_draft(session, elsewhere, acronym="ELSE")
        a_role(session, other, Role.COORDINATOR_CONTACT, elsewhere_made.application_id)
    path = f"/documents/{receipt.id}"
    assert browser.sign_in_as(officer.id).get(path).status_code == 200
    for person in (stranger, other):
        answer = browser.sign_in_as(person.id).get(path)
        assert answer.status_code == 404
        assert "CIRCTEX" not in answer.text


def test_withdrawing_asks_why(browser: Browser, complete: Made, visit: Visit) -> None:
    _submit(browser, complete)
    path = f"/applications/{complete.application_id}/withdraw"
    refused = browser.post(path, {"reason": " "}, page=path)
    assert refused.status_code == 422
    page = browser.post(path, {"reason": "no money"}, page=path).text
    assert "withdrawn" in page
    assert "Application withdrawn" in visit(complete, "/timeline")


def test_a_version_shows_what_was_submitted_and_what_changed(
    browser: Browser, runtime: Runtime, complete: Made, visit: Visit
) -> None:
    _submit(browser, complete)
    runtime.clock.instant = NOW + timedelta(minutes=1)  # type: ignore[attr-defined]
    path = f"/applications/{complete.application_id}/sections/general"
    hidden = hidden_fields(browser.get(path).text)
    fields = {
        "acronym": "CIRCTEX",
        "project_title": "Another title",
        "abstract": "Short.",
        "keywords": "a",
        "sectors": "textile",
        "duration_months": "20",
        "start_date-day": "1",
        "start_date-month": "11",
        "start_date-year": "2019",
    }
    browser.post(path, hidden | fields | {"go": "stay"})
    assert "You have changed something since." in visit(complete, "")
    _submit(browser, complete)
    page = visit(complete, "/versions/2")
    assert "Changed since version 1" in page
    assert "Circular textiles from three regions" in page
    assert "Another title" in page
    assert "Another title" not in visit(complete, "/versions/1")


def test_a_corrigendum_after_the_submission_is_told(browser: Browser, runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        from tests.builders.calls import shipped_bytes

        text = shipped_bytes().decode().replace("COS-CLUSTER-2018-03-02", "COS-CORRECTED-01").encode()
        call = a_call(session, text)
        made = a_submitted_application(session, call)
    runtime.clock.instant = NOW + timedelta(hours=2)  # type: ignore[attr-defined]
    with runtime.database.transaction() as session:
        correct_call(session, a_programme_officer(session), call.id, confirmed=True, now=NOW + timedelta(hours=1))
    page = browser.sign_in_as(made.person.id).get(f"/applications/{made.application_id}").text
    assert "The call was corrected: version 1.1" in page
    assert "Your last submission was made under an earlier version." in page
    assert "<del>100</del> <ins>50</ins>" in page


def test_what_was_not_submitted_in_time_can_be_read_and_taken_along(browser: Browser, runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        call = a_published_call(session, a_programme_officer(session), another_call("COS-MISSED-01"))
        made = a_complete_application(session, call, acronym="MISSED", files=runtime.files)
    runtime.clock.instant = DEADLINE + timedelta(hours=1)  # type: ignore[attr-defined]
    with runtime.database.transaction() as session:
        miss_deadline(session, SYSTEM, call.id, now=DEADLINE + timedelta(hours=1))
    browser.sign_in_as(made.person.id)
    base = f"/applications/{made.application_id}"
    page = browser.get(base).text
    assert "Not submitted in time" in page
    for path in ("/sections/general", "/budget", "/partnership", "/attachments", "/check", "/timeline"):
        answer = browser.get(base + path)
        assert answer.status_code == 200
        assert 'name="_version"' not in answer.text
    assert "Circular textiles from three regions" in browser.get(f"{base}/sections/general").text
    export = browser.get(f"{base}/export.json")
    content = json.loads(export.content)
    assert content["application"]["state"] == "not_submitted"
    assert content["stored_answers"]["general"]["acronym"] == "MISSED"
    assert content["totals"]["requested"] == {"amount": "266490.00", "currency": "EUR"}


def test_saves_in_a_row_are_one_line_of_the_timeline(browser: Browser, draft: Made, visit: Visit) -> None:
    browser.sign_in_as(draft.person.id)
    path = f"/applications/{draft.application_id}/sections/results"
    for text in ("a", "ab", "abc"):
        browser.post(path, hidden_fields(browser.get(path).text) | {"lasting_effect": text, "go": "stay"})
    page = visit(draft, "/timeline")
    assert "Section saved: results (3 times)" in page
    assert page.count("Section saved") == 1
