"""The office's pages of experts and assignments, and the same through the API: board, acts, refusals, sights, counts."""

from __future__ import annotations

import itertools
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from app.core.actor import Role
from app.core.errors import DomainError
from app.evaluation.models import EvaluationRound
from app.evaluation.queries.assignments import assignments_of_application
from app.evaluation.rules.lifecycle import AssignmentState, RoundState
from app.evaluation.schemas import AssignExpert
from app.evaluation.use_cases.assign_expert import assign_expert
from tests.api.program import Program
from tests.builders.calls import a_programme_officer, another_call
from tests.builders.evaluation import DUE, EVALUATING, a_closed_call, a_round, admit, an_assignment, an_expert
from tests.builders.people import a_person, a_role
from tests.support.client import Browser

if TYPE_CHECKING:
    from app.accounts.models import Person
    from app.delivery.runtime import Runtime


_numbers = itertools.count(1)


class Scene:
    """A round with three applications and an officer."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        with runtime.database.transaction() as session:
            content = another_call(f"COS-ROUND-{next(_numbers)}")
            self.round_id, self.call, self.made = a_round(session, applications=3, content=content)
            self.officer = a_person(session, roles=(Role.PROGRAMME_OFFICER,), name="Marta Jansen")
            self.acronyms = [one.row(session).acronym for one in self.made]

    @property
    def base(self) -> str:
        return f"/officer/calls/{self.call.id}"

    def expert(self, **given: str) -> Person:
        with self.runtime.database.transaction() as session:
            return an_expert(session, self.call, **given)

    def states(self, number: int) -> list[tuple[str, AssignmentState, bool]]:
        with self.runtime.database.reading() as session:
            rows = assignments_of_application(session, self.made[number].application_id)
            return [(row.name, row.state, row.rapporteur) for row in rows]


@pytest.fixture
def scene(runtime: Runtime) -> Scene:
    runtime.clock.instant = EVALUATING  # type: ignore[attr-defined]  # the test's clock
    return Scene(runtime)


def test_the_evaluation_is_started_with_a_date_in_the_zone_of_the_call(browser: Browser, runtime: Runtime) -> None:
    runtime.clock.instant = EVALUATING  # type: ignore[attr-defined]
    with runtime.database.transaction() as session:
        call, made = a_closed_call(session, 2)
        admit(session, call, made)
        officer = a_person(session, roles=(Role.PROGRAMME_OFFICER,))
    base = f"/officer/calls/{call.id}/evaluation"
    browser.sign_in_as(officer.id)
    assert "The evaluation has not begun" in browser.get(base).text
    typed = {"reports_due_at-day": "31", "reports_due_at-month": "4", "reports_due_at-year": "2019"}
    refused = browser.post(f"{base}/start", typed | {"reports_due_at-time": "17:00"}, page=f"{base}/start")
    assert refused.status_code == 422
    assert "Give a day and a time" in refused.text
    assert 'value="31"' in refused.text
    done = browser.post(
        f"{base}/start",
        typed | {"reports_due_at-day": "30", "reports_due_at-time": "17:00"},
        page=f"{base}/start",
    )
    assert "Tue 30 April 2019, 17:00 Brussels" in done.text
    assert "0 of 6" in done.text, "two applications need three reports each"
    assert "It has been started already" in browser.get(f"{base}/start").text


def test_an_expert_is_assigned_made_rapporteur_and_taken_off(browser: Browser, scene: Scene) -> None:
    person = scene.expert(name="Anna Kowalska")
    path = f"/officer/applications/{scene.made[0].application_id}/experts"
    browser.sign_in_as(scene.officer.id)
    page = browser.post(path, {"person_id": str(person.id), "rapporteur": "true"}, page=path).text
    assert scene.states(0) == [("Anna Kowalska", AssignmentState.ASSIGNED, True)]
    assert "2 lacking" in page
    assert "Anna Kowalska is or was assigned" in page
    with scene.runtime.database.reading() as session:
        [row] = assignments_of_application(session, scene.made[0].application_id)
    one = f"{path}/{row.id}"
    assert browser.post(f"{one}/end", {"reason": " "}, page=one).status_code == 422
    browser.post(f"{one}/end", {"reason": "She moved abroad."}, page=one)
    assert scene.states(0) == [("Anna Kowalska", AssignmentState.ENDED, True)]
    assert "She moved abroad." in browser.get(path).text, "history stays"


def test_candidates_say_what_speaks_against_them_and_a_refusal_too(browser: Browser, scene: Scene) -> None:
    person = scene.expert(name="Tied Expert")
    with scene.runtime.database.transaction() as session:
        a_role(session, person, Role.MEMBER, scene.made[1].members[0].organisation.id)
    path = f"/officer/applications/{scene.made[1].application_id}/experts"
    words = "Tied Expert belongs to an organisation that takes part in"
    browser.sign_in_as(scene.officer.id)
    assert words in browser.get(path).text
    assert words not in browser.get(f"{path}?only=free").text
    refused = browser.post(path, {"person_id": str(person.id)}, page=path)
    assert refused.status_code == 422
    assert refused.text.count(words) == 2, "above the page and beside the candidate"
    assert scene.states(1) == []


def test_a_possible_conflict_is_decided_on_its_page(browser: Browser, scene: Scene) -> None:
    person = scene.expert()
    with scene.runtime.database.transaction() as session:
        assignment_id = an_assignment(session, scene.made[0], person, answer="possible")
    path = f"/officer/applications/{scene.made[0].application_id}/experts/{assignment_id}"
    browser.sign_in_as(scene.officer.id)
    assert "We worked together in 2017." in browser.get(path).text
    assert browser.post(f"{path}/decide", {"reason": "Long ago."}, page=path).status_code == 422
    browser.post(f"{path}/decide", {"allow": "false", "reason": "Too close."}, page=path)
    assert scene.states(0)[-1][1] is AssignmentState.CONFLICT
    wrong = f"/officer/applications/{scene.made[1].application_id}/experts/{assignment_id}"
    assert browser.get(wrong).status_code == 404, "an assignment of another application"


def test_the_board_filters_and_exports_the_same_rows(browser: Browser, scene: Scene) -> None:
    person = scene.expert(name="Anna Kowalska")
    with scene.runtime.database.transaction() as session:
        an_assignment(session, scene.made[0], person, answer="possible", rapporteur=True)
    browser.sign_in_as(scene.officer.id)
    board = f"{scene.base}/assignments"
    everything = browser.get(board).text
    assert all(acronym in everything for acronym in scene.acronyms)
    decide = browser.get(f"{board}?needs=decision").text
    assert scene.acronyms[0] in decide
    assert scene.acronyms[1] not in decide
    missing = browser.get(f"{board}?needs=rapporteur").text
    assert scene.acronyms[0] not in missing
    csv = browser.get(f"{board}?needs=decision&format=csv").text
    assert "Anna Kowalska (possible conflict, rapporteur)" in csv
    assert csv.count("\n") == 2
    assert browser.get(f"{board}?format=xlsx").content[:2] == b"PK"


def test_names_follow_the_visibility_of_the_call(browser: Browser, scene: Scene) -> None:
    person = scene.expert(name="Secret Name")
    with scene.runtime.database.transaction() as session:
        an_assignment(session, scene.made[0], person, answer="none")
        session.get_one(EvaluationRound, scene.round_id).state = RoundState.INFORMED
    browser.sign_in_as(scene.officer.id)
    path = f"/officer/applications/{scene.made[0].application_id}/experts"
    program = Program.of(browser, scene.runtime, scene.officer)
    answers = [
        browser.get(f"{scene.base}/assignments"),
        browser.get(f"{scene.base}/assignments?format=csv"),
        browser.get(f"{scene.base}/evaluation"),
        browser.get(path),
        program("GET", f"/calls/{scene.call.identifier}/assignments"),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert "Secret Name" not in answer.text
        assert str(person.id) not in answer.text


def test_an_officer_with_a_conflict_sees_nothing_of_the_application(browser: Browser, scene: Scene) -> None:
    with scene.runtime.database.transaction() as session:
        a_role(session, scene.officer, Role.TEAM_MEMBER, scene.made[0].application_id)
    person = scene.expert()
    browser.sign_in_as(scene.officer.id)
    program = Program.of(browser, scene.runtime, scene.officer)
    hidden, path = scene.acronyms[0], f"/officer/applications/{scene.made[0].application_id}/experts"
    for page in ("assignments", "evaluation", "assignments?format=csv"):
        text = browser.get(f"{scene.base}/{page}").text
        assert hidden not in text
        assert scene.acronyms[1] in text
    assert hidden not in program("GET", f"/calls/{scene.call.identifier}/assignments").text
    assert browser.get(path).status_code == 404
    assert browser.post(path, {"person_id": str(person.id)}).status_code == 404
    judged = f"/evaluation/applications/{scene.made[0].application_id}"
    assert program("POST", f"{judged}/assignments", json={"person_id": str(person.id)}).status_code == 404
    assert program("GET", f"{judged}/candidates").status_code == 404


def test_both_doors_refuse_alike(browser: Browser, scene: Scene) -> None:
    person, stranger = scene.expert(), None
    with scene.runtime.database.transaction() as session:
        an_assignment(session, scene.made[0], person, rapporteur=True)
        stranger = a_person(session)
    application = scene.made[0].application_id
    browser.sign_in_as(scene.officer.id)
    program = Program.of(browser, scene.runtime, scene.officer)
    for body, rules in (
        ({"person_id": str(person.id), "rapporteur": True}, {"assignment.twice", "assignment.rapporteur_taken"}),
        ({"person_id": str(stranger.id)}, {"assignment.not_registered"}),
    ):
        answer = program("POST", f"/evaluation/applications/{application}/assignments", json=body)
        assert answer.status_code == 422
        assert {one["rule"] for one in answer.json()["violations"]} == rules
        path = f"/officer/applications/{application}/experts"
        page = browser.post(path, {name: str(value).lower() for name, value in body.items()}, page=path)
        assert page.status_code == 422
        for one in answer.json()["violations"]:
            assert one["message"] in page.text
    assert len(scene.states(0)) == 1


def test_a_program_does_all_that_the_pages_do(browser: Browser, scene: Scene) -> None:
    office = Program.of(browser, scene.runtime, scene.officer)
    person = scene.expert(name="Program Expert")
    expert = Program.of(browser, scene.runtime, person)
    judged = f"/evaluation/applications/{scene.made[2].application_id}"
    free = [one for one in office("GET", f"{judged}/candidates").json() if not one["against"]]
    assert str(person.id) in {one["person_id"] for one in free}
    wanted = {"person_id": str(person.id)}
    made = office("POST", f"{judged}/assignments", json=wanted, key="one")
    assert made.status_code == 201
    assert office("POST", f"{judged}/assignments", json=wanted, key="one").json() == made.json()
    one = f"/evaluation/assignments/{made.json()['id']}"
    asked = expert("GET", f"{one}/declaration").json()
    assert {partner["name"] for partner in asked["partners"]} == {
        member.organisation.legal_name for member in scene.made[2].members
    }
    assert office("GET", f"{one}/declaration").status_code == 404
    assert expert("POST", f"{one}/declaration", json={"answer": "maybe"}).status_code == 422
    assert expert("POST", f"{one}/declaration", json={"answer": "possible", "words": "2017."}).status_code == 204
    [mine] = expert("GET", "/evaluation/assignments").json()
    assert (mine["state"], mine["acronym"], mine["title"]) == ("to_decide", "", "")
    assert expert("GET", f"{one}/declaration").json()["partners"] == []
    assert office("POST", f"{one}/decision", json={"allow": True, "reason": "Long ago."}).status_code == 204
    assert office("PUT", f"{one}/rapporteur").status_code == 204
    board = office("GET", f"/calls/{scene.call.identifier}/assignments?size=100").json()
    row = next(each for each in board["items"] if each["acronym"] == scene.acronyms[2])
    assert (row["lacking"], row["has_rapporteur"], row["next"]) == (2, True, "assign")
    figures = office("GET", f"/calls/{scene.call.identifier}/evaluation").json()["figures"]
    assert (figures["applications"], figures["active"], figures["answered"], figures["reports"]) == (3, 1, 1, 9)
    assert expert("POST", f"{one}/later-conflict", json={"reason": "A job offer."}).status_code == 204
    assert expert("GET", "/evaluation/assignments").json() == []
    assert expert("GET", f"{one}/declaration").status_code == 404


def test_registration_and_leave_by_program(browser: Browser, scene: Scene) -> None:
    with scene.runtime.database.transaction() as session:
        person = a_person(session, roles=((Role.EVALUATOR, scene.call.id),))
    program, path = Program.of(browser, scene.runtime, person), f"/calls/{scene.call.identifier}/experts/me"
    assert program("GET", path).json()["registered"] is False
    body = {"expertise": "Textiles", "languages": ["en"], "version": 0}
    assert program("PUT", path, json=body).json() == {"version": 1}
    assert program("PUT", path, json=body).status_code == 409
    assert program("GET", path).json()["version"] == 1
    assert program("DELETE", path).status_code == 204
    assert program("GET", path).json()["registered"] is False


def test_addresses_are_pasted_as_they_come(browser: Browser, scene: Scene) -> None:
    path = f"{scene.base}/experts"
    browser.sign_in_as(scene.officer.id)
    refused = browser.post(path, {"emails": "one@uni.example; not-an-address"}, page=path)
    assert refused.status_code == 422
    assert "not-an-address: Enter an e-mail address" in refused.text
    page = browser.post(path, {"emails": "one@uni.example;\ntwo@uni.example, "}, page=path).text
    assert "one@uni.example" in page
    assert "two@uni.example" in page
    again = browser.post(path, {"emails": "two@uni.example"}, page=path)
    assert again.status_code == 422
    assert "two@uni.example has an open invitation" in again.text


def test_late_experts_are_reminded_by_a_button(browser: Browser, scene: Scene) -> None:
    with scene.runtime.database.transaction() as session:
        an_assignment(session, scene.made[0], an_expert(session, scene.call), answer="none")
    browser.sign_in_as(scene.officer.id)
    assert "Remind now" not in browser.get(f"{scene.base}/evaluation").text
    scene.runtime.clock.instant = DUE + timedelta(hours=1)  # type: ignore[attr-defined]
    browser.sign_in_as(scene.officer.id)
    page = browser.get(f"{scene.base}/evaluation").text
    assert "Remind now" in page
    assert "1 late" in page
    assert browser.post(f"{scene.base}/evaluation/remind").status_code == 200
    assert browser.post(f"{scene.base}/evaluation/remind").status_code == 422
    assert "Reports are late in" in browser.get("/tasks").text


def test_tasks_of_office_and_expert(browser: Browser, scene: Scene) -> None:
    person = scene.expert()
    with scene.runtime.database.transaction() as session:
        an_assignment(session, scene.made[0], person)
        an_assignment(session, scene.made[1], person, answer="none")
        an_assignment(session, scene.made[2], an_expert(session, scene.call), answer="possible")
        fresh = a_person(session, roles=((Role.EVALUATOR, scene.call.id),))
    page = browser.sign_in_as(person.id).get("/tasks").text
    assert "to declare: 1" in page
    assert "reports: 1" in page
    assert "Register as an expert" in browser.sign_in_as(fresh.id).get("/tasks").text
    page = browser.sign_in_as(scene.officer.id).get("/tasks").text
    assert f'href="{scene.base}/assignments?needs=experts"' in page
    assert "applications: 3" in page
    assert "to decide: 1" in page


@pytest.mark.parametrize("page", ["evaluation", "assignments", "experts"])
def test_queries_do_not_grow_with_the_round(browser: Browser, scene: Scene, page: str) -> None:
    counted: list[str] = []
    browser.sign_in_as(scene.officer.id)

    def queries() -> int:
        counted.clear()
        assert browser.get(f"{scene.base}/{page}").status_code == 200
        return len(counted)

    engine = scene.runtime.database.engine
    sa.event.listen(engine, "before_cursor_execute", lambda *given: counted.append(given[2]))
    queries()
    before = queries()
    with scene.runtime.database.transaction() as session:
        for made in scene.made:
            for _ in range(2):
                an_assignment(session, made, an_expert(session, scene.call), answer="none")
    assert queries() == before


def test_two_rapporteurs_at_once_are_one_and_a_refusal_in_words(scene: Scene) -> None:
    application, people = scene.made[0].application_id, [scene.expert(), scene.expert()]
    ready, outcomes = threading.Barrier(2), []

    def act(person: Person) -> None:
        with scene.runtime.database.transaction() as session:
            officer = a_programme_officer(session)
            wanted = AssignExpert(person_id=person.id, rapporteur=True)
            ready.wait(timeout=20)
            try:
                assign_expert(session, officer, application, wanted, now=EVALUATING)
            except DomainError as error:
                outcomes.append(tuple(one.rule for one in error.violations))
                session.rollback()
            else:
                outcomes.append(())

    threads = [threading.Thread(target=act, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == [(), ("assignment.rapporteur_taken",)]
    assert [rapporteur for _, _, rapporteur in scene.states(0)] == [True]
