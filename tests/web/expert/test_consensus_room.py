"""The room of a group: compared, drafted, proposed, answered, concluded; and the page of the office about it."""

from __future__ import annotations

from typing import Any

import pytest

from app.delivery.runtime import Runtime
from app.evaluation.queries.reports import consensus
from app.evaluation.queries.rounds import judged_row
from app.evaluation.rules.lifecycle import ConsensusState, JudgementState
from tests.builders.scoring import POINTS, WHY, Group, reported
from tests.support.client import Browser, hidden_fields

TYPED = (
    {f"scores.{name}": points for name, points in POINTS.items()}
    | {f"comments.{name}": f"{WHY} ({name})" for name in POINTS}
    | {"capacity": "true"}
)
OF_EVERY_FORM = {"_csrf", "_version", "_key"}


def enter(browser: Browser, group: Group, who: Any) -> str:
    browser.sign_in_as(who)
    return f"/evaluation/applications/{group.application_id}/consensus"


def send(browser: Browser, path: str, fields: dict[str, Any], act: str = "") -> Any:
    hidden = {name: value for name, value in hidden_fields(browser.get(path).text).items() if name in OF_EVERY_FORM}
    return browser.post(path + act, hidden | fields)


def state(runtime: Runtime, group: Group) -> tuple[ConsensusState, str, JudgementState]:
    with runtime.database.reading() as session:
        row = consensus(session, group.application_id)
        assert row is not None
        return row.state, row.agreement, judged_row(session, group.application_id).state


def test_a_group_comes_to_one_report(browser: Browser, runtime: Runtime, talking: Group) -> None:
    group, (first, second, third) = talking, talking.experts
    path = enter(browser, group, first.person.id)
    page = browser.get(path).text
    for name in (second.person.name, third.person.name):
        assert name in page
    assert "start from 25" in page
    assert "Draft the consensus report on" in browser.get("/tasks").text
    assert 'name="scores.relevance"' not in browser.get(enter(browser, group, second.person.id)).text
    enter(browser, group, first.person.id)
    saved = send(browser, path, TYPED | {"go": "propose"})
    assert "Propose version 2 to the group" in saved.text
    assert "agree or dissent here" in send(browser, path, {}, "/proposal").text
    enter(browser, group, second.person.id)
    assert "Agree with the report on" in browser.get("/tasks").text
    refused = send(browser, path, {"agrees": "false", "words": "No."}, "/views")
    assert refused.status_code == 422
    assert "why you do not agree" in refused.text
    assert "does not agree" in send(browser, path, {"agrees": "false", "words": WHY}, "/views").text
    enter(browser, group, first.person.id)
    assert f"Not answered yet: {third.person.name}" in browser.get(path).text
    early = send(browser, path, {}, "/conclusion")
    assert early.status_code == 422
    assert "Every evaluator must agree or dissent" in early.text
    enter(browser, group, third.person.id)
    send(browser, path, {"agrees": "true"}, "/views")
    enter(browser, group, first.person.id)
    assert "Conclude the report on" in browser.get("/tasks").text
    done = send(browser, path, {}, "/conclusion")
    assert "concluded by majority" in done.text
    assert WHY in done.text
    assert state(runtime, group) == (ConsensusState.CONCLUDED, "majority", JudgementState.CONCLUDED)


def test_a_stale_draft_shows_both_texts(browser: Browser, runtime: Runtime, talking: Group) -> None:
    path = enter(browser, talking, talking.rapporteur.person.id)
    opened = hidden_fields(browser.get(path).text)
    send(browser, path, TYPED | {"comments.impact": "The text of the first window, long enough."})
    answer = browser.post(path, opened | TYPED | {"comments.impact": "The second window says another thing."})
    assert answer.status_code == 409
    assert "first" in answer.text
    assert "another" in answer.text


def test_the_moderator_reads_and_writes_with_the_group(browser: Browser, runtime: Runtime, talking: Group) -> None:
    path = enter(browser, talking, talking.officer.person_id)
    page = send(browser, path, {"text": "PLANTED words of the moderator"}, "/messages")
    assert "PLANTED words of the moderator" in page.text
    assert 'name="scores.relevance"' not in page.text
    path = enter(browser, talking, talking.experts[2].person.id)
    assert "PLANTED words of the moderator" in browser.get(path).text
    path = enter(browser, talking, talking.made.person.id)
    assert browser.get(path).status_code == 404


def test_the_office_opens_voids_returns_and_reopens(browser: Browser, runtime: Runtime, group: Group) -> None:
    base = f"/officer/applications/{group.application_id}/evaluation"
    with runtime.database.transaction() as session:
        for seated in group.experts:
            reported(session, seated)
    browser.sign_in_as(group.officer.person_id)
    page = browser.get(base).text
    assert "All reports are in." in page
    assert group.experts[1].person.name in page
    no_reason = browser.post(f"{base}/reports/{group.experts[1].id}/return", hidden_fields(page) | {"reason": " "})
    assert no_reason.status_code == 422
    why = {"reason": "The comment on impact names another proposal."}
    browser.post(f"{base}/reports/{group.experts[1].id}/return", hidden_fields(page) | why)
    browser.sign_in_as(group.experts[1].person.id)
    own = f"/evaluation/{group.experts[1].id}"
    assert why["reason"] in browser.get(own).text
    browser.post(f"{own}/submission", hidden_fields(browser.get(f"{own}/submission").text))
    browser.sign_in_as(group.officer.person_id)
    listed = browser.get(f"/officer/calls/{group.call.id}/evaluation/consensus").text
    assert "Open the consensus on 1 application" in listed
    opened = browser.post(f"/officer/calls/{group.call.id}/evaluation/consensus", hidden_fields(listed))
    assert opened.status_code == 200
    assert state(runtime, group)[2] is JudgementState.CONSENSUS
    page = browser.get(base).text
    assert "Open the room of the group" in page
    browser.post(f"{base}/reports-reopening", hidden_fields(page) | why)
    assert state(runtime, group)[2] is JudgementState.INDIVIDUAL
    browser.post(f"{base}/reports/{group.experts[2].id}/void", hidden_fields(page) | why)
    page = browser.get(base).text
    assert "voided" in page
    assert "2 of 3 individual reports are submitted." in page


@pytest.mark.parametrize("act", ["reports/{id}/return", "reports/{id}/void"])
def test_a_report_of_another_application_is_not_touched(
    browser: Browser, runtime: Runtime, group: Group, act: str
) -> None:
    other = f"/officer/applications/{group.made.application_id}/evaluation"
    browser.sign_in_as(group.officer.person_id)
    page = browser.get(other)
    from app.infra.ids import new_id

    path = f"{other}/{act.format(id=new_id())}"
    assert browser.post(path, hidden_fields(page.text) | {"reason": "For no reason."}).status_code == 404
