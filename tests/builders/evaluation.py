"""Closed calls, rounds, experts, reports and rankings. What a use case exists for is made by it."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.applications.use_cases.miss_deadline import miss_deadline
from app.calls.models import Call
from app.calls.use_cases.close_call import close_call
from app.core.actor import SYSTEM, Role
from app.evaluation.models import CallExpert, ExpertProfile
from app.evaluation.schemas import AssignExpert, DeclareConflict, StartEvaluation
from app.evaluation.use_cases.assign_expert import assign_expert
from app.evaluation.use_cases.declare_conflict import declare_conflict
from app.evaluation.use_cases.start_evaluation import start_evaluation
from tests.builders.applications import Made, a_call, a_submitted_application
from tests.builders.calls import a_programme_officer
from tests.builders.checks import Closed, admitted
from tests.builders.people import a_person, a_role, actor_for
from tests.conftest import NOW
from tests.support.kept import kept

CLOSED = datetime(2019, 4, 4, 15, 2, 1, tzinfo=UTC)
"""Just after the grace of the 2019 call."""
EVALUATING = datetime(2019, 4, 15, 9, 0, tzinfo=UTC)
DUE = EVALUATING + timedelta(days=14)
_numbers = itertools.count(1)


@kept
def a_closed_call(session: Session, applications: int = 1, *, content: bytes | None = None) -> tuple[Call, list[Made]]:
    """The 2019 call after its deadline, with some submitted applications of three partners each."""
    call = a_call(session, content)
    made = [a_submitted_application(session, call, acronym=f"PROJECT{next(_numbers)}") for _ in range(applications)]
    close_call(session, SYSTEM, call.id, now=CLOSED)
    miss_deadline(session, SYSTEM, call.id, now=CLOSED)
    return call, made


@kept
def a_round(session: Session, applications: int = 1, *, content: bytes | None = None) -> tuple[UUID, Call, list[Made]]:
    """An evaluation under way: id of the round, its call, the applications that it judges."""
    call, made = a_closed_call(session, applications, content=content)
    officer = a_programme_officer(session)
    admit(session, call, made)
    round_id = start_evaluation(session, officer, call.id, StartEvaluation(reports_due_at=DUE), now=EVALUATING)
    return round_id, call, made


def admit(session: Session, call: Call, made: list[Made]) -> None:
    """Pass every check of these applications, as two officers do."""
    officers = [a_person(session, roles=(Role.PROGRAMME_OFFICER,)) for _ in range(2)]
    closed = Closed(call, made, *officers)
    for one in made:
        admitted(session, closed, one)


def an_expert(session: Session, call: Call, **given: Any) -> Person:
    """Somebody who is registered as an expert for the call and has no tie to any applicant."""
    number = next(_numbers)
    values: dict[str, Any] = {"name": f"Expert {number}", "email": f"expert{number}@experts{number}.example"}
    person = a_person(session, **(values | given))
    a_role(session, person, Role.EVALUATOR, call.id)
    session.add(
        ExpertProfile(
            person_id=person.id,
            expertise="cluster policy, textiles",
            languages=["en", "fr"],
            version=1,
            registered_at=NOW,
            changed_at=NOW,
        )
    )
    session.add(CallExpert(call_id=call.id, person_id=person.id, max_load=None, joined_at=NOW))
    session.flush()
    return person


def an_assignment(
    session: Session,
    made: Made,
    person: Person,
    *,
    answer: str = "",
    rapporteur: bool = False,
    now: datetime = EVALUATING,
) -> UUID:
    """The application is given to the expert, who has given an answer where one is named (``none`` opens it)."""
    wanted = AssignExpert(person_id=person.id, rapporteur=rapporteur)
    assignment_id = assign_expert(session, a_programme_officer(session), made.application_id, wanted, now=now)
    if answer:
        given = DeclareConflict(answer=answer, words="" if answer == "none" else "We worked together in 2017.")
        declare_conflict(session, actor_for(session, person), assignment_id, given, now=now)
    return assignment_id
