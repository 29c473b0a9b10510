"""Is a document genuine? Nothing private is shown, and a changed file is noticed."""

from dataclasses import dataclass

import pytest

from app.core.actor import SYSTEM
from app.delivery.runtime import Runtime
from app.documents.queries import documents_of
from app.documents.schemas import FileToStore
from app.documents.use_cases.seal_document import seal_document
from app.infra.rate_limit import RateLimiter
from app.infra.sealing import seal
from app.infra.sealing_demo import make_test_authority
from tests.builders.applications import a_pdf, a_submitted_application
from tests.conftest import NOW
from tests.support.client import Browser, hidden_fields

SECRET = "PLANTEDACRONYM"


@dataclass(frozen=True)
class Sealed:
    code: str
    file: bytes
    waiting: str


@pytest.fixture(scope="module")
def sealed(runtime: Runtime) -> Sealed:
    authority = make_test_authority(runtime.seal_dir, now=NOW)
    file = seal(a_pdf(pages=2), authority, reason="Receipt", now=NOW)
    with runtime.database.transaction() as session:
        made = a_submitted_application(session, acronym=SECRET)
        again = a_submitted_application(session, made.call, acronym="OTHER")
        [document] = documents_of(session, "submission", [made.submission_id])
        [waiting] = documents_of(session, "submission", [again.submission_id])
        stored = FileToStore(
            sha256=runtime.files.put(file), size=len(file), media_type="application/pdf", filename="r.pdf", pages=2
        )
        seal_document(session, SYSTEM, document.id, stored, now=NOW)
    return Sealed(document.verification_code, file, waiting.verification_code)


@pytest.fixture(autouse=True)
def _fresh_brake(runtime: Runtime) -> None:
    runtime.limiter = RateLimiter()


def _upload(browser: Browser, content: bytes) -> str:
    token = hidden_fields(browser.get("/verify").text)["_csrf"]
    return browser.post("/verify", {"_csrf": token}, files={"file": ("x.pdf", content, "application/pdf")}).text


def test_a_code_in_any_spelling_leads_to_a_genuine_document(browser: Browser, sealed: Sealed) -> None:
    typed = sealed.code.lower().replace("-", " ")
    page = browser.post("/verify", {"code": typed}, page="/verify").text
    assert "Genuine" in page
    assert "COS-CLUSTER-2018-03-02/0001 v1" in page
    assert sealed.code in page


def test_nothing_private_is_shown(browser: Browser, sealed: Sealed) -> None:
    page = browser.get(f"/verify/{sealed.code}").text
    assert SECRET not in page
    assert "example.org" not in page


def test_the_file_itself_is_recognised_and_a_changed_one_is_not(browser: Browser, sealed: Sealed) -> None:
    assert "Genuine" in _upload(browser, sealed.file)
    changed = _upload(browser, sealed.file + b" ")
    assert "This file is not one that this service has sealed." in changed
    assert "Genuine" not in changed
    assert "not one that this service" in _upload(browser, b"no pdf at all")


def test_a_file_that_was_changed_on_disk_is_not_genuine(browser: Browser, runtime: Runtime, sealed: Sealed) -> None:
    path = next(
        path
        for path in (runtime.settings.data_dir / "files").rglob("*")
        if path.is_file() and path.stat().st_size == len(sealed.file)
    )
    path.write_bytes(sealed.file.replace(b"%PDF-1", b"%PDF-2", 1))
    try:
        assert "Not genuine" in browser.get(f"/verify/{sealed.code}").text
    finally:
        path.write_bytes(sealed.file)


def test_a_document_that_is_being_made_says_so(browser: Browser, sealed: Sealed) -> None:
    assert "Not sealed yet" in browser.get(f"/verify/{sealed.waiting}").text


@pytest.mark.parametrize("code", ["AAAAA-AAAAA-AAAAA-AAAAA", "x", "%00", "../etc", "🍇", "1" * 90])
def test_a_wrong_code_gets_words(browser: Browser, code: str) -> None:
    answer = browser.get(f"/verify/{code}")
    assert answer.status_code in {404, 422}
    assert "this code" in answer.text or answer.status_code == 404


def test_nothing_entered_gets_words(browser: Browser) -> None:
    answer = browser.post("/verify", {"code": " "}, page="/verify")
    assert answer.status_code == 422
    assert "Enter the code" in answer.text


def test_guessing_is_slowed_down(browser: Browser) -> None:
    answers = [browser.get("/verify/AAAAA-AAAAA-AAAAA-AAAAA").status_code for _ in range(61)]
    assert answers[0] == 422
    assert answers[-1] == 429
