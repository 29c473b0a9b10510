"""Interest for late payment at both doors: the coordinator asks, the office hands it to the circuit, everybody sees where it stands."""

from __future__ import annotations

import itertools
from typing import Any
from uuid import UUID

from app.accounts.models import Person
from app.core.actor import Actor
from app.delivery.runtime import Runtime
from tests.api.program import Program
from tests.builders.applications import a_call
from tests.builders.calls import another_call
from tests.builders.grants import MadeGrant
from tests.support.client import Browser
from tests.use_cases.reporting.test_late_interest import LITTLE, MUCH, late
from tests.web.finance.desk import words

_numbers = itertools.count(1)


def made_late(runtime: Runtime, days: int) -> tuple[MadeGrant, UUID, Actor]:
    with runtime.database.transaction() as session:
        call = a_call(session, another_call(f"COS-LATE-2019-{next(_numbers)}"))
        made, payment_id, _ = late(session, days, call=call)
        return made, payment_id, made.actor(session)


def program(browser: Browser, runtime: Runtime, actor: Actor) -> Program:
    with runtime.database.transaction() as session:
        person = session.get(Person, actor.person_id)
    assert person is not None
    return Program.of(browser, runtime, person)


def test_the_coordinator_asks_and_the_office_pays(browser: Browser, runtime: Runtime) -> None:
    made, payment_id, coordinator = made_late(runtime, LITTLE)
    path, body = f"/grants/{made.grant_id}/interest", {"payment_id": str(payment_id)}

    def get(actor: Actor, where: str) -> Any:
        return browser.sign_in_as(actor.person_id).get(where)

    assert path in get(coordinator, f"/grants/{made.grant_id}").text
    page = words(get(coordinator, path))
    assert "The coordinator asks for it by" in page
    assert "no part of the grant" in page
    assert "Ask for interest" in words(get(coordinator, "/tasks"))
    get(coordinator, path)
    asked = browser.post(path, body, page=path)
    assert "The managing body pays the interest next" in words(asked)
    assert browser.post(path, body, page=path).status_code == 422
    assert "Pay interest" in words(get(made.officer, "/tasks"))
    page = get(made.officer, path)
    assert "Ask for the payment of" in words(page)
    done = browser.post(f"/officer{path}", body, page=path)
    assert "The payment waits for the finance officer" in words(done)
    assert "four people act on it" in words(get(coordinator, path))
    assert browser.post(f"/officer{path}", body, page=path).status_code == 403


def test_the_same_through_the_api(browser: Browser, runtime: Runtime) -> None:
    made, payment_id, coordinator = made_late(runtime, MUCH)
    path, body = f"/grants/{made.grant_id}/late-interest", {"payment_id": str(payment_id)}
    asks, pays = program(browser, runtime, coordinator), program(browser, runtime, made.officer)
    [item] = asks("GET", path).json()
    assert (item["payment_id"], item["state"], item["on_request"]) == (str(payment_id), "due", False)
    assert asks("POST", f"{path}/requests", json=body).status_code == 422
    assert asks("POST", f"{path}/payments", json=body, key="k").status_code == 403
    assert pays("POST", f"{path}/requests", json=body).status_code in {403, 404}
    answer = pays("POST", f"{path}/payments", json=body, key="k")
    assert answer.status_code == 201
    assert pays("POST", f"{path}/payments", json=body, key="k").json() == answer.json()
    payment = pays("GET", f"/payments/{answer.json()['id']}").json()
    assert (payment["kind"], payment["subject_kind"], payment["interest"]) == ("interest", "late_payment", None)
    [item] = asks("GET", path).json()
    assert (item["state"], item["paying_id"]) == ("under_way", payment["id"])
