"""One call and its applications per module, seen through a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from app.delivery.runtime import Runtime
from tests.builders.applications import Made, a_call, a_complete_application, a_draft
from tests.conftest import NOW
from tests.support.client import Browser


@pytest.fixture(autouse=True)
def _the_clock_stands_again(runtime: Runtime) -> Iterator[None]:
    """Tests of one module share a runtime: each begins at the same instant."""
    runtime.clock.instant = NOW  # type: ignore[attr-defined]  # the clock of tests
    yield
    runtime.clock.instant = NOW  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def call(runtime: Runtime) -> object:
    """The call, open and in version 1.1."""
    with runtime.database.transaction() as session:
        return a_call(session)


@pytest.fixture
def draft(runtime: Runtime, call: object) -> Made:
    """An application that was only begun."""
    with runtime.database.transaction() as session:
        return a_draft(session, call)  # type: ignore[arg-type]  # a Call


@pytest.fixture
def complete(runtime: Runtime, call: object) -> Made:
    """An application that only waits to be submitted."""
    with runtime.database.transaction() as session:
        return a_complete_application(session, call, files=runtime.files)  # type: ignore[arg-type]  # a Call


@pytest.fixture
def visit(browser: Browser) -> Callable[[Made, str], str]:
    """The text of a page of an application, as the coordinator's contact sees it."""

    def page(made: Made, path: str) -> str:
        browser.sign_in_as(made.person.id)
        answer = browser.get(f"/applications/{made.application_id}{path}")
        assert answer.status_code == 200, answer.text
        return str(answer.text)

    return page
