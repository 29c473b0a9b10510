"""What is held of a person, erasure and retention, at both doors."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.accounts.models import Invitation, Person
from app.audit.models import Event
from app.core.actor import Role
from app.data_protection.models import ErasureRequest
from app.data_protection.rules.notices import NOTICES
from app.data_protection.rules.retention import RETENTION
from app.delivery.runtime import Runtime
from app.jobs.deliver_events import deliver_event
from app.jobs.verify import verify_everything
from app.notifications.models import Message
from tests.api.program import Program
from tests.builders.applications import a_call, a_complete_application
from tests.builders.people import a_person, actor_for, an_administrator, an_api_token, an_invitation
from tests.support.client import Browser
from tests.web.pages import Page, problems

WHY = "An audit of this person's acts is under way."


@pytest.fixture
def person(runtime: Runtime) -> Any:
    with runtime.database.transaction() as session:
        return a_person(session, name="Ondine Leaving", roles=(Role.AUDITOR,))


@pytest.fixture
def administrator(runtime: Runtime) -> Any:
    with runtime.database.transaction() as session:
        an_administrator(session)
        return an_administrator(session)


def stored(runtime: Runtime, table: Any, *where: Any) -> Any:
    with runtime.database.reading() as session:
        found = session.scalars(sa.select(table).where(*where)).all()
        session.expunge_all()
        return found


def ask(browser: Browser, runtime: Runtime, person: Person) -> UUID:
    browser.sign_in_as(person.id)
    page = browser.post("/account/erasure", {"words": "I changed jobs"}, page="/account/erasure")
    assert page.status_code == 200
    assert "Take the request back" in page.text
    [request] = stored(runtime, ErasureRequest, ErasureRequest.person_id == person.id)
    return request.id  # type: ignore[no-any-return]


def test_a_person_reads_and_downloads_what_is_held(browser: Browser, runtime: Runtime, person: Person) -> None:
    with runtime.database.transaction() as session:
        an_api_token(session, person)
        other = a_person(session, name="Somebody Else")
    browser.sign_in_as(person.id)
    page = browser.get("/account/data")
    assert page.status_code == 200
    assert not problems(Page(page.text))
    for words in (person.email, "Ondine Leaving", "API tokens (1)", "auditor"):
        assert words in page.text
    file = browser.get("/account/data/file")
    assert "attachment" in file.headers["content-disposition"]
    document = json.loads(file.text)
    assert document["records"]["account"]["rows"][0]["name"] == "Ondine Leaving"
    assert (
        Program.of(browser, runtime, person)("GET", "/me/data").json()["records"].keys() == document["records"].keys()
    )
    assert other.email not in file.text
    assert browser.sign_in_as(None).get("/account/data", follow_redirects=False).status_code == 303


def test_an_administrator_sees_a_dry_run_and_erases(
    browser: Browser, runtime: Runtime, person: Person, administrator: Person
) -> None:
    path = f"/admin/erasures/{ask(browser, runtime, person)}"
    browser.sign_in_as(administrator.id)
    assert "Ondine Leaving" in browser.get("/admin/erasures?state=asked").text
    page = browser.get(path)
    assert not problems(Page(page.text))
    for words in ("What goes", "What stays, and why", "I changed jobs", "It goes at once"):
        assert words in page.text
    assert stored(runtime, Person, Person.id == person.id)[0].name == "Ondine Leaving"
    page = browser.post(f"{path}/erase", page=path)
    assert page.status_code == 200
    assert "erased person" in page.text
    assert "Ondine" not in page.text
    assert "Ondine" not in browser.get("/admin/people?q=erased").text
    assert "erased person" in browser.get("/audit/events").text
    assert verify_everything(runtime).whole
    assert browser.sign_in_as(person.id).get("/account", follow_redirects=False).status_code == 303
    assert browser.post(f"{path}/erase", page="/calls", follow=False).status_code == 303


def test_erasing_takes_the_second_step_and_the_list_has_files(
    browser: Browser, runtime: Runtime, person: Person, administrator: Person
) -> None:
    path = f"/admin/erasures/{ask(browser, runtime, person)}"
    browser.sign_in_as(administrator.id, stepped_up=False)
    answer = browser.post(f"{path}/erase", page=path, follow=False)
    assert answer.status_code == 403
    assert "second step" in answer.text
    assert stored(runtime, Person, Person.id == person.id)[0].name == "Ondine Leaving"
    assert "Ondine Leaving" in browser.get("/admin/erasures?format=csv").text


def test_a_refusal_needs_a_reason_and_is_told(
    browser: Browser, runtime: Runtime, person: Person, administrator: Person
) -> None:
    path = f"/admin/erasures/{ask(browser, runtime, person)}"
    browser.sign_in_as(administrator.id)
    short = browser.post(f"{path}/refuse", {"reason": "No."}, page=path)
    assert short.status_code == 422
    assert "No." in short.text
    assert browser.post(f"{path}/refuse", {"reason": WHY}, page=path).status_code == 200
    page = browser.sign_in_as(person.id).get("/account/erasure")
    assert WHY.split("'", maxsplit=1)[0] in page.text
    with runtime.database.reading() as session:
        event_id = session.execute(sa.select(Event.id).where(Event.kind == "erasure.refused")).scalar_one()
    deliver_event(runtime, event_id=str(event_id))
    [mail] = stored(runtime, Message, Message.event_id == event_id)
    assert mail.address == person.email
    assert WHY in mail.text


def test_both_doors_refuse_while_somebody_depends_on_the_person(
    browser: Browser, runtime: Runtime, administrator: Person
) -> None:
    with runtime.database.transaction() as session:
        made = a_complete_application(session, a_call(session), files=runtime.files)
        contact = session.get_one(Person, made.actor(session).person_id)
        session.expunge(contact)
    request = ask(browser, runtime, contact)
    assert "This must be handed over first" in browser.get("/account/erasure").text
    browser.sign_in_as(administrator.id)
    page = browser.get(f"/admin/erasures/{request}")
    assert "Erase this person" not in page.text
    page = browser.post(f"/admin/erasures/{request}/erase", page=f"/admin/erasures/{request}")
    assert (page.status_code, "Nobody else is coordinator contact" in page.text) == (422, True)
    program = Program.of(browser, runtime, administrator)
    dry = program("GET", f"/erasures/{request}").json()
    assert len(dry["in_the_way"]) == 1
    answer = program.confirmed("POST", f"/erasures/{request}/erasure")
    assert (answer.status_code, answer.json()["violations"][0]["rule"]) == (422, "erasure.only_contact")


def test_programs_ask_withdraw_and_decide(
    browser: Browser, runtime: Runtime, person: Person, administrator: Person
) -> None:
    own, office = Program.of(browser, runtime, person), Program.of(browser, runtime, administrator)
    first = own("POST", "/me/erasures", json={"words": "x"}, key="k")
    assert first.status_code == 201
    assert own("POST", "/me/erasures", json={"words": "x"}, key="k").json()["id"] == first.json()["id"]
    assert own("POST", "/me/erasures", json={}).json()["violations"][0]["rule"] == "erasure.already_asked"
    assert own("DELETE", "/me/erasures/open").status_code == 204
    second = own("POST", "/me/erasures", json={}).json()["id"]
    assert [one["state"] for one in own("GET", "/me/erasures").json()] == ["asked", "withdrawn"]
    assert own("POST", f"/erasures/{second}/erasure").status_code == 403
    assert second in {one["id"] for one in office("GET", "/erasures?size=100").json()["items"]}
    assert office("POST", f"/erasures/{second}/erasure").status_code == 403
    assert office.confirmed("POST", f"/erasures/{second}/erasure").status_code == 204
    assert own("GET", "/me").status_code == 401
    assert office.confirmed("POST", f"/erasures/{second}/refusal", json={"reason": WHY}).status_code == 409


def test_what_is_due_is_listed_first_and_let_go_then(browser: Browser, runtime: Runtime, administrator: Person) -> None:
    long_ago = runtime.clock.now().replace(year=2015)
    with runtime.database.transaction() as session:
        offer = an_invitation(session, email="longgone@example.org", invited_at=long_ago, expires_at=long_ago)
        actor_for(session, administrator)
    browser.sign_in_as(administrator.id)
    table = browser.get("/admin/retention")
    assert not problems(Page(table.text))
    for line in RETENTION.values():
        assert line.title in table.text
    path = "/admin/retention/invitation"
    page = browser.get(path)
    assert "Let go what is due" in page.text
    assert "longgone" not in page.text
    assert stored(runtime, Invitation, Invitation.id == offer.id)[0].email == "longgone@example.org"
    assert "Invitation" in browser.get(f"{path}?format=csv").text
    assert browser.post(path, page=path).status_code == 200
    assert stored(runtime, Invitation, Invitation.id == offer.id)[0].email.endswith("@erased.invalid")
    program = Program.of(browser, runtime, administrator)
    assert program("GET", "/retention/invitation").json()["total"] == 0
    assert program.confirmed("POST", "/retention/invitation/application").json() == {"records": 0}
    assert program.confirmed("POST", "/retention/event/application").status_code == 422
    assert {one["kind"] for one in program("GET", "/retention").json()} == {kind.value for kind in RETENTION}
    assert browser.get("/admin/retention/nonsense").status_code == 404


def test_the_notices_say_what_why_and_how_long(browser: Browser) -> None:
    page = browser.get("/privacy")
    assert not problems(Page(page.text))
    for notice in NOTICES.values():
        assert f'id="{notice.key}"' in page.text
        assert notice.why in page.text
    assert "What happens with these data" in browser.get("/register").text
