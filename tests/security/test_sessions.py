"""A sign-in ends: idle, after its longest time, everywhere at a new password; beside what tests/web/account proves."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from app.web.requests import SESSION_COOKIE
from tests.builders.people import PASSWORD, a_person
from tests.support.client import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.accounts.models import Person
    from app.delivery.runtime import Runtime


@pytest.fixture
def person(runtime: Runtime) -> Person:
    """Somebody with a password."""
    runtime.limiter._uses.clear()
    with runtime.database.transaction() as session:
        return a_person(session)


@pytest.fixture
def clock(runtime: Runtime) -> Iterator[Any]:
    """The clock of the runtime, put back afterwards."""
    clock: Any = runtime.clock
    before = clock.instant
    yield clock
    clock.instant = before


def enter(browser: Browser, person: Person) -> None:
    """Type address and password."""
    browser.post("/sign-in", {"email": person.email, "password": PASSWORD}, page="/sign-in", follow=False)


def inside(browser: Browser) -> bool:
    """Whether the account page answers."""
    return browser.client.get("/account", follow_redirects=False).status_code == 200


def test_a_sign_in_ends_when_nobody_uses_it(browser: Browser, runtime: Runtime, person: Person, clock: Any) -> None:
    enter(browser, person)
    clock.instant += timedelta(minutes=runtime.settings.idle_minutes - 1)
    assert inside(browser)
    clock.instant += timedelta(minutes=runtime.settings.idle_minutes, seconds=1)
    assert not inside(browser)


def test_a_sign_in_ends_after_its_longest_time_however_busy(
    browser: Browser, runtime: Runtime, person: Person, clock: Any
) -> None:
    enter(browser, person)
    for _ in range(runtime.settings.session_hours * 2 - 1):
        clock.instant += timedelta(minutes=30)
        assert inside(browser)
    clock.instant += timedelta(minutes=31)
    assert not inside(browser)


def test_a_session_that_was_planted_opens_nothing_after_sign_in(browser: Browser, person: Person) -> None:
    browser.client.cookies.set(SESSION_COOKIE, "A" * 43)
    enter(browser, person)
    fresh = [cookie.value for cookie in browser.client.cookies.jar if cookie.name == SESSION_COOKIE]
    assert "A" * 43 not in fresh[-1:]
    browser.client.cookies.clear()
    browser.client.cookies.set(SESSION_COOKIE, "A" * 43)
    assert not inside(browser)


def test_a_new_password_ends_the_other_browsers(browser: Browser, runtime: Runtime, person: Person) -> None:
    with Browser(runtime) as other:
        enter(other, person)
        enter(browser, person)
        assert inside(other)
        sent = {"current_password": PASSWORD, "password": "nine grapes on a vine"}
        browser.post("/account/password", sent, page="/account/password")
        assert inside(browser)
        assert not inside(other)
