"""Awards and letters at both doors: prepare, sign, look, send; what applicants see, and nothing before."""

from __future__ import annotations

import csv
import html
import io
import itertools
import re
from collections.abc import Sequence
from uuid import UUID

import pypdf
import pytest

from app.accounts.models import Person
from app.core.actor import Role
from app.delivery.runtime import Runtime
from app.documents.use_cases.request_document import RENDER_TASK
from app.grants.queries.awards import award_row
from app.grants.rules.lifecycle import AwardState
from app.infra.queue import jobs_ahead
from app.infra.sealing_demo import make_test_authority
from app.jobs.render_documents import make_document
from tests.api.program import Program
from tests.builders.applications import a_call
from tests.builders.awards import COMMENT, SECRET, SENT, Ranked, a_ranking, prepared, sent
from tests.builders.awards import signed as sign_all
from tests.builders.calls import another_call
from tests.builders.people import a_person
from tests.support.client import Browser
from tests.web.pages import Page, problems

_numbers = itertools.count(1)


@pytest.fixture
def ranked(runtime: Runtime) -> Ranked:
    """One funded, one on reserve, one below the threshold, one refused at the checks; the clock stands at sending."""
    runtime.clock.instant = SENT  # type: ignore[attr-defined]
    with runtime.database.transaction() as session:
        document = another_call(f"COS-AWARD-2019-{next(_numbers)}", **{"envelope: 3600000.00": "envelope: 500000.00"})
        return a_ranking(session, refused=1, files=runtime.files, call=a_call(session, document))


def text_of(page: str) -> str:
    """The words of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def rows(runtime: Runtime, ranked: Ranked) -> list[AwardState]:
    with runtime.database.reading() as session:
        return [one.state for one in ranked.awards(session)]


def awards_path(ranked: Ranked) -> str:
    return f"/officer/calls/{ranked.call.id}/awards"


def letters_path(ranked: Ranked) -> str:
    return f"/officer/calls/{ranked.call.id}/letters"


def seal(runtime: Runtime, wanted: Sequence[UUID]) -> None:
    """Make the letters and reports with these ids."""
    if not (runtime.seal_dir / "roots.pem").exists():
        make_test_authority(runtime.seal_dir, now=SENT)
    for one in wanted:
        make_document(runtime, one)


def test_from_the_ranking_to_the_letter_through_the_pages(browser: Browser, runtime: Runtime, ranked: Ranked) -> None:
    browser.sign_in_as(ranked.officer.person_id)
    page = browser.get(awards_path(ranked))
    assert "Prepare the decisions" in page.text
    page = browser.post(f"{awards_path(ranked)}/prepare", page=awards_path(ranked))
    assert page.status_code == 200
    assert rows(runtime, ranked) == [AwardState.PREPARED] * 4
    assert "main list" in page.text
    assert "not admissible" in page.text
    assert "Sign decisions" not in page.text
    again = browser.post(f"{awards_path(ranked)}/prepare", page=awards_path(ranked))
    assert again.status_code == 422
    assert "prepared already" in again.text
    browser.sign_in_as(ranked.signer.person_id)
    page = browser.get(f"{awards_path(ranked)}/sign")
    chosen = re.findall(r'name="award_ids" value="([^"]+)"', page.text)
    assert len(chosen) == 4
    page = browser.post(f"{awards_path(ranked)}/sign", {"award_ids": chosen}, page=awards_path(ranked))
    assert "Their letters wait" in page.text
    assert rows(runtime, ranked) == [AwardState.SIGNED] * 4
    browser.sign_in_as(ranked.officer.person_id)
    page = browser.get(letters_path(ranked))
    assert "Send the chosen letters" not in page.text, "nobody has looked at any"
    for _ in range(4):
        following = re.search(
            r'href="(/officer/letters/[^"]+)">Look at the next letter', browser.get(letters_path(ranked)).text
        )
        assert following is not None
        preview = browser.get(following[1])
        assert "It may leave" in preview.text
        assert not problems(Page(preview.text))
        browser.post(f"{following[1]}/preview", page=following[1])
    page = browser.get(letters_path(ranked))
    chosen = re.findall(r'name="letter_ids" value="([^"]+)"', page.text)
    page = browser.post(letters_path(ranked), {"letter_ids": chosen}, page=letters_path(ranked))
    assert "being sealed" in page.text
    assert rows(runtime, ranked) == [AwardState.INFORMED] * 4


def told_of_waiting(runtime: Runtime, document_id: UUID) -> str:
    """What the page of a document says that is not made yet."""
    with runtime.database.reading() as session:
        ahead = jobs_ahead(session, RENDER_TASK, document_id=str(document_id))
    words = {0: "It is being made and sealed now.", 1: "One other document is made before it."}
    return words.get(ahead, f"{ahead} other documents are made before it.")


def test_applicants_see_nothing_before_the_letter_is_sent(browser: Browser, runtime: Runtime, ranked: Ranked) -> None:
    made = ranked.refused[0]
    base = f"/applications/{made.application_id}"
    pages = (
        base,
        f"{base}/outcome",
        f"{base}/timeline",
        "/tasks",
        "/applications",
        f"{base}/submitted/{made.submission_id}",
    )
    secret = "The register of the cluster platform shows something else"
    with runtime.database.transaction() as session:
        prepared(session, ranked)
        sign_all(session, ranked)
        letter = next(one for one in ranked.letters(session) if one.application_id == made.application_id)
    browser.sign_in_as(made.person.id)
    for path in pages:
        page = browser.get(path)
        assert page.status_code == 200
        for word in (secret, "not admissible", "Decision signed", "decision was signed", "contested"):
            assert word not in text_of(page.text), f"{path} says {word}"
    program = Program.of(browser, runtime, made.person)
    assert program("GET", f"/applications/{made.application_id}/outcome").json() == []
    assert program("GET", f"/awards/{letter.award_id}").status_code == 404
    assert program("GET", f"/letters/{letter.id}").status_code == 404
    browser.sign_in_as(made.person.id)
    assert browser.get(f"/officer/letters/{letter.id}").status_code == 404
    assert browser.get("/calls").status_code == 200
    assert secret not in browser.get(f"/calls/{ranked.call.identifier}").text
    with runtime.database.transaction() as session:
        sent(session, ranked)
        asked = ranked.letters(session)
        document_id = next(one.document_id for one in asked if one.application_id == made.application_id)
    page = browser.get(f"{base}/outcome")
    assert secret in text_of(page.text)
    assert ("it is being made and sealed" in page.text, "14 October 2019" in page.text) == (True, True)
    assert not problems(Page(page.text))
    own = text_of(browser.get(base).text)
    assert ("The decision was sent on" in own, "by independent experts" in own) == (True, False)
    assert document_id is not None
    assert told_of_waiting(runtime, document_id) in text_of(browser.get(f"/documents/{document_id}").text)
    seal(runtime, [document_id])
    assert f"/documents/{document_id}" in browser.get(f"{base}/outcome").text
    answer = browser.get(f"/documents/{document_id}")
    assert answer.headers["content-type"] == "application/pdf"
    other = ranked.made[0]
    browser.sign_in_as(other.person.id)
    assert browser.get(f"/documents/{document_id}").status_code == 404
    assert browser.get(f"{base}/outcome").status_code == 404


def texts_of(piece: str) -> list[str]:
    """The texts of a row with a chart one by one: a file draws them in an order of its own."""
    return [text for text in re.split(r"<[^>]+>", re.sub(r"<svg.*?</svg>", "", piece, flags=re.DOTALL)) if text.strip()]


def test_page_and_pdf_say_the_same_and_nobody_is_named(
    browser: Browser, runtime: Runtime, ranked: Ranked, request: pytest.FixtureRequest
) -> None:
    with runtime.database.transaction() as session:
        prepared(session, ranked)
        sign_all(session, ranked)
        sent(session, ranked)
        told = ranked.letters(session)
    if not request.config.getoption("--soak"):  # one letter with a report and one without
        told = [next(one for one in told if bool(one.summary_document_id) is report) for report in (True, False)]
    seal(runtime, [one for letter in told for one in (letter.document_id, letter.summary_document_id) if one])
    browser.sign_in_as(ranked.officer.person_id)
    for letter in told:
        page = browser.get(f"/officer/letters/{letter.id}").text
        assert SECRET not in page
        articles = re.findall(r'<article class="g-letter.*?</article>', page, flags=re.DOTALL)
        documents = [one for one in (letter.document_id, letter.summary_document_id) if one is not None]
        assert len(articles) == len(documents)
        for article, document_id in zip(articles, documents, strict=True):
            pdf = pypdf.PdfReader(io.BytesIO(browser.get(f"/documents/{document_id}").content))
            words = "".join("".join(one.extract_text() for one in pdf.pages).split())
            assert SECRET not in words
            assert SECRET.encode() not in b"".join(data for found in pdf.attachments.values() for data in found)
            pieces = re.findall(r"<(p|li|dt|dd|td|h\d)\b[^>]*>(.*?)</\1>", article, flags=re.DOTALL)
            assert len(pieces) > 10
            for piece in (part for _, found in pieces for part in (texts_of(found) if "<svg" in found else (found,))):
                said = "".join(text_of(piece).split())
                assert said[:40] in words, piece
                assert said[-40:] in words, piece
            assert (COMMENT in page) == (len(documents) == 2)


def test_who_prepared_finds_the_reason_beside_the_award_and_cannot_sign(
    browser: Browser, runtime: Runtime, ranked: Ranked
) -> None:
    with runtime.database.transaction() as session:
        both = a_person(session, roles=(Role.PROGRAMME_OFFICER, Role.AUTHORISING_OFFICER))
    browser.sign_in_as(both.id)
    browser.post(f"{awards_path(ranked)}/prepare", page=awards_path(ranked))
    page = browser.get(f"{awards_path(ranked)}/sign")
    assert "somebody else signs it" in page.text
    assert 'name="award_ids"' not in page.text
    with runtime.database.reading() as session:
        [main, *_] = ranked.awards(session)
    refused = browser.post(f"/officer/awards/{main.id}/sign", page=awards_path(ranked))
    assert refused.status_code == 422
    assert "somebody else signs it" in refused.text
    program = Program.of(browser, runtime, both)
    answer = program.confirmed("POST", f"/awards/{main.id}/signature")
    assert answer.status_code == 422
    assert answer.json()["violations"][0]["rule"] == "award.four_eyes"
    assert rows(runtime, ranked) == [AwardState.PREPARED] * 4


def test_a_letter_that_nobody_looked_at_cannot_be_sent(browser: Browser, runtime: Runtime, ranked: Ranked) -> None:
    with runtime.database.transaction() as session:
        prepared(session, ranked)
        sign_all(session, ranked)
        officer = session.get_one(Person, ranked.officer.person_id)
        ids = [str(one.id) for one in ranked.letters(session)]
    browser.sign_in_as(officer.id)
    answer = browser.post(letters_path(ranked), {"letter_ids": ids}, page=letters_path(ranked))
    assert answer.status_code == 422
    assert answer.text.count("nobody has looked at this letter yet") >= 4
    program = Program.of(browser, runtime, officer)
    sending = f"/calls/{ranked.call.identifier}/letters/sending"
    assert program("POST", sending, json={"letter_ids": ids}).status_code == 422
    assert program("POST", sending, json={"letter_ids": []}).json()["violations"][0]["rule"] == "letter.none_chosen"
    assert program("POST", f"/letters/{ids[0]}/preview").status_code == 204
    assert program("POST", sending, json={"letter_ids": ids[:1]}).json() == {"sent": 1}
    again = program("POST", sending, json={"letter_ids": ids[:1]})
    assert again.json()["violations"][0]["rule"] == "letter.sent_already"
    assert program("POST", f"/letters/{ids[0]}/preview").status_code == 409


def test_the_whole_way_through_the_api(browser: Browser, runtime: Runtime, ranked: Ranked) -> None:
    with runtime.database.transaction() as session:
        officer = session.get_one(Person, ranked.officer.person_id)
        signer = session.get_one(Person, ranked.signer.person_id)
    prepares, signs = Program.of(browser, runtime, officer), Program.of(browser, runtime, signer)
    base = f"/calls/{ranked.call.identifier}"
    made = prepares("POST", f"{base}/awards", key="once")
    assert made.status_code == 201
    assert prepares("POST", f"{base}/awards", key="once").json() == made.json()
    ids = made.json()["ids"]
    assert len(ids) == 4
    assert prepares("POST", f"{base}/awards/signatures", json={"award_ids": ids}).status_code == 403
    assert signs.confirmed("POST", f"{base}/awards/signatures", json={"award_ids": ids}).json() == {
        "signed": ids,
        "refused": [],
    }
    items = signs("GET", f"{base}/awards").json()["items"]
    assert [one["outcome"] for one in items] == ["main", "reserve", "below_threshold", "not_admissible"]
    assert items[0]["amount"] == {"amount": "266490.00", "currency": "EUR"}
    assert items[0]["commitment_id"]
    assert signs("GET", f"{base}/awards?outcome=reserve").json()["total"] == 1
    assert signs("GET", f"/awards/{ids[0]}").json() == items[0]
    promoted = prepares("POST", f"{base}/awards/promotions", json={"envelope": "main"})
    assert promoted.json()["violations"][0]["rule"] == "award.reserve_needs_more"
    letters = prepares("GET", f"{base}/letters?standing=unseen").json()["items"]
    assert len(letters) == 4
    shown = prepares("GET", f"/letters/{letters[0]['id']}").json()
    assert shown["content"]["dates"]["redress_until"] == "2019-10-14"
    for one in letters:
        assert prepares("POST", f"/letters/{one['id']}/preview").status_code == 204
    assert prepares("POST", f"{base}/letters/sending", json={"letter_ids": [one["id"] for one in letters]}).json() == {
        "sent": 4
    }
    program = Program.of(browser, runtime, ranked.made[0].person)
    [told] = program("GET", f"/applications/{ranked.made[0].application_id}/outcome").json()
    assert told["content"]["outcome"] == "main"
    assert told["summary"]["total"] == "86"


def test_a_preparation_is_taken_back_on_its_page(browser: Browser, runtime: Runtime, ranked: Ranked) -> None:
    with runtime.database.transaction() as session:
        main = prepared(session, ranked)[0]
    browser.sign_in_as(ranked.officer.person_id)
    path = f"/officer/awards/{main.id}"
    refused = browser.post(f"{path}/drop", {"reason": "short"}, page=path)
    assert refused.status_code == 422
    assert "at least 20 characters" in refused.text
    page = browser.post(f"{path}/drop", {"reason": "The coordinator wrote that the project is off."}, page=path)
    assert "taken back" in page.text
    with runtime.database.reading() as session:
        assert award_row(session, main.id).state is AwardState.DROPPED


def test_lists_narrow_and_leave_as_files(browser: Browser, runtime: Runtime, ranked: Ranked) -> None:
    with runtime.database.transaction() as session:
        prepared(session, ranked)
        sign_all(session, ranked)
    browser.sign_in_as(ranked.signer.person_id)
    page = browser.get(f"{awards_path(ranked)}?outcome=main")
    assert "RANK0" in page.text
    assert "RANK1" not in page.text
    assert not problems(Page(page.text))
    lines = list(csv.DictReader(io.StringIO(browser.get(f"{awards_path(ranked)}?format=csv").text)))
    assert [line["Outcome"] for line in lines] == ["main", "reserve", "below_threshold", "not_admissible"]
    assert lines[0]["Amount"] == "266490.00"
    assert browser.get(f"{awards_path(ranked)}?format=xlsx").headers["content-type"].endswith("sheet")
    lines = list(
        csv.DictReader(io.StringIO(browser.get(f"{letters_path(ranked)}?format=csv&kind=rejection_letter").text))
    )
    assert [line["Outcome"] for line in lines] == ["below_threshold", "not_admissible"]
    assert "RANK1" not in browser.get(f"{letters_path(ranked)}?q=RANK0").text


def test_strangers_are_not_told(browser: Browser, runtime: Runtime, ranked: Ranked) -> None:
    with runtime.database.transaction() as session:
        main = prepared(session, ranked)[0]
        stranger = a_person(session)
    for who in (stranger.id, ranked.made[0].person.id):
        browser.sign_in_as(UUID(str(who)))
        for path in (awards_path(ranked), letters_path(ranked), f"/officer/awards/{main.id}"):
            assert browser.get(path).status_code == 404
