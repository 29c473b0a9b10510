"""The second step at the JSON door: a code in a header, once, for one request."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from app.accounts.models import SecondFactor, SignInSession
from app.audit.models import Event
from app.core.actor import Role
from app.delivery.runtime import Runtime
from tests.api.program import API, Program
from tests.builders.awards import SENT, Ranked, a_ranking, prepared
from tests.builders.people import a_person, code_of, with_second_factor
from tests.support.client import Browser


@pytest.fixture(scope="module")
def ranked(runtime: Runtime) -> Ranked:
    """Decisions that wait to be signed."""
    runtime.clock.instant = SENT  # type: ignore[attr-defined]
    with runtime.database.transaction() as session:
        made = a_ranking(session, files=runtime.files)
        prepared(session, made)
        return made


@pytest.fixture
def signer(browser: Browser, runtime: Runtime) -> Program:
    """A program of an authorising officer with a device."""
    with runtime.database.transaction() as session:
        person = a_person(session, roles=(Role.AUTHORISING_OFFICER,))
        with_second_factor(session, person.id, runtime.vault)
    return Program.of(browser, runtime, person)


def paths(runtime: Runtime, ranked: Ranked) -> list[str]:
    with runtime.database.reading() as session:
        return [f"/awards/{one.id}/signature" for one in ranked.awards(session)]


def failed(runtime: Runtime, program: Program) -> int:
    with runtime.database.reading() as session:
        where = (Event.subject_id == program.person_id, Event.kind == "second_step.failed")
        return int(session.scalar(sa.select(sa.func.count()).select_from(Event).where(*where)) or 0)


def rule(answer: Any) -> str:
    return str(answer.json()["violations"][0]["rule"])


def test_a_signature_takes_a_code_and_each_code_signs_once(runtime: Runtime, ranked: Ranked, signer: Program) -> None:
    first, second, *_ = paths(runtime, ranked)
    missing = signer("POST", first)
    assert (missing.status_code, rule(missing)) == (403, "access.second_step")
    wrong = signer("POST", first, headers={"second-step": "000000"})
    assert (wrong.status_code, rule(wrong), failed(runtime, signer)) == (403, "second_step.wrong_code", 1)
    header = {"second-step": code_of(runtime.clock.now())}
    assert signer("POST", first, headers=header).status_code == 204
    again = signer("POST", second, headers=header)
    assert (again.status_code, rule(again), failed(runtime, signer)) == (403, "second_step.wrong_code", 2)
    assert signer("POST", second).status_code == 403, "it counts for one request only"
    with runtime.database.reading() as session:
        where = SignInSession.person_id == signer.person_id
        assert session.scalars(sa.select(SignInSession.id).where(where)).all() == []


def test_who_may_not_sign_uses_up_no_code(browser: Browser, runtime: Runtime, ranked: Ranked) -> None:
    with runtime.database.transaction() as session:
        person = a_person(session, roles=(Role.PROGRAMME_OFFICER,))
        with_second_factor(session, person.id, runtime.vault)
    program = Program.of(browser, runtime, person)
    answer = program("POST", paths(runtime, ranked)[2], headers={"second-step": code_of(runtime.clock.now())})
    assert (answer.status_code, rule(answer)) == (403, "access.not_permitted")
    with runtime.database.reading() as session:
        factor = session.get_one(SecondFactor, person.id)
        assert (factor.last_step, factor.wrong) == (-1, 0)


def test_a_code_is_not_looked_at_where_none_is_needed(runtime: Runtime, signer: Program) -> None:
    assert signer("GET", "/me", headers={"second-step": "000000"}).json()["second_step"] is True
    assert failed(runtime, signer) == 0


def test_without_a_device_the_refusal_says_where_to_set_it_up(
    browser: Browser, runtime: Runtime, ranked: Ranked
) -> None:
    with runtime.database.transaction() as session:
        person = a_person(session, roles=(Role.AUTHORISING_OFFICER,))
    program = Program.of(browser, runtime, person)
    for headers in ({}, {"second-step": "123456"}):
        answer = program("POST", paths(runtime, ranked)[2], headers=headers)
        assert answer.status_code == 403
        assert "Set it up under Your account" in answer.json()["detail"]
    assert program("GET", "/me").json()["second_step"] is False


def test_five_wrong_codes_pause_programs_too(runtime: Runtime, ranked: Ranked, signer: Program) -> None:
    path = paths(runtime, ranked)[2]
    for _ in range(5):
        assert signer("POST", path, headers={"second-step": "000000"}).status_code == 403
    answer = signer("POST", path, headers={"second-step": code_of(runtime.clock.now())})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0


def test_a_cookie_that_confirmed_it_helps_no_program(
    browser: Browser, runtime: Runtime, ranked: Ranked, signer: Program
) -> None:
    browser.sign_in_as(signer.person_id)
    assert signer("POST", paths(runtime, ranked)[2]).status_code == 403


def test_the_document_names_the_header_where_it_is_needed(browser: Browser) -> None:
    paths_ = browser.get(f"{API}/openapi.json").json()["paths"]

    def named(path: str, method: str) -> set[str]:
        return {
            one["name"].lower() for one in paths_[f"{API}{path}"][method].get("parameters", ()) if one["in"] == "header"
        }

    for path in ("/awards/{award_id}/signature", "/calls/{identifier}/awards/signatures"):
        assert named(path, "post") == {"second-step"}
    assert named("/awards/{award_id}", "get") == set()
