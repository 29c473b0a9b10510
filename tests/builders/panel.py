"""Rounds whose experts have concluded, committees, votes. The panel's own acts are made by its use cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.applications.models import Application, ApplicationNumber, Submission
from app.calls.models import Call
from app.core.actor import Actor
from app.core.money import Money
from app.evaluation.models import (
    Assignment,
    ConsensusReport,
    ConsensusScore,
    IndividualReport,
    JudgedApplication,
    ReportScore,
)
from app.evaluation.queries.candidates import panel_facts
from app.evaluation.queries.panel import ranking_row
from app.evaluation.queries.rounds import RoundRules, round_row, round_rules
from app.evaluation.rules.committee import Seat
from app.evaluation.rules.lifecycle import AssignmentState, ConsensusState, JudgementState, ReportState
from app.evaluation.rules.selection import CapacityOutcome
from app.evaluation.schemas import CastVote, RecordCapacity, SeatPerson
from app.evaluation.use_cases.cast_vote import cast_vote
from app.evaluation.use_cases.open_panel import open_panel
from app.evaluation.use_cases.propose_ranking import propose_ranking
from app.evaluation.use_cases.record_capacity import record_capacity
from app.evaluation.use_cases.seat_person import seat_person
from app.infra.db.base import Base
from app.infra.ids import new_id
from app.partnerships.models import Partner
from tests.builders.applications import Made
from tests.builders.calls import a_programme_officer
from tests.builders.copies import _rows
from tests.builders.evaluation import EVALUATING, a_round
from tests.builders.people import a_person, actor_for
from tests.support.kept import kept

SITTING = EVALUATING + timedelta(days=30)
"""When the panel sits."""
GOOD = (25, 24, 16, 15)
"""Points for relevance, quality, impact and budget: 80 of 100, every threshold reached."""
REASON = "The committee read both applications again and found this."
CRITERIA = ("relevance", "quality", "impact", "budget")


def concluded(
    session: Session, made: Made, points: Sequence[int] = GOOD, *, agreement: bool = True, capacity: bool | None = True
) -> None:
    """The experts agreed on these points; or found no majority, which leaves the scores to the panel."""
    session.execute(
        sa.update(JudgedApplication)
        .where(JudgedApplication.application_id == made.application_id)
        .values(state=JudgementState.CONCLUDED, without_agreement=not agreement)
    )
    session.add(
        ConsensusReport(
            application_id=made.application_id,
            state=ConsensusState.CONCLUDED,
            version=1,
            capacity=capacity,
            overall_comment="Overall a sound application.",
            saved_at=EVALUATING,
            saved_by=None,
            proposed_at=EVALUATING,
            concluded_at=EVALUATING + timedelta(days=20),
            agreement="unanimous" if agreement else "none",
        )
    )
    session.flush()
    session.add_all(
        ConsensusScore(
            application_id=made.application_id,
            criterion=criterion,
            score=Decimal(score),
            comment=f"SECRET comment on {criterion}",
        )
        for criterion, score in zip(CRITERIA, points, strict=True)
    )
    session.flush()


def reported(session: Session, made: Made, expert: Person, points: Sequence[int]) -> UUID:
    """A submitted report of an expert; the id of the assignment."""
    round_id = session.execute(
        sa.select(JudgedApplication.round_id).where(JudgedApplication.application_id == made.application_id)
    ).scalar_one()
    assignment = Assignment(
        id=new_id(),
        round_id=round_id,
        application_id=made.application_id,
        person_id=expert.id,
        state=AssignmentState.OPEN,
        due_at=SITTING,
        assigned_at=EVALUATING,
        answered_at=EVALUATING,
    )
    session.add(assignment)
    session.flush()
    session.add(
        IndividualReport(
            assignment_id=assignment.id,
            state=ReportState.SUBMITTED,
            version=1,
            saved_at=EVALUATING,
            submitted_at=EVALUATING,
        )
    )
    session.flush()
    session.add_all(
        ReportScore(assignment_id=assignment.id, criterion=criterion, score=Decimal(score), comment="SECRET report")
        for criterion, score in zip(CRITERIA, points, strict=True)
    )
    session.flush()
    return assignment.id


@kept
def a_concluded_round(session: Session, *points: Sequence[int]) -> tuple[UUID, Call, list[Made]]:
    """A round on whose applications the experts have concluded: one application for each sheet of points."""
    round_id, call, made = a_round(session, applications=len(points) or 1)
    for one, sheet in zip(made, points or (GOOD,), strict=True):
        concluded(session, one, sheet)
    return round_id, call, made


@kept
def a_panel(session: Session, *points: Sequence[int], checked: bool = True) -> tuple[UUID, Call, list[Made]]:
    """The same with the panel open and, unless not wanted, every check of capacity found sufficient."""
    round_id, call, made = a_concluded_round(session, *points)
    officer = a_programme_officer(session)
    open_panel(session, officer, round_id, now=SITTING)
    if checked:
        all_checked(session, officer, round_id)
    return round_id, call, made


def all_checked(session: Session, officer: Actor, round_id: UUID, *, now: datetime = SITTING) -> None:
    """Every check that the call asks is recorded as sufficient."""
    known = known_rules(session, round_id)
    facts = panel_facts(session, known)
    for one in facts.concluded:
        for check in facts.due(known, one):
            wanted = RecordCapacity(kind=check.kind, outcome=CapacityOutcome.SUFFICIENT, partner_id=check.partner_id)
            record_capacity(session, officer, one.application_id, wanted, now=now)


def known_rules(session: Session, round_id: UUID) -> RoundRules:
    """The round with its rules."""
    return round_rules(session, round_row(session, round_id))


def a_member(
    session: Session, round_id: UUID, *, seat: Seat = Seat.PANEL_MEMBER, person: Person | None = None
) -> tuple[Person, Actor]:
    """Somebody in the committee, and the actor that they are."""
    person = person or a_person(session)
    wanted = SeatPerson(email=person.email, seat=seat)
    seat_person(session, a_programme_officer(session), round_id, wanted, now=SITTING)
    return person, actor_for(session, person)


def vote(session: Session, actor: Actor, round_id: UUID, ranking_id: UUID, *, approves: bool = True) -> None:
    """The member votes on a proposed ranking."""
    sha256 = ranking_row(session, ranking_id).sha256
    words = "" if approves else REASON
    cast_vote(session, actor, round_id, CastVote(approves=approves, words=words, sha256=sha256), now=SITTING)


@kept
def a_proposal(session: Session, *points: Sequence[int]) -> tuple[UUID, UUID, list[Made], list[Actor]]:
    """Round, proposed ranking, applications, and the three members of the committee."""
    round_id, _, made = a_panel(session, *points)
    members = [a_member(session, round_id)[1] for _ in range(3)]
    ranking_id = propose_ranking(session, a_programme_officer(session), round_id, now=SITTING)
    return round_id, ranking_id, made, members


def many(session: Session, made: Made, sheets: Sequence[Sequence[int]], *, requested: Sequence[int] = ()) -> list[UUID]:
    """Copies of a judged application that were concluded with these points; their ids.

    ``requested`` are euro, in turn; organisations and the content of the submission are shared.
    """
    session.flush()
    [original] = _rows(session, Application, Application.id == made.application_id)
    [sent] = _rows(session, Submission, Submission.id == original["last_submission_id"])
    [judged] = _rows(session, JudgedApplication, JudgedApplication.application_id == made.application_id)
    partners = _rows(session, Partner, Partner.partnership_id == made.application_id)
    first = session.execute(
        sa.update(ApplicationNumber)
        .where(ApplicationNumber.call_id == original["call_id"])
        .values(last=ApplicationNumber.last + len(sheets))
        .returning(ApplicationNumber.last - len(sheets))
    ).scalar_one()
    rows: dict[type[Base], list[dict[str, object]]] = {
        table: [] for table in (Application, Partner, Submission, JudgedApplication, ConsensusReport, ConsensusScore)
    }
    ids = []
    for at, sheet in enumerate(sheets, start=1):
        one, submission = new_id(), new_id()
        ids.append(one)
        own = {"requested": Money(100 * requested[at % len(requested)])} if requested else {}
        reference = f"{original['reference'].rsplit('/', 1)[0]}/{first + at:04d}"
        mine = {"id": one, "number": first + at, "reference": reference, "acronym": f"COPY{first + at}"}
        rows[Application].append(
            {**original, **mine, "state": "draft", "last_submission_id": None, "submitted_at": None}
        )
        rows[Partner] += [{**row, "id": new_id(), "partnership_id": one} for row in partners]
        rows[Submission].append({**sent, **own, "id": submission, "application_id": one})
        state = {"state": JudgementState.CONCLUDED, "without_agreement": False}
        rows[JudgedApplication].append({**judged, **state, "application_id": one, "submission_id": submission})
        rows[ConsensusReport].append(
            {"application_id": one, "state": ConsensusState.CONCLUDED, "version": 1, "capacity": True,
             "saved_at": EVALUATING, "concluded_at": EVALUATING, "agreement": "unanimous"}
        )  # fmt: skip
        rows[ConsensusScore] += [
            {"application_id": one, "criterion": criterion, "score": Decimal(score)}
            for criterion, score in zip(CRITERIA, sheet, strict=True)
        ]
    for table, written in rows.items():
        session.execute(sa.insert(table), written)
        if table is Submission:
            session.execute(
                sa.update(Application)
                .where(Application.id == Submission.application_id, Application.id.in_(ids))
                .values(state="submitted", last_submission_id=Submission.id, submitted_at=Submission.received_at)
            )
    return ids
