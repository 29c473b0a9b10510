"""Pages of visitors and applicants in French and German: nothing of ours is left in English."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser

import pytest

from app.accounts.models import Person
from app.delivery.runtime import Runtime
from app.infra.catalogue import TRANSLATED, translations
from app.web.languages import LANGUAGE_COOKIE
from tests.builders.applications import Made
from tests.builders.organisations import an_organisation
from tests.builders.people import a_person
from tests.support.client import Browser

PUBLIC = ("/", "/calls", "/verify", "/accessibility", "/data-protection", "/privacy", "/api")
OUTSIDE = ("/sign-in", "/register", "/register/sent", "/password", "/no-such-page")
OWN = ("/tasks", "/applications", "/organisations", "/organisations/new", "/organisations/search", "/account/erasure")
ACCOUNT = ("", "/details", "/password", "/second-step", "/second-step/setup", "/tokens", "/data")
OF_APPLICATION = (
    "",
    "/sections/general",
    "/sections/description",
    "/partnership",
    "/budget",
    "/attachments",
    "/check",
    "/timeline",
    "/clarifications",
    "/withdraw",
)
ENGLISH = re.compile(r"\b(the|and|with|you|your|this|these|are|yet|until|which|there|from)\b")
"""Words that every English sentence has one of, and no French or German text of these pages."""
WORDS = {
    "fr": {"/calls": "Appels", "": "Soumettre", "/budget": "Coûts par partenaire", "/partnership": "Partenariat"},
    "de": {
        "/calls": "Aufforderungen",
        "": "Einreichen",
        "/budget": "Kosten je Partner",
        "/partnership": "Partnerschaft",
    },
}


class _Seen(HTMLParser):
    """What a reader sees or hears: texts and the attributes that are read out."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._skipped = 0
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skipped += tag in {"script", "style", "option", "code", "pre"}
        self.found += [value for name, value in attrs if value and name in {"aria-label", "title", "alt", "data-label"}]

    def handle_endtag(self, tag: str) -> None:
        self._skipped -= tag in {"script", "style", "option", "code", "pre"}

    def handle_data(self, data: str) -> None:
        if not self._skipped and data.strip():
            self.found.append(data)


def seen(source: str) -> list[str]:
    return [" ".join(text.split()) for text in _Seen(source).found]


@cache
def english(language: str) -> frozenset[str]:
    """Texts of ours that the language says otherwise."""
    known = translations(language)
    same = {*known.values(), "Brussels"}  # the town that an organisation typed stays as it is
    return frozenset(text for text, said in known.items() if said and text not in same and len(text) > 3)


def left_in_english(source: str, language: str, *, foreign: bool) -> list[str]:
    """Texts of ours in English; where nothing of the call is on the page, also short ones and whatever sounds English."""
    found = [text for text in seen(source) if text in english(language) and (not foreign or text.count(" ") > 1)]
    return found + [text for text in seen(source) if not foreign and ENGLISH.search(text)]


@pytest.fixture
def reader(runtime: Runtime) -> Callable[[str], Person]:
    """A person with an organisation who reads a language."""

    def made(language: str) -> Person:
        with runtime.database.transaction() as session:
            person = a_person(session)
            person.language = language
            an_organisation(session, representative=person)
            return person

    return made


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("path", [*PUBLIC, *OUTSIDE])
def test_a_visitor_reads_no_english(browser: Browser, call: object, path: str, language: str) -> None:
    browser.sign_in_as(None)
    browser.client.cookies.set(LANGUAGE_COOKIE, language)
    answer = browser.get(path)
    assert f'<html lang="{language}"' in answer.text
    assert left_in_english(answer.text, language, foreign=path in {"/", "/calls", "/api"}) == []
    assert WORDS[language].get(path, "") in answer.text


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_page_of_a_call_is_in_the_language_around_the_words_of_the_call(
    browser: Browser, call: object, language: str
) -> None:
    browser.sign_in_as(None)
    browser.client.cookies.set(LANGUAGE_COOKIE, language)
    answer = browser.get(f"/calls/{call.identifier}")  # type: ignore[attr-defined]  # a Call
    assert answer.status_code == 200
    assert left_in_english(answer.text, language, foreign=True) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_person_reads_no_english(browser: Browser, reader: Callable[[str], Person], language: str) -> None:
    browser.sign_in_as(reader(language).id)
    wrong = {}
    for path in (*OWN, *(f"/account{part}" for part in ACCOUNT)):
        answer = browser.get(path)
        assert answer.status_code == 200, path
        if found := left_in_english(answer.text, language, foreign=False):
            wrong[path] = found
    assert wrong == {}


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("kind", ["draft", "complete"])
def test_an_applicant_reads_no_english(
    browser: Browser, runtime: Runtime, request: pytest.FixtureRequest, kind: str, language: str
) -> None:
    made: Made = request.getfixturevalue(kind)
    with runtime.database.transaction() as session:
        person = session.get(Person, made.person.id)
        assert person is not None
        person.language = language
    browser.sign_in_as(made.person.id)
    wrong = {}
    for path in OF_APPLICATION:
        answer = browser.get(f"/applications/{made.application_id}{path}")
        assert answer.status_code == 200, path
        assert f'<html lang="{language}"' in answer.text
        assert WORDS[language].get(path, "") in answer.text, path
        if found := left_in_english(answer.text, language, foreign=True):
            wrong[path] = found
    assert wrong == {}


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_refusal_and_a_live_fragment_speak_the_language(
    browser: Browser, runtime: Runtime, draft: Made, language: str
) -> None:
    with runtime.database.transaction() as session:
        person = session.get(Person, draft.person.id)
        assert person is not None
        person.language = language
    browser.sign_in_as(draft.person.id)
    path = f"/applications/{draft.application_id}"
    refused = browser.post(f"{path}/partners", {"email": "no address"}, page=f"{path}/partnership")
    assert refused.status_code == 422
    assert {"fr": "Saisissez une adresse électronique", "de": "Geben Sie eine E-Mail-Adresse ein"}[
        language
    ] in refused.text
    assert left_in_english(refused.text, language, foreign=True) == []
    part = browser.post(f"{path}/budget/preview", {}, page=f"{path}/budget")
    assert part.headers["content-language"] == language
    assert left_in_english(part.text, language, foreign=True) == []
