"""A call under evaluation on each side: one application with reports at work, one whose group discusses."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from app.applications.use_cases.miss_deadline import miss_deadline
from app.calls.use_cases.close_call import close_call
from app.calls.use_cases.import_call import import_call
from app.calls.use_cases.publish_call import publish_call
from app.core.actor import SYSTEM, Actor, Role
from app.evaluation.schemas import StartEvaluation, WriteMessage
from app.evaluation.use_cases.save_report import save_report
from app.evaluation.use_cases.start_evaluation import start_evaluation
from app.evaluation.use_cases.write_message import write_message
from tests.builders.applications import a_submitted_application
from tests.builders.evaluation import CLOSED, DUE, EVALUATING, admit, an_expert
from tests.builders.people import a_role, actor_for
from tests.builders.scoring import JUDGING, POINTS, Group, Seated, a_sheet, an_assignment, in_consensus, reported
from tests.conftest import NOW

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.calls.models import Call
    from app.delivery.runtime import Runtime
    from tests.builders.applications import Made
    from tests.security.world import World

SECRET_COMMENT = "SECRET report {name}: strengths and weaknesses that only some may read."
OWN_COMMENT = "SECRET draft of {name}: strengths and weaknesses that only one may read."


def add_evaluation(session: Session, runtime: Runtime, world: World, document: bytes, identifier: str) -> None:
    """Close a call of its own, start its evaluation, and let the evaluator of this side work on it."""
    officer = actor_for(session, world.people["programme_officer"])
    call_id = import_call(session, officer, document, now=NOW).call_id
    publish_call(session, officer, call_id, confirmed=True, now=NOW)
    call = _call(session, call_id)
    made = [
        a_submitted_application(session, call, acronym=f"{kind}{world.name}", files=runtime.files)
        for kind in ("SCORED", "TALKED")
    ]
    close_call(session, SYSTEM, call_id, now=CLOSED)
    miss_deadline(session, SYSTEM, call_id, now=CLOSED)
    admit(session, call, made)
    round_id = start_evaluation(session, officer, call_id, StartEvaluation(reports_due_at=DUE), now=EVALUATING)
    a_role(session, world.people["evaluator"], Role.EVALUATOR, call_id)
    individual, talked = (_seats(session, world, call, round_id, one) for one in made)
    in_consensus(session, Group(round_id, call, made[1], talked, officer))
    words = WriteMessage(text=f"SECRET message of the group {world.name}")
    write_message(session, talked[1].actor, made[1].application_id, words, now=JUDGING)
    _reports(session, world, individual)
    world.ids |= {
        "scored_id": str(made[0].application_id),
        "scored_call_id": str(call_id),
        "scored_identifier": identifier,
        "consensus_id": str(made[1].application_id),
        "report_id": str(individual[0].id),
    }


def _seats(session: Session, world: World, call: Call, round_id: UUID, made: Made) -> tuple[Seated, ...]:
    """The evaluator of this side is the rapporteur of both applications."""
    people = [world.people["evaluator"], an_expert(session, call), an_expert(session, call)]
    return tuple(
        an_assignment(session, round_id, made, person, rapporteur=number == 0) for number, person in enumerate(people)
    )


def _reports(session: Session, world: World, seated: tuple[Seated, ...]) -> None:
    """A colleague has submitted, the evaluator is still writing."""
    theirs = dict.fromkeys(POINTS, SECRET_COMMENT.format(name=world.name))
    reported(session, seated[1], comments=theirs)
    own: Actor = seated[0].actor
    mine = dict.fromkeys(POINTS, OWN_COMMENT.format(name=world.name))
    save_report(session, own, seated[0].id, a_sheet(comments=mine), now=JUDGING)


def _call(session: Session, call_id: UUID) -> Call:
    from app.calls.models import Call as Row

    found = session.get(Row, call_id)
    assert found is not None
    return found
