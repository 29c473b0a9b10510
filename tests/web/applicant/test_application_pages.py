"""Task list, partnership, documents, and what strangers see of all of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.applications.queries import reading
from app.delivery.runtime import Runtime
from app.partnerships.queries import partner_rows
from app.partnerships.rules.lifecycle import PartnerState
from tests.builders.applications import (
    Made,
    a_cluster,
    a_complete_application,
    a_partner,
    a_submitted_application,
)
from tests.builders.people import a_person
from tests.support.client import Browser, hidden_fields
from tests.support.pdfs import a_pdf

Visit = Callable[[Made, str], str]
DEADLINE = datetime(2019, 4, 4, 15, 0, tzinfo=UTC)


def test_the_task_list_says_what_is_done_and_what_is_left(draft: Made, complete: Made, visit: Visit) -> None:
    page = visit(draft, "")
    assert "0 of 7" in page
    assert "not started" in page
    page = visit(complete, "")
    assert "7 of 7" in page
    assert "EUR\u00a0266,490.00" in page
    assert "ready" in page
    assert all(member.person.name in page for member in complete.members)


def test_an_organisation_is_found_by_name_and_invited(
    browser: Browser, runtime: Runtime, draft: Made, visit: Visit
) -> None:
    with runtime.database.transaction() as session:
        person = a_person(session)
        organisation = a_cluster(session, person, 1, legal_name="Filo Rete unica")
    page = visit(draft, "/partnership?q=filo+rete+unica")
    assert str(organisation.id) in page
    browser.post(
        f"/applications/{draft.application_id}/partners",
        hidden_fields(page) | {"organisation_id": str(organisation.id), "role": "partner"},
    )
    with runtime.database.reading() as session:
        row = partner_rows(session, draft.application_id)[-1]
    assert (row.organisation_id, row.state) == (organisation.id, PartnerState.INVITED)
    browser.sign_in_as(person.id)
    asked = browser.get("/applications").text
    answer = f"/applications/{draft.application_id}/partners/{row.id}/answer"
    assert answer in asked
    assert browser.get(f"/applications/{draft.application_id}/partnership").url.path == answer
    browser.post(answer, {"accept": "true"}, page=answer)
    assert browser.get(f"/applications/{draft.application_id}").status_code == 200


def test_the_form_that_was_refused_keeps_the_address(browser: Browser, draft: Made) -> None:
    path = f"/applications/{draft.application_id}"
    browser.sign_in_as(draft.person.id)
    answer = browser.post(f"{path}/partners", {"email": "no address"}, page=f"{path}/partnership")
    assert answer.status_code == 422
    assert "Enter an e-mail address" in answer.text
    assert 'value="no address"' in answer.text


def test_removing_asks_first(browser: Browser, runtime: Runtime, complete: Made, visit: Visit) -> None:
    partner = complete.members[2]
    path = f"/applications/{complete.application_id}/partners/{partner.partner_id}/remove"
    page = visit(complete, f"/partners/{partner.partner_id}/remove")
    assert "Its costs leave the budget" in page
    browser.post(path, {}, page=path)
    page = visit(complete, "/partnership")
    assert "2 entities of at least 3" in page
    assert "removed" in page
    browser.sign_in_as(partner.person.id)
    assert browser.get(f"/applications/{complete.application_id}").status_code == 404


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Choose a PDF to upload."),
        (b"not a pdf", "This file is not a PDF."),
        (a_pdf(password="secret"), "This PDF asks for a password."),
        (b"%PDF-1.7\n" + b"0" * 10_000_000, "the limit is 9.6 MB."),
    ],
    ids=["nothing", "no pdf", "encrypted", "too large"],
)
def test_uploads_that_cannot_be_used(
    browser: Browser, runtime: Runtime, draft: Made, content: bytes, words: str
) -> None:
    path = f"/applications/{draft.application_id}/attachments"
    browser.sign_in_as(draft.person.id)
    answer = browser.post(f"{path}/part_b", {}, page=path, files={"file": ("part.pdf", content, "application/pdf")})
    assert answer.status_code == 422
    assert words in answer.text
    with runtime.database.reading() as session:
        assert not reading.attachments(session, draft.application_id)


def test_pages_beyond_the_limit_are_said_and_the_file_comes_back_as_it_was(
    browser: Browser, draft: Made, visit: Visit
) -> None:
    path, pdf = f"/applications/{draft.application_id}/attachments", a_pdf(pages=52)
    browser.sign_in_as(draft.person.id)
    name = "C:\\fake\\Łódź \u202eplan.pdf"
    answer = browser.post(f"{path}/part_b", {}, page=path, files={"file": (name, pdf, "text/html")})
    assert "52 pages, the limit is 50. The last 2 will be marked and disregarded." in answer.text
    assert "Łódź plan.pdf" in answer.text
    back = browser.get(f"{path}/part_b/file")
    assert back.content == pdf
    assert back.headers["content-type"] == "application/pdf"
    assert back.headers["content-disposition"].startswith("attachment;")
    assert back.headers["x-content-type-options"] == "nosniff"
    browser.post(f"{path}/part_b/remove", {}, page=path)
    assert browser.get(f"{path}/part_b/file").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/sections/general",
        "/partnership",
        "/budget",
        "/attachments",
        "/attachments/part_b/file",
        "/check",
        "/timeline",
        "/versions/1",
        "/export.json",
        "/withdraw",
        "/submitted/{submission}",
        "/budget?format=csv",
    ],
)
def test_another_consortium_sees_nothing_of_it(
    browser: Browser, runtime: Runtime, draft: Made, call: object, path: str
) -> None:
    with runtime.database.transaction() as session:
        secret = a_submitted_application(session, call, acronym="PLANTED-SECRET", files=runtime.files)  # type: ignore[arg-type]
        invited = a_partner(session, secret, 1, accept=False)
    address = f"/applications/{secret.application_id}{path}".replace("{submission}", str(secret.submission_id))
    assert browser.sign_in_as(secret.person.id).get(address).status_code == 200
    for person in (draft.person, invited.person):
        answer = browser.sign_in_as(person.id).get(address, follow_redirects=False)
        expected = 303 if person is invited.person and path == "/partnership" else 404
        assert answer.status_code == expected
        assert "PLANTED-SECRET" not in answer.text
    browser.sign_in_as(None)
    assert browser.get(address, follow_redirects=False).headers["location"].startswith("/sign-in")


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/sections/general", {"acronym": "TAKEN"}),
        ("/budget", {}),
        ("/partners", {"email": "a@example.org"}),
        ("/submit", {}),
        ("/withdraw", {"reason": "spite"}),
        ("/attachments/part_b/remove", {}),
    ],
)
def test_another_consortium_changes_nothing_of_it(
    browser: Browser, runtime: Runtime, draft: Made, call: object, path: str, fields: dict[str, str]
) -> None:
    with runtime.database.transaction() as session:
        secret = a_complete_application(session, call, acronym="PLANTED-SECRET", files=runtime.files)  # type: ignore[arg-type]
    browser.sign_in_as(draft.person.id)
    answer = browser.post(
        f"/applications/{secret.application_id}{path}", fields, page=f"/applications/{draft.application_id}"
    )
    assert answer.status_code == 404
    assert "PLANTED-SECRET" not in answer.text
    with runtime.database.reading() as session:
        row = secret.row(session)
        assert (row.acronym, row.state) == ("PLANTED-SECRET", "draft")
        assert "part_b" in reading.attachments(session, secret.application_id)
        assert len(partner_rows(session, secret.application_id)) == 3


@pytest.mark.soak  # tests/security/test_uploads.py sends them through the API in every run
def test_dirty_files_get_words_and_never_a_fault(browser: Browser, draft: Made, shared_data: Path) -> None:
    path = f"/applications/{draft.application_id}/attachments"
    browser.sign_in_as(draft.person.id)
    for file in sorted((shared_data / "dirty_inputs").rglob("*")):
        if file.is_file() and file.stat().st_size < 11_000_000:
            answer = browser.post(
                f"{path}/part_b", {}, page=path, files={"file": (file.name, file.read_bytes(), "application/pdf")}
            )
            assert answer.status_code in {200, 413, 422}, file.name
