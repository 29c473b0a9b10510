"""Experts at work on applications: open assignments, written and submitted reports, groups that discuss."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.calls.models import Call
from app.core.actor import Actor
from app.evaluation.models import Assignment
from app.evaluation.rules.lifecycle import AssignmentState
from app.evaluation.schemas import OfVersion, SaveSheet
from app.evaluation.use_cases.open_consensus import open_consensus
from app.evaluation.use_cases.propose_consensus import propose_consensus
from app.evaluation.use_cases.save_consensus import save_consensus
from app.evaluation.use_cases.save_report import save_report
from app.evaluation.use_cases.submit_report import submit_report
from app.infra.ids import new_id
from tests.builders.applications import Made
from tests.builders.calls import a_programme_officer
from tests.builders.evaluation import DUE, EVALUATING, a_round, an_expert
from tests.builders.people import actor_for
from tests.support.kept import kept

JUDGING = EVALUATING + timedelta(days=2)
POINTS = {"relevance": "25", "quality": "22", "impact": "15", "budget": "14"}
WHY = "Convincing, with reasons that stand in the text."


@dataclass(frozen=True, slots=True)
class Seated:
    """An expert with an open assignment to an application."""

    id: UUID
    person: Person
    actor: Actor


@dataclass(frozen=True, slots=True)
class Group:
    """An application with its experts, the first of them the rapporteur, and an officer who runs the evaluation."""

    round_id: UUID
    call: Call
    made: Made
    experts: tuple[Seated, ...]
    officer: Actor

    @property
    def application_id(self) -> UUID:
        """The application."""
        return self.made.application_id

    @property
    def rapporteur(self) -> Seated:
        """Who drafts."""
        return self.experts[0]


def an_assignment(
    session: Session,
    round_id: UUID,
    made: Made,
    person: Person,
    *,
    rapporteur: bool = False,
    state: AssignmentState = AssignmentState.OPEN,
    at: datetime = EVALUATING,
) -> Seated:
    """An assignment in a state, answered where the state says so."""
    row = Assignment(
        id=new_id(),
        round_id=round_id,
        application_id=made.application_id,
        person_id=person.id,
        rapporteur=rapporteur,
        state=state,
        due_at=DUE,
        assigned_at=at,
        answered_at=None if state is AssignmentState.ASSIGNED else at,
    )
    session.add(row)
    session.flush()
    return Seated(row.id, person, actor_for(session, person))


@kept
def a_group(session: Session, experts: int = 3) -> Group:
    """An application whose experts declared no conflict and have written nothing."""
    round_id, call, made = a_round(session)
    return a_group_for(session, round_id, call, made[0], experts)


def a_group_for(session: Session, round_id: UUID, call: Call, made: Made, experts: int = 3) -> Group:
    """The same for an application of a round that there is."""
    seated = tuple(
        an_assignment(
            session,
            round_id,
            made,
            an_expert(session, call),
            rapporteur=number == 0,
            at=EVALUATING + timedelta(minutes=number),
        )
        for number in range(experts)
    )
    return Group(round_id, call, made, seated, a_programme_officer(session))


def a_sheet(version: int = 0, *, points: dict[str, str] | None = None, **given: Any) -> SaveSheet:
    """A complete sheet."""
    scores = {name: Decimal(text) for name, text in (POINTS | (points or {})).items()}
    values: dict[str, Any] = {
        "scores": scores,
        "comments": {name: f"{WHY} ({name})" for name in POINTS},
        "capacity": True,
        "overall_comment": "A sound proposal.",
        "version": version,
    }
    return SaveSheet(**(values | given))


def reported(session: Session, seated: Seated, *, now: datetime = JUDGING, **given: Any) -> None:
    """The expert writes and submits a report."""
    version = save_report(session, seated.actor, seated.id, a_sheet(**given), now=now)
    submit_report(session, seated.actor, seated.id, OfVersion(version=version), now=now)


@kept
def in_consensus(session: Session, group: Group | None = None) -> Group:
    """A group whose reports are submitted and whose consensus is open."""
    found = group or a_group(session)
    for seated in found.experts:
        reported(session, seated)
    open_consensus(session, found.officer, found.application_id, now=JUDGING)
    return found


@kept
def proposed(session: Session, group: Group | None = None) -> tuple[Group, int]:
    """A group with a report before it; and the version of the report."""
    found = group or in_consensus(session)
    version = save_consensus(session, found.rapporteur.actor, found.application_id, a_sheet(1), now=JUDGING)
    propose_consensus(session, found.rapporteur.actor, found.application_id, OfVersion(version=version), now=JUDGING)
    return found, version
