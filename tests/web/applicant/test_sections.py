"""The form of the call on pages: every kind of field, findings after a save, two people at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.applications.queries import reading
from app.delivery.runtime import Runtime
from tests.builders.applications import ANSWERS, Made, a_partner
from tests.support.client import Browser, hidden_fields

Visit = Callable[[Made, str], str]
NAUGHTY = "</textarea><script>alert(1)</script> {{ 7*7 }} %s '\" \u202e \U0001f469\u200d\U0001f467"


def _send(browser: Browser, made: Made, section: str, fields: dict[str, Any], **options: Any) -> Any:
    path = f"/applications/{made.application_id}/sections/{section}"
    hidden = hidden_fields(browser.get(path).text)
    return browser.post(path, hidden | {"go": "stay"} | fields, **options)


def _stored(runtime: Runtime, made: Made, section: str) -> Any:
    with runtime.database.reading() as session:
        row = reading.sections(session, made.application_id).get(section)
        return (row.version, row.answers) if row else (0, {})


@pytest.mark.parametrize("section", list(ANSWERS))
def test_sending_a_page_back_as_it_is_changes_no_answer(
    browser: Browser, runtime: Runtime, complete: Made, section: str
) -> None:
    browser.sign_in_as(complete.person.id)
    path = f"/applications/{complete.application_id}/sections/{section}"
    before = _stored(runtime, complete, section)[1]
    answer = browser.post(path, _fields(browser.get(path).text) | {"go": "stay"})
    assert answer.status_code == 200
    assert _stored(runtime, complete, section)[1] == before


def test_what_is_typed_into_every_kind_of_field_is_stored(browser: Browser, runtime: Runtime, draft: Made) -> None:
    browser.sign_in_as(draft.person.id)
    _send(
        browser,
        draft,
        "activities",
        {
            "planned_activities": ["outreach"],
            "planned_activities.outreach": "Roadshows.\r\nAnd a guide.",
            "work_packages.0.name": "Management",
            "work_packages.0.first_month": "1",
            "work_packages.2.name": "Visits",
        },
    )
    assert _stored(runtime, draft, "activities")[1] == {
        "planned_activities": {"outreach": "Roadshows.\nAnd a guide."},
        "work_packages": [{"name": "Management", "first_month": 1}, {"name": "Visits"}],
    }
    _send(browser, draft, "declarations", {"honour": "yes"})
    assert _stored(runtime, draft, "declarations")[1] == {
        "honour": True,
        "no_double_funding": False,
        "mandate": False,
    }
    _send(browser, draft, "results", {"indicators.exchanges": "50", "lasting_effect": NAUGHTY})
    assert _stored(runtime, draft, "results")[1] == {"indicators": {"exchanges": 50}, "lasting_effect": NAUGHTY}


def test_naughty_strings_are_shown_as_they_were_typed(browser: Browser, draft: Made, visit: Visit) -> None:
    browser.sign_in_as(draft.person.id)
    _send(browser, draft, "results", {"lasting_effect": NAUGHTY})
    for path in ("/sections/results", "/check"):
        page = visit(draft, path)
        assert "<script>alert(1)" not in page
        assert "&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }} %s" in page


def test_findings_are_told_after_a_save_and_do_not_stop_it(browser: Browser, runtime: Runtime, draft: Made) -> None:
    browser.sign_in_as(draft.person.id)
    first = browser.get(f"/applications/{draft.application_id}/sections/general").text
    assert "no answer yet" not in first
    answer = _send(
        browser,
        draft,
        "general",
        {
            "acronym": "CIRCTEX",
            "abstract": "word " * 310,
            "duration_months": "30",
        },
    )
    assert answer.status_code == 200
    assert "Abstract: 310 words, the limit is 300." in answer.text
    assert "Enter 20 to 24 months." in answer.text
    assert "form.word_limit" in answer.text
    assert "Project title: no answer yet." in answer.text
    assert _stored(runtime, draft, "general")[0] == 2


def test_what_cannot_be_read_is_shown_again_and_nothing_is_stored(
    browser: Browser, runtime: Runtime, draft: Made
) -> None:
    browser.sign_in_as(draft.person.id)
    answer = _send(
        browser,
        draft,
        "general",
        {
            "acronym": "CIRCTEX",
            "abstract": "kept text",
            "duration_months": "two years",
            "start_date-day": "31",
            "start_date-month": "2",
            "start_date-year": "2020",
        },
    )
    assert answer.status_code == 422
    assert "Duration: enter a whole number, such as 24." in answer.text
    assert "Planned start: 31 February 2020 does not exist." in answer.text
    assert "Project title: no answer yet." in answer.text
    assert "Enter 20 to 24 months." not in answer.text
    assert all(text in answer.text for text in ("kept text", 'value="two years"', 'value="31"'))
    assert _stored(runtime, draft, "general") == (1, {"acronym": "CIRCTEX"})


def test_rows_of_a_table_come_and_go_without_scripts(browser: Browser, runtime: Runtime, draft: Made) -> None:
    browser.sign_in_as(draft.person.id)
    rows = {f"deliverables.{at}.name": name for at, name in enumerate(("one", "two", "three"))}
    answer = _send(browser, draft, "activities", rows | {"row": "add:deliverables"})
    assert 'name="deliverables.3.name"' in answer.text
    _send(browser, draft, "activities", rows | {"row": "remove:deliverables:1"})
    assert _stored(runtime, draft, "activities")[1]["deliverables"] == [{"name": "one"}, {"name": "three"}]


def test_two_people_see_both_texts_and_choose(browser: Browser, runtime: Runtime, draft: Made) -> None:
    with runtime.database.transaction() as session:
        partner = a_partner(session, draft, 1)
    path = f"/applications/{draft.application_id}/sections/results"
    seen_by_ana = hidden_fields(browser.sign_in_as(draft.person.id).get(path).text)
    browser.sign_in_as(partner.person.id)
    _send(browser, draft, "results", {"lasting_effect": "text of the partner", "indicators.exchanges": "60"})
    browser.sign_in_as(draft.person.id)
    fresh = hidden_fields(browser.get(path).text)["_csrf"]
    answer = browser.post(path, seen_by_ana | {"_csrf": fresh, "lasting_effect": "my own text", "go": "stay"})
    assert answer.status_code == 409
    assert partner.person.name in answer.text
    assert "my own" in answer.text
    assert "of the partner" in answer.text
    assert _stored(runtime, draft, "results")[1]["lasting_effect"] == "text of the partner"
    choice = _fields(answer.text) | {"_choose.lasting_effect": "mine", "_choose.indicators": "theirs", "go": "stay"}
    browser.post(path, choice)
    assert _stored(runtime, draft, "results") == (
        2,
        {"lasting_effect": "my own text", "indicators": {"exchanges": 60}},
    )


def test_a_field_that_only_the_colleague_changed_is_left_to_them(
    browser: Browser, runtime: Runtime, draft: Made
) -> None:
    with runtime.database.transaction() as session:
        partner = a_partner(session, draft, 1)
    path = f"/applications/{draft.application_id}/sections/results"
    mine = hidden_fields(browser.sign_in_as(draft.person.id).get(path).text)
    browser.sign_in_as(partner.person.id)
    _send(browser, draft, "results", {"indicators.exchanges": "60"})
    browser.sign_in_as(draft.person.id)
    fresh = hidden_fields(browser.get(path).text)["_csrf"]
    page = browser.post(path, mine | {"_csrf": fresh, "lasting_effect": "mine", "go": "stay"}).text
    assert 'id="indicators-theirs" name="_choose.indicators" value="theirs" checked' in page
    assert 'id="lasting_effect-mine" name="_choose.lasting_effect" value="mine" checked' in page


def test_saving_in_passing_answers_with_the_state_alone(browser: Browser, runtime: Runtime, draft: Made) -> None:
    browser.sign_in_as(draft.person.id)
    path = f"/applications/{draft.application_id}/sections/results"
    hidden = hidden_fields(browser.get(path).text)
    sent = hidden | {"lasting_effect": "typed"}
    answer = browser.client.post(path, data=sent, headers={"hx-request": "true"})
    assert "Saved 10:00:00" in answer.text
    assert "<html" not in answer.text
    assert hidden_fields(answer.text)["_version"] == "1"
    stale = browser.client.post(path, data=sent, headers={"hx-request": "true"})
    assert "Not saved yet." in stale.text
    assert _stored(runtime, draft, "results") == (1, {"lasting_effect": "typed"})


def test_conditions_stand_in_the_page_as_data_and_in_words(draft: Made, visit: Visit) -> None:
    page = visit(draft, "/sections/general")
    assert "Counts only if “Industrial ecosystems concerned” is: Other." in page
    assert "&#34;field&#34;: &#34;sectors&#34;" in page


def test_a_form_from_another_site_saves_nothing(browser: Browser, runtime: Runtime, draft: Made) -> None:
    browser.sign_in_as(draft.person.id)
    path = f"/applications/{draft.application_id}/sections/results"
    answer = browser.post(path, {"lasting_effect": "forged", "_csrf": "x", "_version": "0"})
    assert answer.status_code == 403
    assert _stored(runtime, draft, "results") == (0, {})


def _fields(html: str) -> dict[str, Any]:
    """Everything that a browser would send of the section's form."""
    from html.parser import HTMLParser

    class Form(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.found: dict[str, Any] = {}
            self.area = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = dict(attrs)
            name, kind = given.get("name") or "", given.get("type") or ""
            if tag == "textarea":
                self.area = name
                self.add(name, "")
            elif tag == "input" and name and (kind not in {"radio", "checkbox", "submit"} or "checked" in given):
                self.add(name, given.get("value") or "")

        def add(self, name: str, value: str) -> None:
            known = self.found.get(name)
            self.found[name] = value if known is None else [*(known if isinstance(known, list) else [known]), value]

        def handle_data(self, data: str) -> None:
            if self.area:
                self.found[self.area] = data.removeprefix("\n")

        def handle_endtag(self, tag: str) -> None:
            if tag == "textarea":
                self.area = ""

    parser = Form()
    parser.feed(html[html.index("<main") :])
    return {name: value for name, value in parser.found.items() if name}
