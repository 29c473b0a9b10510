"""What is next of a grant is said once: home pages, lists, portfolio, start page and API name the same act, actor and day."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.calls.models import Call
from app.delivery.runtime import Runtime
from app.grants.queries.facts import day_of
from app.infra.templates import day_text
from app.payments.schemas import GiveReason
from app.payments.use_cases.suspend_payment import suspend_payment
from app.reporting.queries.portfolio import standing_of
from app.reporting.rules.lateness import Step
from app.reporting.schemas import ReturnReport
from app.reporting.use_cases.close_grant import close_grant
from app.reporting.use_cases.request_payment import request_payment
from app.reporting.use_cases.return_report import return_report
from app.web.grant_view.next_act import shown_act
from tests.api.program import Program
from tests.builders import reporting as build
from tests.builders.applications import a_call
from tests.builders.calls import another_call
from tests.builders.grants import (
    IN_FORCE,
    PREPARED_GRANT,
    MadeGrant,
    a_grant_to_sign,
    a_sent_grant,
    an_opened_grant,
    sign,
)
from tests.support.client import Browser

_numbers = itertools.count(1)
Made = Callable[[Session, Call], MadeGrant]
AFTER = build.DECIDED + timedelta(days=3)


def _signed_by_the_coordinator(session: Session, call: Call) -> MadeGrant:
    made = a_grant_to_sign(session, call=call)
    sign(session, made, 0)
    return made


def _paid_at_the_start(session: Session, call: Call) -> MadeGrant:
    made = build.a_reporting_grant(session, call=call)
    build.prefinanced(session, made)
    return made


def _submitted(session: Session, call: Call) -> MadeGrant:
    return build.submitted(session, _paid_at_the_start(session, call))


def _given_back(session: Session, call: Call) -> MadeGrant:
    made = _submitted(session, call)
    back = ReturnReport(reason="The travel of March has no boarding passes.")
    return_report(session, made.officer, made.grant_id, 1, back, now=build.DECIDED)
    return made


def _accepted(session: Session, call: Call) -> MadeGrant:
    return build.accepted(session, _submitted(session, call))


def _asked(session: Session, call: Call) -> MadeGrant:
    made = _accepted(session, call)
    request_payment(session, made.officer, made.grant_id, 1, now=build.DECIDED)
    return made


def _suspended(session: Session, call: Call) -> MadeGrant:
    made = _accepted(session, call)
    payment_id = request_payment(session, made.officer, made.grant_id, 1, now=build.DECIDED)
    why = GiveReason(reason="An audit looks at two invoices of this report.")
    suspend_payment(session, made.officer, payment_id, why, now=build.DECIDED)
    return made


def _closed(session: Session, call: Call) -> MadeGrant:
    made = build.accepted(session, build.submitted(session, build.a_reporting_grant(session, call=call), costs=()))
    build.submitted(session, made, number=2, costs=(), now=build.FINALLY)
    build.accepted(session, made, number=2, now=build.FINALLY)
    close_grant(session, made.officer, made.grant_id, now=build.FINALLY)
    return made


STATES: dict[str, tuple[Made, datetime, Step]] = {
    "prepared": (lambda session, call: an_opened_grant(session, call=call), PREPARED_GRANT, Step.PREPARE),
    "sent": (lambda session, call: a_sent_grant(session, call=call), PREPARED_GRANT, Step.PREPARE),
    "to sign": (lambda session, call: a_grant_to_sign(session, call=call), PREPARED_GRANT, Step.SIGN),
    "signed by one": (_signed_by_the_coordinator, IN_FORCE, Step.SIGN),
    "in force": (lambda session, call: build.a_reporting_grant(session, call=call), build.OPENED, Step.PREFINANCE),
    "paid at the start": (_paid_at_the_start, build.OPENED, Step.REPORT),
    "submitted": (_submitted, AFTER, Step.DECIDE),
    "given back": (_given_back, AFTER, Step.CORRECT),
    "accepted": (_accepted, AFTER, Step.REQUEST),
    "asked for": (_asked, AFTER, Step.PAY),
    "suspended": (_suspended, AFTER, Step.RESUME),
    "closed": (_closed, build.FINALLY, Step.NOTHING),
}


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.mark.parametrize("state", STATES)
def test_every_place_says_the_same(browser: Browser, runtime: Runtime, state: str) -> None:
    make, now, step = STATES[state]
    runtime.clock.instant = now  # type: ignore[attr-defined]  # the clock of tests
    with runtime.database.transaction() as session:
        call = a_call(session, another_call(f"COS-NEXT-2019-{next(_numbers)}"))
        made = make(session, call)
        standing = standing_of(session, made.grant_id, today=day_of(now))
        officer = session.get_one(Person, made.officer.person_id)
        coordinator = session.get_one(Person, made.made.person.id)
    shown = shown_act(standing.act, day_of(now), "en")
    assert standing.act.step is step
    parts = [one for one in (shown.who, shown.still, day_text(shown.by, "en_GB") if shown.by else "") if one]
    nothing = not shown.who

    def told(path: str, *also: str) -> None:
        page = words(browser.get(path).text)
        for one in () if nothing else (*parts, *also):
            assert one in page, (state, path, one)

    what = shown.what.capitalize()
    browser.sign_in_as(made.officer.person_id)
    told(f"/officer/calls/{call.id}/grants", f"{what} {shown.who}")
    told(f"/officer/portfolio?call={call.identifier}", f"{what} {shown.who}")
    told(f"/officer/grants/{made.grant_id}", f"Next: {shown.what}. Who acts: {shown.who}.")
    browser.sign_in_as(made.made.person.id)
    told("/grants", f"{what} {shown.who}")
    told(f"/grants/{made.grant_id}", f"Next: {shown.what}. Who acts: {shown.who}.")
    if step not in {Step.PREPARE, Step.SIGN}:  # those are tasks of their own, by the same day
        told("/tasks", shown.what)

    office, lead = Program.of(browser, runtime, officer), Program.of(browser, runtime, coordinator)
    acts = [
        office("GET", f"/grants/{made.grant_id}").json()["grant"]["next"],
        office("GET", f"/calls/{call.identifier}/grants").json()["items"][0]["next"],
        office("GET", f"/portfolio?call={call.identifier}").json()["items"][0]["act"],
        lead("GET", "/grants").json()["items"][0]["next"],
    ]
    assert all(one == acts[0] for one in acts)
    assert (acts[0]["actor"], acts[0]["by"]) == (standing.act.actor, shown.by.isoformat() if shown.by else None)
