"""The desk of an expert: proposal and report side by side, saved in passing, submitted when complete."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from app.applications.models import Application
from app.applications.rules.lifecycle import ApplicationState
from app.delivery.runtime import Runtime
from app.evaluation.queries.reports import report
from app.evaluation.rules.lifecycle import ReportState
from tests.builders.evaluation import DUE
from tests.builders.scoring import POINTS, WHY, Group, Seated, reported
from tests.support.client import Browser, hidden_fields

TYPED = (
    {f"scores.{name}": points for name, points in POINTS.items()}
    | {f"comments.{name}": f"{WHY} ({name})" for name in POINTS}
    | {"capacity": "true"}
)


def sit(browser: Browser, seated: Seated) -> str:
    browser.sign_in_as(seated.person.id)
    return f"/evaluation/{seated.id}"


def send(browser: Browser, path: str, fields: dict[str, Any], **options: Any) -> Any:
    return browser.post(path, hidden_fields(browser.get(path).text) | {"go": "stay"} | fields, **options)


def stored(runtime: Runtime, seated: Seated) -> Any:
    with runtime.database.reading() as session:
        return report(session, seated.id)


def test_the_proposal_stands_beside_the_questions_of_the_call(browser: Browser, group: Group) -> None:
    page = browser.get(sit(browser, group.experts[0])).text
    assert "Proposal, as it was submitted" in page
    assert "Does the partnership fit these objectives?" in page
    assert "0 to 30 in steps of 1 · threshold 15" in page
    assert 'href="/evaluation/' + str(group.experts[0].id) + '/attachments/part_b"' in page or "part_b" not in page
    for name in POINTS:
        assert f'name="scores.{name}"' in page
        assert f'name="comments.{name}"' in page
    assert "4 scores are missing" in page


def test_a_draft_is_saved_and_its_total_told(browser: Browser, runtime: Runtime, group: Group) -> None:
    path = sit(browser, group.experts[0])
    page = send(browser, path, {"scores.relevance": "12", "comments.relevance": "Weak <b>start</b>"}).text
    assert "below the threshold: Relevance to the objectives of the call" in page
    assert "Weak &lt;b&gt;start&lt;/b&gt;" in page
    assert stored(runtime, group.experts[0]).version == 1


def test_saving_in_passing_answers_with_state_and_total(browser: Browser, runtime: Runtime, group: Group) -> None:
    path = sit(browser, group.experts[0])
    fields = hidden_fields(browser.get(path).text) | TYPED
    answer = browser.client.post(path, data=fields, headers={"hx-request": "true"})
    assert "Saved" in answer.text
    assert 'id="row-version" value="1" hx-swap-oob="true"' in answer.text
    assert "<strong>76</strong>" in answer.text
    assert "reaches every threshold" in answer.text
    again = browser.client.post(path, data=fields, headers={"hx-request": "true"})
    assert "Not saved yet." in again.text
    assert stored(runtime, group.experts[0]).version == 1


def test_a_score_off_the_scale_is_told_at_its_field_and_nothing_is_lost(browser: Browser, group: Group) -> None:
    path = sit(browser, group.experts[0])
    answer = send(browser, path, {"scores.relevance": "31", "scores.impact": "many", "comments.quality": "Kept text"})
    assert answer.status_code == 422
    assert 'href="#scores-impact"' in answer.text
    assert "Kept text" in answer.text
    answer = send(browser, path, {"scores.relevance": "31", "comments.quality": "Kept text"})
    assert "31 is off the scale. Give 0 to 30 points." in answer.text


def test_two_windows_choose_between_both_texts(browser: Browser, runtime: Runtime, group: Group) -> None:
    path = sit(browser, group.experts[0])
    opened = hidden_fields(browser.get(path).text)
    send(browser, path, TYPED | {"comments.impact": "The text of the first window, long enough."})
    mine = opened | TYPED | {"comments.impact": "The text of the second window, long enough.", "go": "stay"}
    answer = browser.post(path, mine)
    assert answer.status_code == 409
    assert "first" in answer.text
    assert "second" in answer.text
    choice = mine | hidden_fields(answer.text) | {"_choose.comments.impact": "theirs"}
    assert browser.post(path, choice).status_code == 200
    row = stored(runtime, group.experts[0])
    assert (row.version, row.sheet.comments["impact"]) == (2, "The text of the first window, long enough.")


def test_a_report_is_checked_submitted_and_then_only_read(browser: Browser, runtime: Runtime, group: Group) -> None:
    seated = group.experts[0]
    path = sit(browser, seated)
    half = send(browser, path, {"scores.relevance": "20", "go": "submit"})
    assert "things are still to mend" in half.text
    assert "Submit the report" not in half.text
    whole = send(browser, path, TYPED | {"go": "submit"})
    done = browser.post(f"{path}/submission", hidden_fields(whole.text))
    assert "Your report counts." in done.text
    assert 'name="scores.relevance"' not in done.text
    assert stored(runtime, seated).state is ReportState.SUBMITTED
    refused = browser.post(path, hidden_fields(whole.text) | TYPED)
    assert refused.status_code == 422
    assert "This report is submitted." in refused.text


def test_late_is_said_before_and_after(browser: Browser, runtime: Runtime, group: Group) -> None:
    from datetime import timedelta

    runtime.clock.instant = DUE + timedelta(hours=1)  # type: ignore[attr-defined]  # the clock of tests
    path = sit(browser, group.experts[0])
    assert "a late report is kept and marked late" in browser.get(path).text
    whole = send(browser, path, TYPED | {"go": "submit"})
    done = browser.post(f"{path}/submission", hidden_fields(whole.text))
    assert "late" in done.text
    assert stored(runtime, group.experts[0]).late is True
    with runtime.database.transaction() as session:
        changed = sa.update(Application).where(Application.id == group.application_id)
        session.execute(changed.values(state=ApplicationState.WITHDRAWN))
    page = browser.get(sit(browser, group.experts[1]))
    assert "This application was withdrawn by its coordinator" in page.text
    assert 'name="scores.relevance"' not in page.text


def test_nobody_reads_anothers_report_while_reports_are_written(
    browser: Browser, runtime: Runtime, group: Group
) -> None:
    first, second, third = group.experts
    secret = {name: f"PLANTED {name} of a colleague" for name in POINTS}
    with runtime.database.transaction() as session:
        reported(session, second, comments=secret)
    for path in (f"/evaluation/{first.id}", f"/evaluation/{first.id}/submission", "/tasks"):
        browser.sign_in_as(first.person.id)
        assert "PLANTED" not in browser.get(path).text
    room = f"/evaluation/applications/{group.application_id}/consensus"
    for path in (f"/evaluation/{second.id}", f"/evaluation/{second.id}/submission", room):
        assert browser.get(path).status_code == 404
    api = f"/api/v1/applications/{group.application_id}"
    for path in (f"/officer/applications/{group.application_id}/evaluation", f"{api}/consensus", f"{api}/evaluation"):
        assert "PLANTED" not in browser.get(path).text
    assert third.person.name not in browser.get(f"/evaluation/{first.id}").text
    browser.sign_in_as(group.officer.person_id)
    assert "PLANTED" in browser.get(f"/officer/applications/{group.application_id}/evaluation").text
