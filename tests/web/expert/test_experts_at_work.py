"""An expert from invitation to a declared conflict, in the browser: what opens, what stays shut, who sees what."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from app.core.actor import Role
from app.evaluation.queries.assignments import assignment_row
from app.evaluation.rules.lifecycle import AssignmentState
from app.evaluation.schemas import WithReason
from app.evaluation.use_cases.end_assignment import end_assignment
from tests.builders.calls import a_programme_officer
from tests.builders.evaluation import EVALUATING, a_round, an_assignment, an_expert
from tests.builders.people import a_person

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime
    from tests.support.client import Browser


class Scene:
    """A round with two applications, an expert and an officer."""

    def __init__(self, runtime: Runtime) -> None:
        runtime.clock.instant = EVALUATING  # type: ignore[attr-defined]  # the test's clock
        self.runtime = runtime
        with runtime.database.transaction() as session:
            _, self.call, (self.made, self.other) = a_round(session, applications=2)
            self.acronym = self.made.row(session).acronym
            self.expert = an_expert(session, self.call)
            self.officer = a_person(session, roles=(Role.PROGRAMME_OFFICER,))
            self.assignment = an_assignment(session, self.made, self.expert)

    def state(self, assignment_id: UUID) -> AssignmentState:
        with self.runtime.database.reading() as session:
            return assignment_row(session, assignment_id).state


@pytest.fixture(scope="module")
def _scene(runtime: Runtime) -> Scene:
    return Scene(runtime)


@pytest.fixture
def scene(_scene: Scene, runtime: Runtime) -> Scene:
    """A fresh expert with an assignment of their own to the same application."""
    runtime.clock.instant = EVALUATING  # type: ignore[attr-defined]
    with runtime.database.transaction() as session:
        _scene.expert = an_expert(session, _scene.call)
        _scene.assignment = an_assignment(session, _scene.made, _scene.expert)
    return _scene


def test_the_queue_says_what_to_do_next_and_by_when(browser: Browser, scene: Scene) -> None:
    page = browser.sign_in_as(scene.expert.id).get("/evaluation").text
    assert f'href="/evaluation/{scene.assignment}/conflict"' in page
    assert "Say whether you have a conflict of interest." in page
    assert "Due Mon 29 April 2019, 11:00 Brussels" in page


def test_before_the_answer_one_sees_who_applies_and_nothing_else(browser: Browser, scene: Scene) -> None:
    page = browser.sign_in_as(scene.expert.id).get(f"/evaluation/{scene.assignment}/conflict").text
    for member in scene.made.members:
        assert member.organisation.legal_name in page
    assert "Clusters from three countries train their managers" not in page, "the abstract is content"
    assert "360,000" not in page
    assert page.count('name="answer"') == 3


def test_no_conflict_opens_the_content(browser: Browser, scene: Scene) -> None:
    path = f"/evaluation/{scene.assignment}/conflict"
    page = browser.sign_in_as(scene.expert.id).post(path, {"answer": "none", "words": ""}, page=path).text
    assert scene.state(scene.assignment) is AssignmentState.OPEN
    assert f'href="/evaluation/{scene.assignment}"' in page


def test_an_answer_needs_its_reason_and_keeps_what_was_typed(browser: Browser, scene: Scene) -> None:
    path = f"/evaluation/{scene.assignment}/conflict"
    browser.sign_in_as(scene.expert.id)
    answer = browser.post(path, {"answer": "possible", "words": "  "}, page=path)
    assert answer.status_code == 422
    assert "Say why: others must be able to follow it later." in answer.text
    assert 'value="possible" checked' in answer.text
    assert scene.state(scene.assignment) is AssignmentState.ASSIGNED


def test_who_declared_a_conflict_sees_nothing_of_it_any_more(browser: Browser, scene: Scene) -> None:
    path = f"/evaluation/{scene.assignment}/conflict"
    browser.sign_in_as(scene.expert.id)
    page = browser.post(path, {"answer": "conflict", "words": "My sister leads it."}, page=path).text
    assert scene.state(scene.assignment) is AssignmentState.CONFLICT
    for text in (page, browser.get("/evaluation").text, browser.get("/tasks").text):
        assert scene.acronym not in text
        assert scene.made.members[0].organisation.legal_name not in text
    for suffix in ("/conflict", "/decline", "", "/report"):
        assert browser.get(f"/evaluation/{scene.assignment}{suffix}").status_code == 404


def test_while_a_possible_conflict_waits_one_sees_only_the_reference(browser: Browser, scene: Scene) -> None:
    path = f"/evaluation/{scene.assignment}/conflict"
    browser.sign_in_as(scene.expert.id)
    queue = browser.post(path, {"answer": "possible", "words": "We met in 2017."}, page=path).text
    shown = browser.get(path).text
    for text in (queue, shown):
        assert scene.acronym not in text
        assert scene.made.members[0].organisation.legal_name not in text
        assert "The managing body decides" in text
    assert "We met in 2017." in shown
    assert browser.get(f"/evaluation/{scene.assignment}/decline").status_code == 404


def test_a_later_conflict_closes_what_was_open(browser: Browser, scene: Scene) -> None:
    path = f"/evaluation/{scene.assignment}/conflict"
    browser.sign_in_as(scene.expert.id)
    browser.post(path, {"answer": "none", "words": ""}, page=path)
    assert "Report a conflict of interest" in browser.get(path).text
    browser.post(f"/evaluation/{scene.assignment}/later-conflict", {"reason": "They offered me a job."}, page=path)
    assert scene.state(scene.assignment) is AssignmentState.CONFLICT
    assert browser.get(path).status_code == 404


def test_one_declines_with_a_reason(browser: Browser, scene: Scene) -> None:
    path = f"/evaluation/{scene.assignment}/decline"
    browser.sign_in_as(scene.expert.id)
    assert browser.post(path, {"reason": " "}, page=path).status_code == 422
    browser.post(path, {"reason": "I am ill."}, page=path)
    assert scene.state(scene.assignment) is AssignmentState.DECLINED
    assert browser.get(path).status_code == 404


def test_what_the_office_ended_is_gone(browser: Browser, runtime: Runtime, scene: Scene) -> None:
    with runtime.database.transaction() as session:
        why = WithReason(reason="Another expert took over.")
        end_assignment(session, a_programme_officer(session), scene.assignment, why, now=EVALUATING)
    assert browser.sign_in_as(scene.expert.id).get(f"/evaluation/{scene.assignment}/conflict").status_code == 404


def test_another_expert_does_not_reach_it(browser: Browser, runtime: Runtime, scene: Scene) -> None:
    with runtime.database.transaction() as session:
        stranger = an_expert(session, scene.call)
    path = f"/evaluation/{scene.assignment}/conflict"
    browser.sign_in_as(stranger.id)
    assert browser.get(path).status_code == 404
    assert browser.post(path, {"answer": "none"}).status_code == 404
    assert scene.state(scene.assignment) is AssignmentState.ASSIGNED
