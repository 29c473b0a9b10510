"""The start page: what waits for whom, with the deadline, in as many queries for one as for many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from app.applications.rules.check_lifecycle import CheckStep
from app.applications.use_cases.miss_deadline import miss_deadline
from app.calls.models import Call
from app.calls.use_cases.close_call import close_call
from app.core.actor import SYSTEM, Role
from app.documents.models import Document
from app.documents.schemas import FileToStore
from app.documents.use_cases.seal_document import seal_document
from tests.builders.applications import (
    Made,
    a_call,
    a_cluster,
    a_complete_application,
    a_draft,
    a_partner,
    a_submitted_application,
    answered,
    costs,
)
from tests.builders.calls import a_draft_call, a_programme_officer, another_call, escp_4x
from tests.builders.checks import AFTER, a_closed_call, asked, evidenced, proposed
from tests.builders.people import a_person, an_administrator
from tests.conftest import NOW

if TYPE_CHECKING:
    from app.accounts.models import Person
    from app.delivery.runtime import Runtime
    from tests.support.client import Browser


@pytest.fixture(autouse=True)
def clock_at_now(runtime: Runtime) -> None:
    """Each test begins at the same instant."""
    runtime.clock.instant = NOW  # type: ignore[attr-defined]  # the test's clock


@pytest.fixture(scope="module")
def consortium(runtime: Runtime) -> Made:
    """A draft with two members and one who was asked; another consortium's draft beside it."""
    with runtime.database.transaction() as session:
        call = a_call(session)
        made = a_draft(session, call, acronym="CIRCTEX")
        a_partner(session, made, 1)
        made.members.append(a_partner(session, made, 2, accept=False))
        a_draft(session, call, acronym="STRANGERS")
        return made


def tasks_page(browser: Browser, person: Person) -> str:
    answer = browser.sign_in_as(person.id).get("/tasks")
    assert answer.status_code == 200
    return answer.text


def test_the_public_is_asked_to_sign_in(browser: Browser) -> None:
    assert browser.client.get("/tasks", follow_redirects=False).headers["location"] == "/sign-in?next=/tasks"


def test_a_newcomer_sees_the_two_first_steps(runtime: Runtime, browser: Browser) -> None:
    with runtime.database.transaction() as session:
        person = a_person(session)
    page = tasks_page(browser, person)
    assert 'href="/organisations/new"' in page
    assert 'href="/calls"' in page
    with runtime.database.transaction() as session:
        a_cluster(session, person, 0)
    assert "done" in tasks_page(browser, person)


def test_the_coordinator_completes_and_submits(browser: Browser, consortium: Made) -> None:
    page = tasks_page(browser, consortium.person)
    assert "Complete and submit CIRCTEX" in page
    assert f'href="/applications/{consortium.application_id}"' in page
    assert f"0 of {len(escp_4x().form.sections)} sections complete" in page
    assert "1 invitation not answered" in page
    assert "by Thu 4 April 2019, 17:00 Brussels" in page
    assert 'datetime="2019-04-04T17:00:00+02:00" data-countdown' in page
    assert "STRANGERS" not in page


def test_a_partner_fills_in_and_who_is_asked_answers(browser: Browser, consortium: Made) -> None:
    _, partner, asked = consortium.members
    assert "Fill in your part of CIRCTEX" in tasks_page(browser, partner.person)
    page = tasks_page(browser, asked.person)
    assert "Answer the invitation to CIRCTEX" in page
    assert f"{consortium.members[0].organisation.legal_name} asks you to take part as partner" in page
    assert f'href="/applications/{consortium.application_id}/partners/{asked.partner_id}/answer"' in page
    assert f'href="/applications/{consortium.application_id}"' not in page


def test_tasks_and_application_count_complete_sections_alike(runtime: Runtime, browser: Browser) -> None:
    """Sections are saved, or complete without a save of their own: both pages take the word of one rule."""
    with runtime.database.transaction() as session:
        made = a_complete_application(session, session.scalars(sa.select(Call)).first(), acronym="ALIKE")
        answered(session, made, "results", {})
    told = re.search(r"(\d+) of (\d+) sections complete", tasks_page(browser, made.person))
    assert told
    done, every = told.groups()
    assert 0 < int(done) < int(every)
    page = browser.get(f"/applications/{made.application_id}").text
    figure = page.partition("Sections complete")[2][:200]
    assert f"{done} of {every}" in figure


def test_the_task_of_a_partner_moves_on_once_nothing_is_left_to_them(runtime: Runtime, browser: Browser) -> None:
    with runtime.database.transaction() as session:
        made = a_draft(session, session.scalars(sa.select(Call)).first(), acronym="PARTS")
        first = a_partner(session, made, 1)
        costs(session, made, first.partner_id, {"personnel": "1000.00"})
    page = tasks_page(browser, first.person)
    assert "Fill in your part of PARTS" not in page
    to_do, _, under_way = page.partition('id="under-way"')
    assert "PARTS: your part is filled in" in under_way
    assert "the coordinator · by Thu 4 April 2019, 17:00 Brussels" in under_way
    assert "Nothing waits for you." in to_do
    with runtime.database.transaction() as session:
        third = a_partner(session, made, 0)
    assert "Fill in your part of PARTS" in tasks_page(browser, third.person)


def test_a_submission_waits_with_its_receipt(runtime: Runtime, browser: Browser) -> None:
    with runtime.database.transaction() as session:
        made = a_submitted_application(session, session.scalars(sa.select(Call)).first(), acronym="SENT")
    assert "receipt is being made" in tasks_page(browser, made.person)
    with runtime.database.transaction() as session:
        document = session.scalars(sa.select(Document).where(Document.subject_id == made.submission_id)).one()
        sealed = FileToStore(sha256="0" * 64, size=1, media_type="application/pdf", filename="receipt.pdf")
        seal_document(session, SYSTEM, document.id, sealed, now=NOW)
    page = tasks_page(browser, made.person)
    assert "version 1 · receipt ready · may be submitted again until Thu 4 April 2019, 17:00 Brussels" in page
    assert "Nothing waits for you." in page


def test_officers_see_their_calls_and_no_drafts_of_applicants(runtime: Runtime, browser: Browser) -> None:
    with runtime.database.transaction() as session:
        officer = an_administrator(session)
        a_draft_call(session, a_programme_officer(session), another_call("TEST-DRAFT-1"))
    page = tasks_page(browser, officer)
    assert "Publish " in page
    assert "TEST-DRAFT-1" in page
    assert "assumed figures" in page
    assert "in draft, " in page
    assert "CIRCTEX" not in page


def test_after_the_deadline_nothing_binds_any_more(runtime: Runtime, browser: Browser) -> None:
    with runtime.database.transaction() as session:
        call = a_call(session, another_call("TEST-OVER", **{"target: 100}": "target: 50}"}))
        draft, sent = a_draft(session, call, acronym="LATE"), a_submitted_application(session, call, acronym="INTIME")
    over = call.deadline + timedelta(minutes=3)
    runtime.clock.instant = over  # type: ignore[attr-defined]  # the test's clock
    with runtime.database.transaction() as session:
        close_call(session, SYSTEM, call.id, now=over)
        miss_deadline(session, SYSTEM, call.id, now=over)
    page = tasks_page(browser, draft.person)
    assert "not submitted in time" in page
    assert "Next deadline" not in page
    page = tasks_page(browser, sent.person)
    assert "the managing body · by 4 October 2019" in page
    assert "Complete and submit" not in page
    runtime.clock.instant = over + timedelta(days=365)  # type: ignore[attr-defined]
    page = tasks_page(browser, sent.person)
    assert "the result was planned for" in page
    assert "the managing body · by" not in page


def test_the_number_of_queries_does_not_grow(runtime: Runtime, browser: Browser) -> None:
    with runtime.database.transaction() as session:
        one = a_person(session, roles=(Role.PROGRAMME_OFFICER,))
        many = a_person(session, roles=(Role.PROGRAMME_OFFICER,))
        call = session.scalars(sa.select(Call)).first()
        for person, number in ((one, 1), (many, 12)):
            organisation = a_cluster(session, person, 0)
            for index in range(number):
                a_draft(session, call, acronym=f"Q{index}", person=person, organisation=organisation)
    tasks_page(browser, one)  # what is kept between requests is in place
    with counted(runtime) as few:
        tasks_page(browser, one)
    with counted(runtime) as more:
        assert tasks_page(browser, many).count("Complete and submit Q") >= 12
    assert len(few) == len(more)
    assert len(more) <= 39


@contextmanager
def counted(runtime: Runtime) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    sa.event.listen(runtime.database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(runtime.database.engine, "before_cursor_execute", note)


def test_after_the_deadline_consortium_and_office_see_what_they_do_next(runtime: Runtime, browser: Browser) -> None:
    with runtime.database.transaction() as session:
        closed = a_closed_call(session, "WAITS", "OTHER", content=another_call("TEST-CHECKS"))
        asked(session, closed, closed.one)
        proposed(session, closed, closed.made[1], CheckStep.ADMISSIBILITY)
    runtime.clock.instant = AFTER  # type: ignore[attr-defined]  # the test's clock
    page = tasks_page(browser, closed.one.person)
    assert "Answer question 1 about WAITS" in page
    assert f'href="/applications/{closed.one.application_id}/clarifications"' in page
    assert "by Sat 13 April 2019, 11:00 Brussels" in page
    assert "Declare on your honour for WAITS" in page
    assert "OTHER" not in page
    page = tasks_page(browser, closed.second)
    assert "Propose checks of " in page
    assert "1 to propose" in page
    assert f'href="/officer/calls/{closed.call.id}/checks/confirm"' in page
    assert "1 to confirm" in page
    assert "to confirm" not in tasks_page(browser, closed.first)
    with runtime.database.transaction() as session:
        evidenced(session, closed, closed.one)
    assert "Declare on your honour" not in tasks_page(browser, closed.one.person)
