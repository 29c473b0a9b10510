"""The panel of a world: a closed call whose experts have concluded, a committee with a vote under way."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.calls.models import Call
from app.calls.use_cases.close_call import close_call
from app.calls.use_cases.import_call import import_call
from app.calls.use_cases.publish_call import publish_call
from app.core.actor import SYSTEM
from app.evaluation.queries.panel import ranking_row
from app.evaluation.rules.committee import Seat
from app.evaluation.schemas import SeatPerson, SetMark, StartEvaluation
from app.evaluation.use_cases.open_panel import open_panel
from app.evaluation.use_cases.propose_ranking import propose_ranking
from app.evaluation.use_cases.seat_person import seat_person
from app.evaluation.use_cases.set_mark import set_mark
from app.evaluation.use_cases.start_evaluation import start_evaluation
from tests.builders.applications import a_submitted_application
from tests.builders.evaluation import CLOSED, DUE, EVALUATING, admit
from tests.builders.panel import GOOD, REASON, SITTING, all_checked, concluded, vote
from tests.builders.people import a_person, actor_for
from tests.conftest import NOW

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.security.world import World


def panel_of_world(session: Session, world: World, document: bytes) -> None:
    """The person in the column ``evaluator`` is a member who has not voted; two others approve, which is enough."""
    officer = actor_for(session, world.people["programme_officer"])
    call_id = import_call(session, officer, document, now=NOW).call_id
    publish_call(session, officer, call_id, confirmed=True, now=NOW)
    call = session.get_one(Call, call_id)
    made = [a_submitted_application(session, call, acronym=f"SECRET{world.name}{number}") for number in (1, 2)]
    close_call(session, SYSTEM, call_id, now=CLOSED)
    admit(session, call, made)
    wanted = StartEvaluation(reports_due_at=DUE)
    round_id = start_evaluation(session, officer, call_id, wanted, now=EVALUATING)
    for one, points in zip(made, (GOOD, (20, 20, 15, 15)), strict=True):
        concluded(session, one, points)
    open_panel(session, officer, round_id, now=SITTING)
    all_checked(session, officer, round_id, now=SITTING)
    mark = SetMark(criterion="impact", score=Decimal(17), reason=REASON)
    set_mark(session, officer, made[0].application_id, mark, now=SITTING)
    others = [a_person(session, name=f"Member {number} of {world.name}") for number in (1, 2)]
    for person in (world.people["evaluator"], *others):
        seat = SeatPerson(email=person.email, seat=Seat.PANEL_MEMBER)
        seat_person(session, officer, round_id, seat, now=SITTING + timedelta(minutes=1))
    ranking_id = propose_ranking(session, officer, round_id, now=SITTING)
    for person in others:
        vote(session, actor_for(session, person), round_id, ranking_id)
    world.ids |= {
        "panel_call_id": str(call_id),
        "panel_application_id": str(made[0].application_id),
        "panel_partner_id": str(made[0].members[0].partner_id),
        "panel_person_id": str(others[0].id),
        "panel_person_email": others[0].email,
        "ranking_sha256": ranking_row(session, ranking_id).sha256,
        "criterion": "impact",
        "panel_other_id": str(made[1].application_id),
    }


def panel_bodies(world: World) -> dict[tuple[str, str], dict[str, Any]]:
    """(method, path) of a write about the panel to fields that would be accepted from somebody who may."""
    ids = world.ids
    seat = {"email": ids["panel_person_email"], "seat": "observer"}
    ballot = {"approves": "true", "sha256": ids["ranking_sha256"]}
    both = [ids["panel_application_id"], ids["panel_other_id"]]
    means = {"kind": "financial", "outcome": "sufficient", "partner_id": ids["panel_partner_id"]}
    why = {"reason": REASON}
    page, api = "/panel/{call_id}", "/api/v1/evaluation/calls/{call_id}"
    one, office = "/api/v1/evaluation/applications/{application_id}", "/officer/calls/{call_id}"
    places = {f"place-{application_id}": str(place) for place, application_id in enumerate(both, start=1)}
    return {
        ("POST", f"{office}/committee"): seat,
        ("POST", f"{office}/panel/return"): why,
        ("POST", f"{page}/vote"): ballot,
        ("POST", f"{page}/ties"): places | why,
        ("POST", f"{page}/applications/{{application_id}}/marks"): {"criterion": "quality", "score": "20"} | why,
        ("POST", f"{page}/applications/{{application_id}}/marks/{{criterion}}/withdraw"): why,
        ("POST", f"{page}/applications/{{application_id}}/capacity"): means,
        ("POST", f"{api}/committee"): seat,
        ("POST", f"{api}/panel/return"): why,
        ("POST", f"{api}/ties"): {"application_ids": both} | why,
        ("PUT", f"{api}/ranking/vote"): ballot | {"approves": True},
        ("PUT", f"{one}/marks/{{criterion}}"): {"score": "15"} | why,
        ("POST", f"{one}/marks/{{criterion}}/withdrawal"): why,
        ("POST", f"{one}/capacity"): means,
    }
