"""The second step at the browser door: sign-in, setting up, what asks for it, and what is kept meanwhile."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.accounts.models import Person, RecoveryCode, RoleAssignment, SecondFactor, SignInSession
from app.accounts.rules.second_factor import FRESH, code_at, step_of
from app.audit.models import Event
from app.core.actor import Role
from app.delivery.runtime import Runtime
from app.settings import Mode
from app.web.requests import HALF_COOKIE, SESSION_COOKIE
from tests.builders.people import PASSWORD, a_person, an_administrator, code_of, with_second_factor
from tests.support.client import Browser, hidden_fields
from tests.support.runtime import a_runtime
from tests.web.pages import Page, problems

HALF_MINUTE = timedelta(seconds=30)
OWN = "/account/second-step"


@pytest.fixture(autouse=True)
def clock(runtime: Runtime) -> Iterator[Any]:
    """No brakes; the clock is put back afterwards."""
    runtime.limiter._uses.clear()
    clock: Any = runtime.clock
    before = clock.instant
    yield clock
    clock.instant = before


@pytest.fixture
def person(runtime: Runtime) -> Person:
    """Somebody with a device."""
    with runtime.database.transaction() as session:
        made = a_person(session, name="Eleni Papadaki")
        with_second_factor(session, made.id, runtime.vault)
        return made


@pytest.fixture
def admin(runtime: Runtime) -> Person:
    """An administrator with a device."""
    with runtime.database.transaction() as session:
        made = an_administrator(session)
        with_second_factor(session, made.id, runtime.vault)
        return made


def stored(runtime: Runtime, column: Any, *where: Any) -> Any:
    with runtime.database.reading() as session:
        found = session.scalars(sa.select(column).where(*where)).all()
        session.expunge_all()
        return found


def by_password(browser: Browser, person: Person, **more: Any) -> Any:
    data = {"email": person.email, "password": PASSWORD, **more}
    return browser.post("/sign-in", data, page="/sign-in", follow=False)


def by_code(browser: Browser, code: str, **more: Any) -> Any:
    return browser.post("/sign-in/code", {"_second_step": code, **more}, page="/sign-in", follow=False)


def good(answer: Any) -> Any:
    """A page without anything that a reader of pages complains about."""
    assert not problems(Page(answer.text))
    return answer


def test_a_password_leads_to_the_code_and_the_code_to_the_wanted_page(
    browser: Browser, runtime: Runtime, person: Person
) -> None:
    browser.client.cookies.set(SESSION_COOKIE, "planted")
    half = by_password(browser, person, next="/organisations?q=a")
    assert half.headers["location"] == "/sign-in/code?next=%2Forganisations%3Fq%3Da"
    assert SESSION_COOKIE not in half.headers["set-cookie"]
    assert "HttpOnly" in half.headers["set-cookie"]
    assert "Path=/sign-in" in half.headers["set-cookie"]
    assert stored(runtime, SignInSession.id, SignInSession.person_id == person.id) == []
    browser.client.cookies.delete(SESSION_COOKIE)
    assert browser.get("/account", follow_redirects=False).headers["location"] == "/sign-in?next=/account"
    page = good(browser.get(half.headers["location"]))
    assert hidden_fields(page.text)["next"] == "/organisations?q=a"
    assert code_of(runtime.clock.now()) not in page.text, "only the demonstration tells"
    inside = by_code(browser, code_of(runtime.clock.now()), next="/organisations?q=a")
    assert (inside.status_code, inside.headers["location"]) == (303, "/organisations?q=a")
    cookies = inside.headers.get_list("set-cookie")
    assert any(one.startswith(SESSION_COOKIE) and "HttpOnly" in one and "planted" not in one for one in cookies)
    assert any(one.startswith(HALF_COOKIE) and "Max-Age=0" in one for one in cookies)
    assert "Eleni Papadaki" in browser.get("/account").text


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_the_code_never_leads_to_another_site(
    browser: Browser, runtime: Runtime, person: Person, elsewhere: str
) -> None:
    assert "evil" not in by_password(browser, person, next=elsewhere).headers["location"]
    assert by_code(browser, code_of(runtime.clock.now()), next=elsewhere).headers["location"] == "/tasks"
    browser.sign_in_as(person.id)
    answer = browser.get("/account/confirm", params={"next": elsewhere}, follow_redirects=False)
    assert answer.headers["location"] == "/tasks"


def test_a_wrong_code_a_used_one_and_an_empty_one_say_what_to_do(
    browser: Browser, runtime: Runtime, person: Person
) -> None:
    code = code_of(runtime.clock.now())
    by_password(browser, person)
    assert by_code(browser, code).status_code == 303
    browser.client.cookies.delete(SESSION_COOKIE)
    by_password(browser, person)
    wrong, used, empty = by_code(browser, "000000"), by_code(browser, code), by_code(browser, "")
    for answer in (wrong, used):
        assert answer.status_code == 422
        assert "each counts once" in good(answer).text
        assert 'href="#code"' in answer.text
    assert "Enter the code" in empty.text
    kept = [re.sub(r'value="[^"]*"|ref-\w+', "", one.text) for one in (wrong, used)]
    assert kept[0] == kept[1], "a used code reads like a wrong one"
    assert len(stored(runtime, Event.id, Event.subject_id == person.id, Event.kind == "second_step.failed")) == 2


def test_five_wrong_codes_pause_and_one_client_cannot_try_without_end(
    browser: Browser, runtime: Runtime, person: Person, clock: Any
) -> None:
    by_password(browser, person)
    assert [by_code(browser, "000000").status_code for _ in range(6)] == [422] * 5 + [429]
    assert by_code(browser, code_of(runtime.clock.now())).status_code == 429
    clock.instant += timedelta(minutes=15)
    by_password(browser, person)
    assert by_code(browser, code_of(runtime.clock.now())).status_code == 303
    for _ in range(60):
        runtime.limiter.wait_seconds("sign-in-code:testclient", limit=60, seconds=900)
    assert by_code(browser, "000000").status_code == 429


def test_without_the_password_there_is_no_page_for_the_code(
    browser: Browser, runtime: Runtime, person: Person, clock: Any
) -> None:
    for odd in ("", "a.b", "x" * 5000):
        browser.client.cookies.set(HALF_COOKIE, odd)
        assert browser.get("/sign-in/code", follow_redirects=False).headers["location"].startswith("/sign-in?")
        assert by_code(browser, code_of(runtime.clock.now())).headers["location"].startswith("/sign-in?")
    by_password(browser, person)
    clock.instant += timedelta(minutes=10, seconds=1)
    assert by_code(browser, code_of(runtime.clock.now())).headers["location"].startswith("/sign-in?")
    assert stored(runtime, SignInSession.id, SignInSession.person_id == person.id) == []


def test_a_reset_password_does_not_replace_the_code(browser: Browser, runtime: Runtime, person: Person) -> None:
    by_password(browser, person)
    with runtime.database.transaction() as session:
        session.execute(sa.update(Person).where(Person.id == person.id).values(password_hash="another"))
    assert by_code(browser, code_of(runtime.clock.now())).headers["location"].startswith("/sign-in?")


def test_from_nothing_to_a_device_with_recovery_codes(browser: Browser, runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        person = a_person(session, email="device@example.org")
    browser.sign_in_as(person.id, stepped_up=False)
    assert "None" in browser.get("/account").text
    page = f"{OWN}?next=%2Forganisations"
    assert hidden_fields(good(browser.get(page)).text)["next"] == "/organisations"
    wrong = browser.post(OWN, {"current_password": "wrong", "next": "/organisations"}, page=page)
    assert (wrong.status_code, "present password" in wrong.text) == (422, True)
    setup = good(browser.post(OWN, {"current_password": PASSWORD, "next": "/organisations"}, page=page))
    assert '<svg viewBox="0 0 ' in setup.text
    shown = re.search(r'g-secret">([A-Z2-7 ]+)<', setup.text)
    assert shown is not None
    assert len(shown[1].split()) == 8
    secret = shown[1].replace(" ", "")
    assert "Go on with the QR code" in good(browser.get(OWN)).text
    refused = browser.post(f"{OWN}/setup", {"_second_step": "000000", "next": "/organisations"}, page=OWN)
    assert (refused.status_code, shown[1] in refused.text) == (422, True)
    code = code_at(secret, step_of(runtime.clock.now()))
    done = good(browser.post(f"{OWN}/setup", {"_second_step": code, "next": "/organisations"}, page=OWN))
    codes = re.findall(r'g-secret">([0-9a-z-]+)<', done.text)
    assert (done.status_code, len(codes), 'href="/organisations"' in done.text) == (201, 10, True)
    assert "no-store" in done.headers["cache-control"]
    assert secret not in browser.get(f"{OWN}/setup").text
    assert "10 of 10" in good(browser.get(OWN)).text
    browser.client.cookies.clear()
    by_password(browser, person)
    assert browser.post("/sign-in/code", {"_recovery_code": codes[3]}, page="/sign-in", follow=False).status_code == 303
    assert "9 of 10" in browser.get(OWN).text


def test_an_act_that_needs_it_asks_first_and_keeps_what_was_typed(
    browser: Browser, runtime: Runtime, admin: Person
) -> None:
    with runtime.database.transaction() as session:
        person = a_person(session)
    browser.sign_in_as(admin.id, stepped_up=False)
    path = f"/admin/people/{person.id}"
    asked = browser.post(f"{path}/roles", {"role": "auditor", "scope": "platform", "scope_id": ""}, page=path)
    assert asked.status_code == 403
    assert stored(runtime, RoleAssignment.id, RoleAssignment.person_id == person.id) == []
    kept = hidden_fields(good(asked).text)
    assert f'action="{path}/roles"' in asked.text
    assert (kept["role"], kept["scope"], kept["scope_id"]) == ("auditor", "platform", "")
    wrong = browser.post(f"{path}/roles", {**kept, "_second_step": "000000"})
    assert (wrong.status_code, "each counts once" in wrong.text) == (403, True)
    assert hidden_fields(wrong.text)["role"] == "auditor"
    empty = browser.post(f"{path}/roles", {**kept, "_second_step": "", "_recovery_code": ""})
    assert (empty.status_code, "Enter the code" in empty.text) == (403, True)
    done = browser.post(f"{path}/roles", {**kept, "_second_step": code_of(runtime.clock.now())})
    assert (done.status_code, "Done" in done.text) == (200, True)
    assert stored(runtime, RoleAssignment.role, RoleAssignment.person_id == person.id) == [Role.AUDITOR]
    more = browser.post(f"{path}/roles", {"role": "finance_officer", "scope": "platform"}, page=path)
    assert (more.status_code, "Done" in more.text) == (200, True), "it counts for ten minutes"


def test_a_refusal_after_the_code_shows_the_form_and_does_not_ask_again(
    browser: Browser, runtime: Runtime, admin: Person
) -> None:
    browser.sign_in_as(admin.id, stepped_up=False)
    path, code = f"/admin/people/{admin.id}", code_of(runtime.clock.now())
    refused = browser.post(f"{path}/roles", {"role": "king", "scope": "platform", "_second_step": code}, page=path)
    assert (refused.status_code, 'href="#role"' in refused.text) == (422, True)
    assert stored(runtime, Event.id, Event.subject_id == admin.id, Event.kind == "second_step.failed") == []
    twice = browser.post(f"{path}/roles", {"role": "king", "scope": "platform", "_second_step": code}, page=path)
    assert twice.status_code == 422, "a form that is sent twice is not taken for a guess"


def test_a_page_that_needs_it_sends_to_the_code_and_back(
    browser: Browser, runtime: Runtime, admin: Person, clock: Any
) -> None:
    browser.sign_in_as(admin.id, stepped_up=False)
    page = "/admin/invitations/new?a=b"
    away = browser.get(page, follow_redirects=False)
    assert (away.status_code, away.headers["location"]) == (303, "/account/confirm?next=/admin/invitations/new%3Fa%3Db")
    fragment = browser.get(page, headers={"hx-request": "true"}, follow_redirects=False)
    assert (fragment.status_code, fragment.headers["hx-redirect"]) == (403, away.headers["location"])
    kept = hidden_fields(good(browser.get(away.headers["location"])).text)
    assert kept["next"] == page
    back = browser.post("/account/confirm", {**kept, "_second_step": code_of(runtime.clock.now())}, follow=False)
    assert (back.status_code, back.headers["location"]) == (303, page)
    assert browser.get(page, follow_redirects=False).status_code == 200
    clock.instant += FRESH
    assert browser.get(page, follow_redirects=False).status_code == 303


def test_who_may_not_is_refused_before_any_code_is_looked_at(
    browser: Browser, runtime: Runtime, person: Person
) -> None:
    browser.sign_in_as(person.id, stepped_up=False)
    answer = browser.post(
        f"/admin/people/{person.id}/roles", {"role": "auditor", "_second_step": code_of(runtime.clock.now())}
    )
    assert (answer.status_code, "belongs to other people" in answer.text) == (403, True)
    assert stored(runtime, SecondFactor.last_step, SecondFactor.person_id == person.id) == [-1]
    forged = browser.post("/account/confirm", {"_second_step": "000000", "_csrf": "wrong"})
    assert forged.status_code == 403
    assert stored(runtime, SecondFactor.wrong, SecondFactor.person_id == person.id) == [0]


def test_who_has_none_is_told_where_to_set_it_up(browser: Browser, runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        admin = an_administrator(session)
    browser.sign_in_as(admin.id, stepped_up=False)
    for answer in (
        browser.get("/admin/invitations/new"),
        browser.post(f"/admin/people/{admin.id}/deactivate", page="/account"),
    ):
        assert f'href="{OWN}?next=' in good(answer).text
        assert "_second_step" not in answer.text


def test_new_codes_and_removal_take_a_fresh_second_step(browser: Browser, runtime: Runtime, person: Person) -> None:
    browser.sign_in_as(person.id, stepped_up=False)
    assert browser.post(f"{OWN}/recovery-codes", page=OWN).status_code == 403
    assert browser.get(f"{OWN}/remove", follow_redirects=False).status_code == 303
    assert browser.post(f"{OWN}/remove", page=OWN).status_code == 403
    assert stored(runtime, SecondFactor.person_id, SecondFactor.person_id == person.id) == [person.id]
    browser.sign_in_as(person.id)
    made = good(browser.post(f"{OWN}/recovery-codes", page=OWN))
    assert (made.status_code, len(re.findall(r'g-secret">([0-9a-z-]+)<', made.text))) == (201, 10)
    good(browser.get(f"{OWN}/remove"))
    assert "Set it up" in browser.post(f"{OWN}/remove", page=f"{OWN}/remove").text
    assert stored(runtime, SecondFactor.person_id, SecondFactor.person_id == person.id) == []
    assert stored(runtime, RecoveryCode.id, RecoveryCode.person_id == person.id) == []


def test_a_kept_form_shows_text_as_text_and_keeps_no_password(
    browser: Browser, runtime: Runtime, admin: Person
) -> None:
    browser.sign_in_as(admin.id, stepped_up=False)
    sent = {"role": '"><script>x</script>', "password": "a secret", "reasons": ["one", "two"], "_key": "k1"}
    answer = browser.post(f"/admin/people/{admin.id}/roles", sent, page="/account")
    assert "<script>x" not in answer.text
    assert 'name="role" value="&#34;&gt;&lt;script&gt;x' in answer.text
    assert "a secret" not in answer.text
    assert re.findall(r'name="reasons" value="(\w+)"', answer.text) == ["one", "two"]
    assert hidden_fields(answer.text)["_key"] == "k1"


@pytest.mark.parametrize("odd", ["\x00", "é" * 6, "x" * 100_000, "\uff11\uff12\uff13\uff14\uff15\uff16", "'; --"])
def test_odd_codes_are_wrong_and_break_nothing(browser: Browser, person: Person, odd: str) -> None:
    by_password(browser, person)
    assert by_code(browser, odd).status_code == 422
    browser.sign_in_as(person.id, stepped_up=False)
    assert browser.post("/account/confirm", {"_second_step": odd, "next": "/tasks"}, page="/account").status_code == 403


def test_only_the_demonstration_fills_in_the_code(tmp_path: Path) -> None:
    for mode, told in ((Mode.DEMO, True), (Mode.REHEARSAL, False)):
        with a_runtime("demo_code", tmp_path / mode, mode=mode) as runtime, Browser(runtime) as browser:
            with runtime.database.transaction() as session:
                person = a_person(session)
                with_second_factor(session, person.id, runtime.vault)
            by_password(browser, person)
            for page in ("/sign-in/code", "/account/confirm"):
                if page == "/account/confirm":
                    browser.sign_in_as(person.id, stepped_up=False)
                text = html.unescape(browser.get(page).text)
                assert (f'value="{code_of(runtime.clock.now())}"' in text) is told
                assert ("no device" in text) is told
