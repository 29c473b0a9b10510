"""A letter in words: one subject line, the same text in both forms, one link that leads to a page."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi.routing import iter_route_contexts

from app.infra.templates import TEMPLATES
from app.infra.tokens import TokenSigner
from app.notifications.rules.facts import Addressee
from app.notifications.rules.recipients import (
    AMENDED,
    AMENDMENT_ACCEPTED,
    CAME_BACK,
    DECISION,
    GRANT_LAST,
    IN_FORCE,
    INTEREST,
    LETTERS,
    PAYMENT,
    PERIODIC_REPORT_DUE,
    PERIODIC_REPORT_LATE,
    RECOVERY,
    RECOVERY_ANNOUNCED,
    RECOVERY_WITHDRAWN,
    REMINDER,
    REMOVED,
    REPORTS_DUE,
    VOIDED,
    Letter,
)
from app.notifications.schemas import Links, Wording
from app.notifications.use_cases.notify_of_event import address_of
from app.notifications.use_cases.write_letter import write_letter
from app.web.routes import web_router

DEADLINE = datetime(2019, 4, 4, 15, 0, tzinfo=UTC)
_OF_GRANTS = (GRANT_LAST, IN_FORCE, AMENDMENT_ACCEPTED, AMENDED, PAYMENT, INTEREST, RECOVERY, CAME_BACK)
_DUE = (PERIODIC_REPORT_DUE, PERIODIC_REPORT_LATE, REPORTS_DUE, REMINDER)
_ON_SUMS = (INTEREST, RECOVERY_ANNOUNCED, RECOVERY_WITHDRAWN)
EVERY_LETTER = (*LETTERS.values(), DECISION, *_OF_GRANTS, *_ON_SUMS, *_DUE, REMOVED, VOIDED)
ID = "01a20888-7035-77da-9b05-ab9ca93cc54a"


def reminder(acronym: str = "CIRCTEX", title: str = "A call", zone: str = "Europe/Brussels") -> Wording:
    call = SimpleNamespace(identifier="C-1", title=lambda _language: title, deadline=DEADLINE, zone="Europe/Brussels")
    return write_letter(
        REMINDER.template,
        Addressee("ada@example.org", name="Ada <b>", zone=zone),
        link="https://grappe.example/x?a=1&b=2",
        call=call,
        application=SimpleNamespace(acronym=acronym),
        left=("days", 7),
    )


def test_text_and_html_say_the_same() -> None:
    words = reminder()
    seen = re.sub(r"<[^>]+>", " ", words.html.partition("</h1>")[2])
    for sentence in ("is still a draft.", "Thursday 4 April 2019, 17:00 (Europe/Brussels)", "Continue the application"):
        assert sentence in words.text
        assert sentence in seen


def test_words_of_people_are_escaped_in_html_and_plain_in_text() -> None:
    words = reminder(title="Glass & Steel <i>")
    assert "Glass &amp; Steel &lt;i&gt;" in words.html
    assert "Hello Ada &lt;b&gt;," in words.html
    assert "Glass & Steel <i>" in words.text
    assert 'href="https://grappe.example/x?a=1&amp;b=2"' in words.html
    assert "https://grappe.example/x?a=1&b=2" in words.text


def test_a_subject_is_one_line_whatever_stands_in_it() -> None:
    assert reminder(acronym="TWO\r\nBcc: all@example.org").subject == (
        "TWO Bcc: all@example.org: 7 days until the deadline"
    )


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("Europe/Brussels", "Thursday 4 April 2019, 17:00 (Europe/Brussels). "),
        ("Europe/Paris", "Thursday 4 April 2019, 17:00 (Europe/Brussels). "),
        ("Europe/Lisbon", "17:00 (Europe/Brussels), 16:00 (Europe/Lisbon)"),
        ("Asia/Tokyo", "17:00 (Europe/Brussels), Friday 5 April 2019, 00:00 (Asia/Tokyo)"),
    ],
)
def test_the_zone_of_the_call_comes_first_then_the_readers_own(zone: str, told: str) -> None:
    assert told in reminder(zone=zone).text


@pytest.mark.parametrize("letter", EVERY_LETTER, ids=lambda letter: letter.template)
def test_every_letter_leads_to_a_page_that_exists(letter: Letter) -> None:
    links = Links("https://grappe.example/", TokenSigner("key"))
    named = dict.fromkeys(("call_id", "application", "partner", "grant", "subject"), ID)
    address = address_of(letter, links, call="C-1", amendment=1, number=1, token="a.b", **named)
    path = address.removeprefix("https://grappe.example")
    assert path.startswith("/")
    contexts = iter_route_contexts(web_router.routes)
    assert any("GET" in (page.methods or ()) and page.path_regex.fullmatch(path) for page in contexts), path


def test_every_template_belongs_to_a_letter() -> None:
    written = {path.stem for path in Path(TEMPLATES / "emails").glob("*.txt")} - {"layout"}
    assert written == {letter.template for letter in EVERY_LETTER}
