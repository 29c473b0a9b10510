"""The language of a page: chosen at its foot, else asked for by the browser; the own one for who is signed in."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from app.accounts.models import Person
from app.accounts.queries import credentials_of_email, person_details
from app.delivery.runtime import Runtime
from app.web.languages import LANGUAGE_COOKIE, asked_for
from tests.builders.people import PASSWORD, a_person
from tests.conftest import NOW
from tests.support.client import Browser

CALLS = {"en": "<h1>Calls</h1>", "fr": "<h1>Appels</h1>", "de": "<h1>Aufforderungen</h1>"}


@pytest.fixture(autouse=True)
def no_brakes(runtime: Runtime) -> None:
    runtime.limiter._uses.clear()


@pytest.fixture
def person(runtime: Runtime) -> Person:
    with runtime.database.transaction() as session:
        return a_person(session)


def language_of(answer: Any) -> str:
    found = re.search(r'<html lang="(\w+)"', answer.text)
    assert found, answer.text[:300]
    assert answer.headers["content-language"] == found[1]
    assert {"Cookie", "Accept-Language"} <= {one.strip() for one in answer.headers["vary"].split(",")}
    return found[1]


def stored_language(runtime: Runtime, person: Person) -> str:
    with runtime.database.reading() as session:
        details = person_details(session, person.id)
        assert details is not None
        return details.language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("pl,nl;q=0.9,fr-BE;q=0.4,en;q=0.3", "fr"),
        ("en;q=0.2, de;q=0.25", "de"),
        ("fr;q=0,de;q=0.1", "de"),
        ("pl,mt", "en"),
        ("*", "en"),
        ("fr;q=soon,,;;=", "en"),
        (",".join(["pl"] * 200) + ",fr", "en"),
        ("FR-be", "fr"),
    ],
)
def test_the_browser_asks_for_a_language(header: str, language: str) -> None:
    assert asked_for(header) == language


@pytest.mark.parametrize("language", ["fr", "de"])
def test_a_visitor_reads_what_the_browser_asks_for(browser: Browser, language: str) -> None:
    answer = browser.get("/calls", headers={"accept-language": f"{language},en;q=0.5"})
    assert language_of(answer) == language
    assert CALLS[language] in answer.text
    assert f'value="{language}" lang="{language}" aria-pressed="true"' in answer.text


def test_the_choice_at_the_foot_goes_before_the_browser_and_back_to_the_page(browser: Browser) -> None:
    page = browser.get("/calls?q=cluster&notice=saved", headers={"accept-language": "fr"})
    assert 'action="/language?back=/calls%3Fq%3Dcluster"' in page.text, "the notice was read"
    answer = browser.post("/language?back=/calls%3Fq%3Dcluster", {"language": "de"}, follow=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/calls?q=cluster")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{LANGUAGE_COOKIE}=de;")
    assert {"HttpOnly", "SameSite=lax"} <= set(cookie.split("; "))
    assert language_of(browser.get("/calls", headers={"accept-language": "fr"})) == "de"
    assert language_of(browser.get("/no-such-page", headers={"accept-language": "fr"})) == "de"


@pytest.mark.parametrize("wanted", ["", "mt", "../fr", "de\r\nX: y"])
def test_an_unknown_language_changes_nothing(browser: Browser, wanted: str) -> None:
    answer = browser.post("/language", {"language": wanted}, follow=False)
    assert answer.status_code == 303
    assert LANGUAGE_COOKIE + "=" not in answer.headers.get("set-cookie", "")
    browser.client.cookies.set(LANGUAGE_COOKIE, "mt")
    assert language_of(browser.get("/calls")) == "en"


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_the_way_back_stays_on_this_site(browser: Browser, back: str) -> None:
    answer = browser.post(f"/language?back={quote(back)}", {"language": "fr"}, follow=False)
    assert answer.headers["location"].startswith("/")
    assert "evil" not in answer.headers["location"]


def test_a_form_from_another_site_chooses_nothing(browser: Browser) -> None:
    answer = browser.post("/language", {"language": "fr", "_csrf": "made up"}, follow=False)
    assert answer.status_code == 403
    assert language_of(browser.get("/calls")) == "en"


def test_who_is_signed_in_reads_the_own_language_and_changes_it_at_the_foot(
    browser: Browser, runtime: Runtime, person: Person
) -> None:
    browser.sign_in_as(person.id)
    browser.client.cookies.set(LANGUAGE_COOKIE, "de")
    assert language_of(browser.get("/account", headers={"accept-language": "de"})) == "en"
    browser.post("/language", {"language": "fr"}, page="/account")
    assert stored_language(runtime, person) == "fr"
    page = browser.get("/account", headers={"accept-language": "de"})
    assert language_of(page) == "fr"
    assert "Votre compte" in page.text
    assert 'href="/calls">Appels</a>' in page.text
    browser.get("/account/details")
    assert "Vos données" in browser.get("/account/details").text


def test_a_notice_a_refusal_and_an_error_page_speak_the_language(browser: Browser, person: Person) -> None:
    browser.get("/calls", headers={"accept-language": "fr"})
    browser.post("/language", {"language": "fr"})
    assert "Vous avez quitté le service." in browser.get("/?notice=signed-out").text
    refused = browser.post("/sign-in", {"email": person.email, "password": "wrong"}, page="/sign-in")
    assert "Nous n\u2019avons pas pu vous connecter" in refused.text
    missing = browser.post("/register", {"email": "nothing", "name": "", "password": ""}, page="/register")
    assert missing.status_code == 422
    assert "Adresse électronique : Saisissez une adresse électronique" in missing.text.replace("\u00a0", " ")
    lost = browser.get("/calls/NO-SUCH-CALL")
    assert lost.status_code == 404
    assert "Il n\u2019y a pas de page ici" in lost.text
    assert "does not exist" not in lost.text


def test_an_account_begins_in_the_language_of_the_page(browser: Browser, runtime: Runtime) -> None:
    browser.post("/language", {"language": "de"})
    browser.post(
        "/register", {"email": "neu@example.org", "name": "Anna Neu", "password": PASSWORD + " 1"}, page="/register"
    )
    with runtime.database.reading() as session:
        found = credentials_of_email(session, "neu@example.org")
        assert found is not None
        details = person_details(session, found.person_id)
    assert details is not None
    assert details.language == "de"


def test_the_demo_clock_and_dates_follow_the_language(browser: Browser, runtime: Runtime) -> None:
    assert runtime.clock.now() - NOW < timedelta(days=1)
    page = browser.get("/data-protection", headers={"accept-language": "fr"})
    assert language_of(page) == "fr"
    assert "Ce qui est conservé et pourquoi" in page.text
