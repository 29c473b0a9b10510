"""Questions after the deadline and declarations of honour, as the consortium sees them."""

import itertools
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.applications.models import ClarificationRequest, HonourDeclaration, Submission
from app.applications.rules.check_lifecycle import CheckOutcome, CheckStep
from app.applications.rules.exclusion import STATEMENT
from app.core.actor import Role
from app.core.canonical import digest
from app.delivery.runtime import Runtime
from tests.builders.applications import Made, a_submitted_application
from tests.builders.calls import another_call
from tests.builders.checks import AFTER, DUE, Closed, a_closed_call, asked, decided
from tests.builders.people import a_person, a_role
from tests.conftest import NOW
from tests.support.client import Browser, hidden_fields
from tests.support.pdfs import a_pdf
from tests.web.pages import Page, problems

_numbers = itertools.count(1)
TICK = timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def _after_the_deadline(runtime: Runtime) -> Iterator[None]:
    runtime.clock.instant = AFTER  # type: ignore[attr-defined]  # the clock of tests
    yield
    runtime.clock.instant = NOW  # type: ignore[attr-defined]


@pytest.fixture
def closed(runtime: Runtime) -> Closed:
    with runtime.database.transaction() as session:
        name = f"TEST-{next(_numbers)}-2019-01-01"
        return a_closed_call(session, "SENT", content=another_call(name), files=runtime.files)


def question(runtime: Runtime, closed: Closed) -> str:
    with runtime.database.transaction() as session:
        return str(asked(session, closed, closed.one))


def text(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    found = Page(answer.text)
    assert not problems(found)
    return " ".join(found.text.split())


def send(browser: Browser, page: str, path: str, fields: dict[str, Any], **options: Any) -> Any:
    token = hidden_fields(browser.get(page).text).get("_csrf") or browser._csrf()
    return browser.post(path, {"_csrf": token} | fields, follow=False, **options)


def base(made: Made) -> str:
    return f"/applications/{made.application_id}"


def test_a_question_is_answered_with_a_document_that_the_office_can_read(
    browser: Browser, runtime: Runtime, closed: Closed
) -> None:
    asked_id, page = question(runtime, closed), f"{base(closed.one)}/clarifications"
    browser.sign_in_as(closed.one.person.id)
    words = text(browser, page)
    assert "Please send Part B again." in words
    assert "Sat 13 April 2019, 11:00 Brussels" in words
    waits = "Question 1 of the managing body waits for an answer until Sat 13 April 2019, 11:00 Brussels"
    assert waits in text(browser, base(closed.one))
    empty = send(browser, page, f"{page}/{asked_id}/answer", {f"answer-{asked_id}.answer": " "})
    assert (empty.status_code, "between 1 and 4,000 characters" in empty.text) == (422, True)
    no_pdf = {f"answer-{asked_id}.file": ("b.pdf", b"text", "application/pdf")}
    fields = {f"answer-{asked_id}.answer": "Here it is."}
    assert send(browser, page, f"{page}/{asked_id}/answer", fields, files=no_pdf).status_code == 422
    pdf = {f"answer-{asked_id}.file": ("b.pdf", a_pdf(pages=3), "application/pdf")}
    assert send(browser, page, f"{page}/{asked_id}/answer", fields, files=pdf).status_code == 303
    assert "The managing body reads it" in text(browser, page)
    assert waits not in text(browser, base(closed.one))
    assert browser.get(f"{page}/{asked_id}/file").content == a_pdf(pages=3)
    browser.sign_in_as(closed.second.id)
    office = f"/officer{base(closed.one)}"
    assert browser.get(f"{office}/clarifications/{asked_id}/file").content == a_pdf(pages=3)
    part = f"settle-{asked_id}"
    path = f"{office}/clarifications/{asked_id}/settle"
    assert send(browser, f"{office}/checks", path, {f"{part}.accept": "false"}).status_code == 422
    assert send(browser, f"{office}/checks", path, {f"{part}.accept": "true", f"{part}.words": "Thank you."})
    browser.sign_in_as(closed.one.members[1].person.id)
    assert "Accepted by the managing body Thank you." in text(browser, page)


def test_the_submission_is_not_touched(browser: Browser, runtime: Runtime, closed: Closed) -> None:
    asked_id, page = question(runtime, closed), f"{base(closed.one)}/clarifications"
    browser.sign_in_as(closed.one.members[2].person.id)
    assert send(browser, page, f"{page}/{asked_id}/answer", {f"answer-{asked_id}.answer": "Yes."}).status_code == 303
    with runtime.database.reading() as session:
        [row] = session.scalars(sa.select(Submission).where(Submission.application_id == closed.one.application_id))
        assert row.id == closed.one.submission_id
        assert digest(row.snapshot) == row.sha256


def test_one_microsecond_late_is_late(browser: Browser, runtime: Runtime, closed: Closed) -> None:
    asked_id, page = question(runtime, closed), f"{base(closed.one)}/clarifications"
    browser.sign_in_as(closed.one.person.id)
    runtime.clock.instant = DUE + TICK  # type: ignore[attr-defined]
    browser.sign_in_as(closed.one.person.id)
    late = send(browser, page, f"{page}/{asked_id}/answer", {f"answer-{asked_id}.answer": "Yes."})
    assert (late.status_code, "The answer was due on" in late.text) == (422, True)
    assert "not answered in time" in text(browser, page)
    runtime.clock.instant = DUE  # type: ignore[attr-defined]
    assert send(browser, page, f"{page}/{asked_id}/answer", {f"answer-{asked_id}.answer": "Yes."}).status_code == 303


def test_readers_see_questions_and_do_not_answer(browser: Browser, runtime: Runtime, closed: Closed) -> None:
    asked_id, page = question(runtime, closed), f"{base(closed.one)}/clarifications"
    with runtime.database.transaction() as session:
        reader, stranger = a_person(session), a_person(session)
        a_role(session, reader, Role.TEAM_MEMBER, closed.one.application_id)
    browser.sign_in_as(reader.id)
    assert "Send the answer" not in text(browser, page)
    assert send(browser, page, f"{page}/{asked_id}/answer", {f"answer-{asked_id}.answer": "x"}).status_code == 403
    browser.sign_in_as(stranger.id)
    assert browser.get(page).status_code == 404
    assert send(browser, "/tasks", f"{page}/{asked_id}/answer", {}).status_code == 404


def test_a_question_of_another_consortium_does_not_exist(browser: Browser, runtime: Runtime, closed: Closed) -> None:
    with runtime.database.transaction() as session:
        other = a_submitted_application(session, acronym="OTHER", now=NOW)
    asked_id, page = question(runtime, closed), f"{base(other)}/clarifications"
    browser.sign_in_as(other.person.id)
    assert send(browser, page, f"{page}/{asked_id}/answer", {f"answer-{asked_id}.answer": "x"}).status_code == 404
    assert browser.get(f"{page}/{asked_id}/file").status_code == 404
    with runtime.database.reading() as session:
        state = sa.select(ClarificationRequest.state).where(ClarificationRequest.id == sa.cast(asked_id, sa.Uuid))
        assert session.execute(state).scalar_one() == "open"


def test_each_partner_declares_for_itself(browser: Browser, runtime: Runtime, closed: Closed) -> None:
    page, (first, second, third) = f"{base(closed.one)}/declarations", closed.one.members
    browser.sign_in_as(second.person.id)
    assert STATEMENT in text(browser, page)
    assert text(browser, page).count("I declare it on my honour for") == 1
    path = f"{page}/{second.partner_id}"
    assert send(browser, page, path, {}).status_code == 422
    assert send(browser, page, path, {f"declare-{second.partner_id}.confirmed": "true"}).status_code == 303
    for other in (first, third):
        fields = {f"declare-{other.partner_id}.confirmed": "true"}
        assert send(browser, page, f"{page}/{other.partner_id}", fields).status_code == 403
    assert f"Declared by {second.person.name}" in text(browser, page)
    with runtime.database.transaction() as session:
        signatory = a_person(session, roles=((Role.SIGNATORY, third.organisation.id),))
    browser.sign_in_as(signatory.id)
    fields = {f"declare-{third.partner_id}.confirmed": "true"}
    assert send(browser, page, f"{page}/{third.partner_id}", fields).status_code == 303
    with runtime.database.reading() as session:
        rows = session.scalars(
            sa.select(HonourDeclaration).where(HonourDeclaration.application_id == closed.one.application_id)
        ).all()
        assert {(row.partner_id, row.declared_by, row.statement) for row in rows} == {
            (second.partner_id, second.person.id, STATEMENT),
            (third.partner_id, signatory.id, STATEMENT),
        }


def test_the_consortium_is_not_shown_what_the_office_proposes(
    browser: Browser, runtime: Runtime, closed: Closed
) -> None:
    with runtime.database.transaction() as session:
        decided(session, closed, closed.one, CheckStep.ADMISSIBILITY, CheckOutcome.FAIL)
        other = closed.one
    browser.sign_in_as(other.person.id)
    for path in ("", "/timeline", "/clarifications", "/declarations"):
        words = text(browser, f"{base(other)}{path}")
        assert "admissibility" not in words.lower()
    assert browser.get(f"/officer{base(other)}/checks").status_code == 404
