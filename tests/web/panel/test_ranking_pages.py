"""The ranking through the HTML door: figures, line, reasons, what each may see, files, what if, and the acts."""

import csv
import io
from dataclasses import dataclass
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.accounts.models import Person
from app.core.actor import Role
from app.delivery.runtime import Runtime
from app.evaluation.queries.panel import proposed_ranking, votes_of
from app.evaluation.queries.rounds import round_row
from app.evaluation.rules.committee import Seat
from app.evaluation.rules.lifecycle import RoundState
from tests.builders.applications import Made
from tests.builders.calls import a_programme_officer
from tests.builders.evaluation import an_expert
from tests.builders.panel import GOOD, REASON, a_concluded_round, a_member, all_checked, many, reported
from tests.builders.people import a_person
from tests.support.client import Browser


@dataclass
class Panel:
    """A call whose experts have concluded, with its people."""

    call_id: UUID
    round_id: UUID
    made: list[Made]
    officer: Person
    members: list[Person]
    observer: Person
    conflicted: Person
    auditor: Person
    copies: list[UUID]


@pytest.fixture(scope="module")
def panel(runtime: Runtime) -> Panel:
    with runtime.database.transaction() as session:
        round_id, call, made = a_concluded_round(session, (30, 28, 18, 18), (25, 14, 16, 15))
        for number, points in enumerate(((30, 27, 18, 18), (28, 28, 18, 18), (20, 22, 15, 15)), start=1):
            reported(session, made[0], an_expert(session, call, name=f"SECRET expert {number}"), points)
        sheets = [(25 + at % 5, 24, 16, 10 + at % 7) for at in range(12)]
        copied = many(session, made[0], sheets, requested=(299_870, 300_000, 341_250, 498_400))
        return Panel(
            call.id,
            round_id,
            made,
            a_person(session, roles=(Role.PROGRAMME_OFFICER,)),
            [a_member(session, round_id)[0] for _ in range(2)],
            a_member(session, round_id, seat=Seat.OBSERVER)[0],
            a_member(session, round_id, person=made[1].person)[0],
            a_person(session, roles=(Role.AUDITOR,)),
            copied,
        )


@pytest.fixture(scope="module")
def open_panel(browser_of_module: Browser, panel: Panel) -> Panel:
    browser_of_module.sign_in_as(panel.officer.id)
    office = f"/officer/calls/{panel.call_id}/panel"
    assert "The experts are still at work" in browser_of_module.get(f"/officer/calls/{panel.call_id}/ranking").text
    answer = browser_of_module.post(f"{office}/open", page=office)
    assert "panel sits" in answer.text
    return panel


@pytest.fixture(scope="module")
def browser_of_module(runtime: Runtime) -> Browser:
    return Browser(runtime)


def test_the_office_sees_cards_line_reasons_and_experts(browser: Browser, open_panel: Panel) -> None:
    browser.sign_in_as(open_panel.officer.id)
    text = browser.get(f"/officer/calls/{open_panel.call_id}/ranking").text
    assert "EUR\xa03,600,000.00" in text
    assert "Funding line: EUR\xa0" in text
    assert text.count("g-band") == 1
    assert "Quality of the action 14, needs 15" in text
    assert "SECRET expert 2 92" in text
    assert "tie: " in text
    assert "reserve 1" in text
    assert "The first application that no longer fits into the envelope closes the main list." in text


def test_a_member_sees_the_ranking_without_experts(browser: Browser, open_panel: Panel) -> None:
    for person in (open_panel.members[0], open_panel.observer):
        browser.sign_in_as(person.id)
        text = browser.get(f"/panel/{open_panel.call_id}").text
        assert "Funding line" in text
        assert "SECRET expert" not in text
        assert "g-strip-chart" not in text
        assert browser.get(f"/officer/calls/{open_panel.call_id}/ranking").status_code == 404
        assert "Member" in browser.get("/panel").text or "Observer" in browser.get("/panel").text
        tasks = browser.get("/tasks").text
        assert ('href="/panel"' in tasks, "Register your organisation" in tasks) == (True, False)


def test_of_a_conflict_only_the_reference_is_shown(browser: Browser, open_panel: Panel) -> None:
    """The person stands in a consortium of the call: every application competes, so nothing of any is shown."""
    browser.sign_in_as(open_panel.conflicted.id)
    base = f"/panel/{open_panel.call_id}"
    text = browser.get(base).text
    assert "closed to you" in text
    assert open_panel.made[0].person.name not in text
    for made in open_panel.made:
        assert browser.get(f"{base}/applications/{made.application_id}").status_code == 404
        assert "PROJECT" not in text
    rows = list(csv.DictReader(io.StringIO(browser.get(f"{base}?format=csv").content.decode("utf-8-sig"))))
    assert len(rows) == 14
    assert {row["List"] for row in rows} == {"conflict"}
    assert all(not row["Total"] and not row["Requested"] and row["Reference"] for row in rows)


def test_strangers_are_not_told(browser: Browser, runtime: Runtime, open_panel: Panel) -> None:
    with runtime.database.transaction() as session:
        stranger = a_person(session)
    browser.sign_in_as(stranger.id)
    for path in ("", "/vote", "/ties", "/what-if", "/record", f"/applications/{open_panel.made[0].application_id}"):
        assert browser.get(f"/panel/{open_panel.call_id}{path}").status_code == 404, path
    assert "You sit in no evaluation committee" in browser.get("/panel").text


def test_the_file_holds_the_same_rows(browser: Browser, open_panel: Panel) -> None:
    browser.sign_in_as(open_panel.officer.id)
    path = f"/officer/calls/{open_panel.call_id}/ranking"
    rows = list(csv.DictReader(io.StringIO(browser.get(f"{path}?format=csv").content.decode("utf-8-sig"))))
    assert len(rows) == 14
    assert rows[0]["Total"] == "94"
    assert {row["List"] for row in rows} == {"main", "reserve", "below threshold"}
    below = browser.get(f"{path}?format=csv&list=below_threshold").content.decode("utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(below)))) == 1
    assert browser.get(f"{path}?format=xlsx").headers["content-type"].startswith("application/vnd")


def test_what_if_shows_who_would_come_in_and_changes_nothing(
    browser: Browser, runtime: Runtime, open_panel: Panel
) -> None:
    browser.sign_in_as(open_panel.members[0].id)
    path = f"/panel/{open_panel.call_id}/what-if"
    [name] = {part.split('"')[0] for part in browser.get(path).text.split('name="')[1:] if part.startswith("amount-")}
    more = browser.get(f"{path}?{name}=90000000.00").text
    assert "Would come onto the main list" in more
    less = browser.get(f"{path}?{name}=1000000.00&line=skips").text
    assert "Would fall out of it" in less
    assert browser.get(f"{path}?{name}=much").status_code == 422
    with runtime.database.reading() as session:
        assert proposed_ranking(session, open_panel.call_id) is None


def _decide_ties(browser: Browser, ties: str) -> None:
    while 'class="g-tag g-tag--warn"' in (text := browser.get(ties).text):
        block = text.split('class="g-tag g-tag--warn"')[1].split("</form>")[0]
        names = [part.split('"')[0] for part in block.split('name="')[1:] if part.startswith("place-")]
        same = browser.post(ties, dict.fromkeys(names, "1") | {"reason": REASON}, page=ties)
        assert same.status_code == 422
        places = {name: str(at) for at, name in enumerate(names, start=1)}
        assert browser.post(ties, places | {"reason": REASON}, page=ties).status_code == 200


def test_from_the_marks_to_the_adopted_ranking(browser: Browser, runtime: Runtime, open_panel: Panel) -> None:
    office = f"/officer/calls/{open_panel.call_id}"
    first = open_panel.made[1].application_id
    browser.sign_in_as(open_panel.officer.id)
    page = f"/panel/{open_panel.call_id}/applications/{first}"
    refused = browser.post(f"{page}/marks", {"criterion": "quality", "score": "31", "reason": "x"}, page=page)
    assert refused.status_code == 422
    assert "31 is off the scale" in refused.text
    given = {"criterion": "quality", "score": "16", "reason": REASON}
    assert REASON in browser.post(f"{page}/marks", given, page=page).text
    assert "checks of financial or operational capacity are missing" in browser.get(f"{office}/panel").text
    with runtime.database.transaction() as session:
        all_checked(session, a_programme_officer(session), open_panel.round_id)
    _decide_ties(browser, f"/panel/{open_panel.call_id}/ties")
    assert (
        "Ranking 1 is proposed as things stand now"
        in browser.post(f"{office}/ranking/propose", page=f"{office}/panel").text
    )
    refused = browser.post(f"{office}/ranking/adopt", page=f"{office}/panel")
    assert refused.status_code == 422
    assert "0 of 3 members approve this ranking, 2 are needed." in refused.text
    vote = f"/panel/{open_panel.call_id}/vote"
    with runtime.database.reading() as session:
        proposal = proposed_ranking(session, open_panel.call_id)
        assert proposal is not None
    for member in open_panel.members:
        browser.sign_in_as(member.id)
        assert "your vote is missing" in browser.get("/panel").text
        assert "Vote on the ranking of" in browser.get("/tasks").text
        stale = browser.post(vote, {"approves": "true", "sha256": "0" * 64}, page=vote)
        assert stale.status_code == 422
        assert "was replaced in the meantime" in stale.text
        assert browser.post(vote, {"approves": "true", "sha256": proposal.sha256}, page=vote).status_code == 200
    browser.sign_in_as(open_panel.observer.id)
    assert browser.post(vote, {"approves": "true", "sha256": proposal.sha256}, page=vote).status_code == 403
    browser.sign_in_as(open_panel.officer.id)
    assert "Ranking 1 is adopted" in browser.post(f"{office}/ranking/adopt", page=f"{office}/panel").text
    assert "The record is not there yet." in browser.get(f"/panel/{open_panel.call_id}/record").text
    assert "Adopted on" in browser.get(f"{office}/ranking").text
    with runtime.database.reading() as session:
        assert round_row(session, open_panel.round_id).state is RoundState.ADOPTED
        assert len(votes_of(session, proposal.id)) == 2


def test_the_committee_page_seats_and_lists_conflicts(browser: Browser, runtime: Runtime, panel: Panel) -> None:
    browser.sign_in_as(panel.officer.id)
    text = browser.get(f"/officer/calls/{panel.call_id}/committee").text
    assert "is part of the consortium" in text
    browser.sign_in_as(panel.auditor.id)
    assert browser.get(f"/officer/calls/{panel.call_id}/committee").status_code == 200
    answer = browser.post(f"/officer/calls/{panel.call_id}/committee", {"email": "x@example.org", "seat": "observer"})
    assert answer.status_code == 403


def test_the_page_asks_as_often_for_a_hundred_more(browser: Browser, runtime: Runtime, open_panel: Panel) -> None:
    browser.sign_in_as(open_panel.auditor.id)

    def count() -> int:
        asked: list[str] = []

        def note(*given: object) -> None:
            asked.append(str(given[2]))

        sa.event.listen(runtime.database.engine, "before_cursor_execute", note)
        assert browser.get(f"/officer/calls/{open_panel.call_id}/ranking").status_code == 200
        sa.event.remove(runtime.database.engine, "before_cursor_execute", note)
        return len(asked)

    before = count()
    with runtime.database.transaction() as session:
        many(session, open_panel.made[0], [GOOD] * 150)
    assert count() == before
