"""Sealed roots at both doors: who sees them, and that what is handed out is what was sealed."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from app.audit.rules.roots import day_to_seal
from app.core.actor import Role
from app.delivery.runtime import Runtime
from app.infra.sealing import bytes_are_genuine, load_authority
from app.infra.sealing_demo import make_test_authority
from app.jobs.seal_roots import seal_roots
from tests.api.program import Program
from tests.builders.people import a_person
from tests.conftest import NOW
from tests.support.client import Browser
from tests.web.pages import Page, problems

DAY = str(day_to_seal(NOW))


@pytest.fixture
def auditor(runtime: Runtime) -> Any:
    with runtime.database.transaction() as session:
        return a_person(session, roles=(Role.AUDITOR,))


def test_without_a_seal_nothing_is_sealed_and_the_page_says_when(
    browser: Browser, runtime: Runtime, auditor: Any
) -> None:
    assert seal_roots(runtime) is None
    page = browser.sign_in_as(auditor.id).get("/audit/roots")
    assert "No root yet" in page.text
    assert not problems(Page(page.text))


def test_what_is_handed_out_is_what_was_sealed(browser: Browser, runtime: Runtime, auditor: Any) -> None:
    if not (runtime.seal_dir / "roots.pem").exists():
        make_test_authority(runtime.seal_dir, now=NOW)
    assert str(seal_roots(runtime)) == DAY
    assert seal_roots(runtime) is None
    authority = load_authority(runtime.seal_dir)
    page = browser.sign_in_as(auditor.id).get("/audit/roots")
    assert not problems(Page(page.text))
    document, seal = (browser.get(f"/audit/roots/{DAY}/{part}") for part in ("document", "seal"))
    assert f'href="/audit/roots/{DAY}/document"' in page.text
    assert "attachment" in document.headers["content-disposition"]
    assert bytes_are_genuine(document.content, seal.content, authority, moment=NOW)
    assert "1 root" in page.text
    assert browser.get("/audit/roots?format=csv").text.splitlines()[0].startswith("Day,Root,Chains")
    program = Program.of(browser, runtime, auditor)
    [item] = program("GET", "/roots").json()["items"]
    read = program("GET", f"/roots/{DAY}").json()
    assert item == {name: read[name] for name in item}
    assert read["document"].encode() == document.content
    assert base64.b64decode(read["seal"]) == seal.content
    assert "History is whole" in browser.get("/audit/verify?run=1").text


@pytest.mark.parametrize(
    "path", ["/audit/roots/2001-01-01/document", "/audit/roots/2001-01-01/seal", "/audit/roots/x/seal"]
)
def test_other_days_are_not_there(browser: Browser, auditor: Any, path: str) -> None:
    assert browser.sign_in_as(auditor.id).get(path).status_code == 404


def test_the_office_does_not_see_them(browser: Browser, runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        officer = a_person(session, roles=(Role.PROGRAMME_OFFICER,))
    browser.sign_in_as(officer.id)
    for path in ("/audit/roots", f"/audit/roots/{DAY}/document", f"/audit/roots/{DAY}/seal"):
        assert browser.get(path).status_code == 403
    assert Program.of(browser, runtime, officer)("GET", f"/roots/{DAY}").status_code == 403
