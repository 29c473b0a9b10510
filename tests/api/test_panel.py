"""The panel at the JSON door: the same acts and rules as on the pages, and nothing that the seat must not see."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest

from app.accounts.models import Person
from app.core.actor import Role
from app.delivery.runtime import Runtime
from app.evaluation.rules.committee import Seat
from tests.api.program import Program
from tests.builders.applications import Made
from tests.builders.calls import a_programme_officer
from tests.builders.panel import GOOD, REASON, a_concluded_round, a_member, all_checked
from tests.builders.people import a_person
from tests.support.client import Browser


@dataclass
class Panel:
    """A call whose experts have concluded, with programs of its people."""

    call_id: UUID
    round_id: UUID
    made: list[Made]
    office: Program
    member: Program
    observer: Program
    conflicted: Program
    waiting: Person

    @property
    def base(self) -> str:
        """Where its operations stand."""
        return f"/evaluation/calls/{self.call_id}"


@pytest.fixture(scope="module")
def panel(runtime: Runtime) -> Panel:
    with runtime.database.transaction() as session:
        round_id, call, made = a_concluded_round(session, (30, 28, 18, 18), GOOD)
        officer = a_person(session, roles=(Role.PROGRAMME_OFFICER,))
        people = (
            officer,
            a_member(session, round_id)[0],
            a_member(session, round_id, seat=Seat.OBSERVER)[0],
            a_member(session, round_id, person=made[1].person, seat=Seat.OBSERVER)[0],
        )
        waiting = a_person(session)
    browser = Browser(runtime)
    return Panel(call.id, round_id, made, *(Program.of(browser, runtime, one) for one in people), waiting)


def rules(answer: object) -> set[str]:
    return {one["rule"] for one in answer.json()["violations"]}  # type: ignore[attr-defined]  # a response


def test_the_whole_panel_at_the_json_door(runtime: Runtime, panel: Panel) -> None:
    base, office, member = panel.base, panel.office, panel.member
    assert member("GET", f"{base}/ranking").status_code == 404
    seat = {"email": panel.waiting.email, "seat": "panel_member"}
    assert office("POST", f"{base}/committee", key="seat", json=seat).status_code == 201
    committee = office("GET", f"{base}/committee").json()
    assert len(committee["seats"]) == 4
    assert any(one["bars"] for one in committee["conflicts"])
    assert office("DELETE", f"{base}/committee/{panel.waiting.id}").status_code == 204
    assert member("POST", f"{base}/panel/opening").status_code == 404
    assert office("POST", f"{base}/panel/opening").status_code == 204
    assert rules(office("POST", f"{base}/ranking/proposals", key="early")) == {"panel.capacity_unchecked"}
    one = f"/evaluation/applications/{panel.made[0].application_id}"
    refused = office("PUT", f"{one}/marks/quality", json={"score": "28.5", "reason": "x"})
    assert rules(refused) == {"evaluation.score_between_steps", "panel.reason"}
    assert member("PUT", f"{one}/marks/quality", json={"score": "27", "reason": REASON}).status_code == 403
    assert office("PUT", f"{one}/marks/quality", json={"score": "27", "reason": REASON}).status_code == 204
    assert office("GET", f"{base}/ranking").json()["items"][0]["total"] == "93"
    assert office("POST", f"{one}/marks/quality/withdrawal", json={"reason": REASON}).status_code == 204
    means = {"kind": "operational", "outcome": "sufficient"}
    assert rules(office("POST", f"{one}/capacity", key="means", json=means)) == {"capacity.not_asked"}
    order = {"application_ids": [str(made.application_id) for made in panel.made], "reason": REASON}
    assert rules(office("POST", f"{base}/ties", json=order)) == {"panel.no_tie"}
    with runtime.database.transaction() as session:
        all_checked(session, a_programme_officer(session), panel.round_id)
    assert office("POST", f"{base}/ranking/proposals", key="now").status_code == 201
    proposal = member("GET", f"{base}/ranking/proposal").json()
    assert (proposal["members"], proposal["needed"], proposal["approvals"]) == (1, 1, 0)
    ballot = {"approves": True, "sha256": proposal["sha256"]}
    assert panel.observer("PUT", f"{base}/ranking/vote", json=ballot).status_code == 403
    assert rules(member("PUT", f"{base}/ranking/vote", json=ballot | {"sha256": "0" * 64})) == {"panel.stale_vote"}
    assert rules(office("POST", f"{base}/ranking/adoption", key="soon")) == {"panel.no_quorum"}
    assert member("PUT", f"{base}/ranking/vote", json=ballot).status_code == 204
    adopted = office("POST", f"{base}/ranking/adoption", key="final")
    assert adopted.status_code == 201
    assert office("POST", f"{base}/ranking/adoption", key="final").json() == adopted.json()
    assert office("GET", f"{base}/ranking").json()["sha256"] == proposal["sha256"]
    assert office("POST", f"{base}/panel/return", json={"reason": REASON}).status_code == 409


def test_who_has_a_conflict_gets_the_reference_only(panel: Panel) -> None:
    text = panel.conflicted("GET", f"{panel.base}/ranking").text
    items = panel.conflicted("GET", f"{panel.base}/ranking").json()["items"]
    assert {one["standing"] for one in items} == {"conflict"}
    assert all(one["requested"] is None and one["total"] is None and one["application_id"] is None for one in items)
    assert "PROJECT" not in text
    assert panel.conflicted("GET", f"{panel.base}/ranking/proposal").json()["record"] is None
    moved = panel.conflicted("GET", f"{panel.base}/ranking/what-if?amount=0").json()
    assert (moved["enter"], moved["leave"]) == ([], [])


def test_what_if_names_who_moves(panel: Panel) -> None:
    moved = panel.office("GET", f"{panel.base}/ranking/what-if?amount=26649000&line=stops").json()
    assert len(moved["leave"]) == 1
    assert moved["lines"][0]["left"]["amount"] == "0.00"
