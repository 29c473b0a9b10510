"""Adopted rankings with consensus reports, decisions prepared, signed and told: what a use case exists for is made by it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import Application, Submission
from app.applications.queries.applied_call import applied_call
from app.applications.rules.check_lifecycle import CheckOutcome, CheckStep
from app.calls.models import Call
from app.core.actor import Actor, Role
from app.core.canonical import canonical_json, digest
from app.core.money import Money
from app.core.paging import PageRequest
from app.evaluation.models import (
    Assignment,
    ConsensusReport,
    ConsensusScore,
    EvaluationRound,
    IndividualReport,
    JudgedApplication,
    Ranking,
)
from app.evaluation.rules.lifecycle import (
    AssignmentState,
    ConsensusState,
    JudgementState,
    RankingState,
    ReportState,
    RoundState,
)
from app.evaluation.rules.ranking import Candidate, rank
from app.evaluation.rules.record import Described, ranking_record
from app.grants.queries.awards import awards_page
from app.grants.queries.letters import letters_page
from app.grants.schemas import AwardFilter, AwardRow, LetterFilter, LetterRow, SendLetters, SignAwards, Signed
from app.grants.use_cases.prepare_awards import prepare_awards
from app.grants.use_cases.preview_letter import preview_letter
from app.grants.use_cases.send_letters import send_letters
from app.grants.use_cases.sign_award import sign_awards
from app.infra.file_store import FileStore
from app.infra.ids import new_id
from tests.builders import checks
from tests.builders.applications import Made, a_call, a_submitted_application
from tests.builders.calls import shipped_bytes
from tests.builders.copies import copies
from tests.builders.evaluation import CLOSED, an_expert
from tests.builders.people import a_person, actor_for
from tests.support.kept import kept

ADOPTED = datetime(2019, 6, 3, 9, 0, tzinfo=UTC)
PREPARED, SIGNED = ADOPTED + timedelta(days=1), ADOPTED + timedelta(days=2)
SENT = datetime(2019, 9, 2, 8, 30, tzinfo=UTC)
"""A Monday; the terms that follow end on days that the tests know."""
STRONG, GOOD, WEAK = (27, 26, 17, 16), (24, 22, 15, 14), (20, 14, 9, 10)
"""Scores by criterion of the 2018 call: 86 and 75 of 100 pass, 53 misses two thresholds and the overall one."""
SECRET = "SECRETEXPERT"
COMMENT = "The work plan names who does what, and each partner shows the staff that it needs."
ALL = PageRequest(size=1000)


@dataclass(slots=True)
class Ranked:
    """A call whose ranking was adopted, and the people who decide."""

    call: Call
    made: list[Made]
    round_id: UUID
    ranking_id: UUID
    officer: Actor
    signer: Actor
    refused: list[Made] = field(default_factory=list)

    def awards(self, session: Session, **wanted: str) -> Sequence[AwardRow]:
        """The decisions of the call, best placed first."""
        return awards_page(session, self.call.id, AwardFilter(**wanted), ALL).rows

    def letters(self, session: Session, **wanted: str) -> Sequence[LetterRow]:
        """The letters of the call."""
        return letters_page(session, self.call.id, LetterFilter(**wanted), ALL).rows


@kept
def a_ranking(  # what a test may choose
    session: Session,
    scores: Sequence[tuple[int, ...]] = (STRONG, GOOD, WEAK),
    *,
    envelope: str = "500000.00",
    refused: int = 0,
    files: FileStore | None = None,
    call: Call | None = None,
    marks: dict[str, str] | None = None,
) -> Ranked:
    """As many applications as scores, judged and ranked; some more that a check refused. One grant fits by default."""
    call = call or a_call(session, shipped_bytes().replace(b"envelope: 3600000.00", f"envelope: {envelope}".encode()))
    made = [a_submitted_application(session, call, acronym=f"RANK{n}", files=files) for n in range(len(scores))]
    out = [a_submitted_application(session, call, acronym=f"OUT{n}", files=files) for n in range(refused)]
    checks.close(session, call, now=CLOSED)
    officers = [a_person(session, roles=(Role.PROGRAMME_OFFICER,)) for _ in range(2)]
    for one in out:
        closed = checks.Closed(call, out, *officers)
        checks.decided(session, closed, one, CheckStep.ADMISSIBILITY, CheckOutcome.FAIL)
    pairs = [(one.application_id, one.submission_id) for one in made]
    round_id, ranking_id = adopted(session, call, pairs, scores, marks=marks or {})
    signer = a_person(session, name="Aurelia Signatory", roles=(Role.AUTHORISING_OFFICER,))
    return Ranked(call, made, round_id, ranking_id, actor_for(session, officers[0]), actor_for(session, signer), out)


@kept
def many_ranked(session: Session, number: int, *, grant: Money) -> Ranked:
    """Applications copied from one, all of them ranked with the same grant; the envelope of 3.6 million is as shipped."""
    call = a_call(session)
    first = a_submitted_application(session, call, acronym="STORM")
    ids = [first.application_id, *(one.application_id for one in copies(session, first, number - 1))]
    columns = [column.key for column in sa.inspect(Submission).column_attrs]
    [original] = session.execute(
        sa.select(*(getattr(Submission, name) for name in columns)).where(Submission.id == first.submission_id)
    ).all()
    values = dict(zip(columns, original, strict=True))
    pairs = [(first.application_id, first.submission_id)]
    for application_id in ids[1:]:
        submission_id = new_id()
        session.execute(
            sa.insert(Submission).values(**values | {"id": submission_id, "application_id": application_id})
        )
        session.execute(
            sa.update(Application).where(Application.id == application_id).values(last_submission_id=submission_id)
        )
        pairs.append((application_id, submission_id))
    checks.close(session, call, now=CLOSED)
    round_id, ranking_id = adopted(session, call, pairs, [STRONG] * number, grant=grant, reports=False)
    officer = actor_for(session, a_person(session, roles=(Role.PROGRAMME_OFFICER,)))
    signer = actor_for(session, a_person(session, roles=(Role.AUTHORISING_OFFICER,)))
    return Ranked(call, [first], round_id, ranking_id, officer, signer)


def adopted(  # what a ranking is made of
    session: Session,
    call: Call,
    pairs: Sequence[tuple[UUID, UUID | None]],
    scores: Sequence[tuple[int, ...]],
    *,
    grant: Money | None = None,
    reports: bool = True,
    marks: dict[str, str] | None = None,
) -> tuple[UUID, UUID]:
    """A round whose ranking the committee adopted, made from scores; ids of both."""
    known = applied_call(session, call.id)
    rules, stage = known.rules, known.rules.timetable.stages[0].id
    assert rules.evaluation is not None
    criteria = rules.evaluation.stage(stage).criteria
    made = EvaluationRound(
        id=new_id(),
        call_id=call.id,
        stage=stage,
        call_version_id=known.version_id,
        state=RoundState.ADOPTED,
        reports_due_at=ADOPTED - timedelta(days=30),
        started_at=ADOPTED - timedelta(days=40),
        started_by=None,
        adopted_at=ADOPTED,
    )
    session.add(made)
    session.flush()
    experts = [an_expert(session, call, name=f"{SECRET} {n}") for n in range(3)] if reports else []
    candidates, described = [], {}
    for (application_id, submission_id), points in zip(pairs, scores, strict=True):
        assert submission_id is not None
        row = session.get_one(Application, application_id)
        session.add(
            JudgedApplication(
                application_id=application_id,
                round_id=made.id,
                submission_id=submission_id,
                state=JudgementState.CONCLUDED,
                changed_at=ADOPTED,
            )
        )
        session.flush()
        given = {one.id: Decimal(point) for one, point in zip(criteria, points, strict=True)}
        if reports:
            _judged(session, made.id, application_id, given, [one.id for one in experts])
        below = any(one.threshold is not None and given[one.id] < one.threshold for one in criteria)
        total = sum(given.values(), Decimal(0))
        candidates.append(
            Candidate(
                application_id=application_id,
                reference=row.reference,
                strand=row.strand,
                scores=given,
                total=total,
                passes=not below and total >= rules.evaluation.stage(stage).overall_threshold,
                requested=grant or row.requested,
                countries=3,
            )
        )
        described[application_id] = Described(
            submission_id, row.acronym, row.title, "Cluster Porto", ("BG", "IT", "PT"), 3, "majority", marks or {}
        )
    record: dict[str, Any] = json.loads(
        canonical_json(ranking_record(rules, stage, rank(rules, candidates), described))
    )
    ranking = Ranking(
        id=new_id(),
        round_id=made.id,
        number=1,
        state=RankingState.ADOPTED,
        snapshot=record,
        sha256=digest(record),
        proposed_at=ADOPTED,
        proposed_by=None,
        adopted_at=ADOPTED,
        adopted_by=None,
    )
    session.add(ranking)
    session.flush()
    return made.id, ranking.id


def _judged(
    session: Session, round_id: UUID, application_id: UUID, scores: dict[str, Decimal], experts: Sequence[UUID]
) -> None:
    """Three individual reports and the consensus on them."""
    for expert in experts:
        assignment = Assignment(
            id=new_id(),
            round_id=round_id,
            application_id=application_id,
            person_id=expert,
            state=AssignmentState.OPEN,
            due_at=ADOPTED,
            assigned_at=CLOSED,
            assigned_by=None,
            answered_at=CLOSED,
        )
        session.add(assignment)
        session.flush()
        session.add(
            IndividualReport(
                assignment_id=assignment.id,
                state=ReportState.SUBMITTED,
                version=1,
                saved_at=CLOSED,
                submitted_at=CLOSED,
            )
        )
    session.add(
        ConsensusReport(
            application_id=application_id,
            state=ConsensusState.CONCLUDED,
            version=1,
            capacity=True,
            overall_comment="A sound project whose partners know each other's markets.",
            saved_at=CLOSED,
            saved_by=None,
            concluded_at=CLOSED,
            agreement="majority",
        )
    )
    session.flush()
    session.add_all(
        ConsensusScore(application_id=application_id, criterion=name, score=score, comment=COMMENT)
        for name, score in scores.items()
    )
    session.flush()


def prepared(session: Session, ranked: Ranked, *, now: datetime = PREPARED) -> Sequence[AwardRow]:
    """The officer prepares every decision."""
    prepare_awards(session, ranked.officer, ranked.call.id, now=now)
    return ranked.awards(session)


def signed(session: Session, ranked: Ranked, *, now: datetime = SIGNED) -> Signed:
    """The authorising officer signs whatever is prepared."""
    waiting = [one.id for one in ranked.awards(session, state="prepared")]
    return sign_awards(session, ranked.signer, ranked.call.id, SignAwards(award_ids=waiting), now=now)


def sent(session: Session, ranked: Ranked, *, now: datetime = SENT) -> Sequence[LetterRow]:
    """The officer looks at every letter and sends them all."""
    for letter in ranked.letters(session, standing="unseen"):
        preview_letter(session, ranked.officer, letter.id, now=now)
    waiting = [letter.id for letter in ranked.letters(session, standing="seen")]
    send_letters(session, ranked.officer, ranked.call.id, SendLetters(letter_ids=waiting), now=now)
    return ranked.letters(session)


@kept
def told(session: Session, **given: Any) -> Ranked:
    """Prepared, signed and sent."""
    ranked = a_ranking(session, **given)
    prepared(session, ranked)
    signed(session, ranked)
    sent(session, ranked)
    return ranked
