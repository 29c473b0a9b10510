"""How often the pages that many people open ask the database. A number here may fall and never rises."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from app.accounts.models import Person
from app.core.actor import Role
from app.main import API
from tests.builders.applications import Made, a_call, a_complete_application
from tests.builders.calls import another_call
from tests.builders.grants import MadeGrant, a_running_grant
from tests.builders.people import a_person, an_api_token
from tests.builders.support import LATER
from tests.conftest import NOW
from tests.support.client import Browser
from tests.support.queries import counted

if TYPE_CHECKING:
    from datetime import datetime

    from app.delivery.runtime import Runtime

Page = tuple[str, UUID | None, "datetime"]
"""Address, who opens it, and when."""


@pytest.fixture(scope="module")
def granted(runtime: Runtime) -> MadeGrant:
    with runtime.database.transaction() as session:
        return a_running_grant(session)


@pytest.fixture(scope="module")
def pages(runtime: Runtime, granted: MadeGrant) -> dict[str, Page]:
    with runtime.database.transaction() as session:
        draft: Made = a_complete_application(session, a_call(session, another_call("TEST-COUNTS")), files=runtime.files)
        expert = a_person(session, roles=((Role.EVALUATOR, draft.call.id),)).id
    officer, lead, applicant = granted.officer.person_id, granted.made.members[0].person.id, draft.person.id
    closed = f"/officer/calls/{granted.made.call.id}"
    return {
        "home": ("/", None, NOW),
        "calls": ("/calls", None, NOW),
        "a call": (f"/calls/{draft.call.identifier}", None, NOW),
        "calls, searched": ("/calls?q=TEST", None, NOW),
        "application": (f"/applications/{draft.application_id}", applicant, NOW),
        "application, submitted": (f"/applications/{granted.made.application_id}", lead, LATER),
        "own applications": ("/applications", applicant, NOW),
        "applicant's start page": ("/tasks", applicant, NOW),
        "beneficiary's start page": ("/tasks", lead, LATER),
        "expert's start page": ("/tasks", expert, NOW),
        "officer's start page": ("/tasks", officer, LATER),
        "officer's calls": ("/officer/calls", officer, LATER),
        "officer's applications": (closed, officer, LATER),
        "ranking": (f"{closed}/ranking", officer, LATER),
        "grants of a call": (f"{closed}/grants", officer, LATER),
        "portfolio": ("/officer/portfolio", officer, LATER),
        "own grants": ("/grants", lead, LATER),
        "grant": (f"/grants/{granted.grant_id}", lead, LATER),
        "evaluation": ("/evaluation", expert, NOW),
        "api calls": ("/api/v1/calls", None, NOW),
        "api application": (f"/api/v1/applications/{draft.application_id}", applicant, NOW),
        "api findings": (f"/api/v1/applications/{draft.application_id}/findings", applicant, NOW),
        "api grants": ("/api/v1/grants", lead, LATER),
        "api portfolio": ("/api/v1/portfolio", officer, LATER),
        "api received": (f"/api/v1/calls/{granted.made.call.identifier}/applications", officer, LATER),
    }


@pytest.fixture(scope="module")
def browser(runtime: Runtime) -> Iterator[Browser]:
    with Browser(runtime) as made:
        yield made


def as_program(runtime: Runtime, person_id: UUID) -> dict[str, str]:
    """The head of a request by a program of that person."""
    now = runtime.clock.now()
    with runtime.database.transaction() as session:
        person = session.get_one(Person, person_id)
        secret = an_api_token(session, person, now=now, expires_at=now + timedelta(days=1))
    return {"authorization": f"Bearer {secret}"}


# Where grants are listed, three statements say what is next of them: heads, reports, payments.
MOST = {
    "home": 3,
    "calls": 2,
    "a call": 3,
    "calls, searched": 3,
    "application": 7,
    "application, submitted": 12,
    "own applications": 3,
    "applicant's start page": 10,
    "beneficiary's start page": 14,
    "expert's start page": 4,
    "officer's start page": 17,
    "officer's calls": 3,
    "officer's applications": 6,
    "ranking": 8,
    "grants of a call": 9,
    "portfolio": 7,
    "own grants": 5,
    "grant": 25,
    "evaluation": 3,
    "api calls": 2,
    "api application": 9,
    "api findings": 6,
    "api grants": 5,
    "api portfolio": 7,
    "api received": 4,
}


@pytest.mark.parametrize("name", MOST)
def test_a_hot_page_asks_no_more_often_than_it_did(
    runtime: Runtime, browser: Browser, pages: dict[str, Page], name: str
) -> None:
    path, person_id, instant = pages[name]
    runtime.clock.instant = instant  # type: ignore[attr-defined]  # the test's clock
    headers = as_program(runtime, person_id) if path.startswith(API) and person_id else {}
    browser.sign_in_as(None if path.startswith(API) else person_id)
    first = browser.get(path, headers=headers)  # what a process keeps for good is read once
    assert first.status_code == 200, first.text
    with counted(runtime) as sent:
        assert browser.get(path, headers=headers).status_code == 200
    assert len(sent) <= MOST[name], "\n".join(" ".join(statement.split())[:160] for statement in sent)
