"""Closed calls with submitted applications, two officers, and checks that have come so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.applications.queries.screened import screened
from app.applications.rules.check_lifecycle import CheckOutcome, CheckResult, CheckStep, ClarificationKind
from app.applications.schemas import (
    AnswerClarification,
    AskClarification,
    DecideCheck,
    ProposeCheck,
    RecordCheck,
)
from app.applications.use_cases.answer_clarification import answer_clarification
from app.applications.use_cases.ask_clarification import ask_clarification
from app.applications.use_cases.decide_check import decide_check
from app.applications.use_cases.declare_honour import declare_honour
from app.applications.use_cases.miss_deadline import miss_deadline
from app.applications.use_cases.propose_check import propose_check
from app.applications.use_cases.record_check import record_check
from app.calls.models import Call
from app.calls.use_cases.close_call import close_call
from app.core.actor import SYSTEM, Role
from app.infra.file_store import FileStore
from tests.builders.applications import Made, a_call, a_submitted_application
from tests.builders.people import a_person, actor_for
from tests.support.kept import kept

AFTER = datetime(2019, 4, 8, 9, 0, tzinfo=UTC)
"""Days after the deadline of the 2019 call."""
DUE = AFTER + timedelta(days=5)
REASON = "The register of the cluster platform shows something else."


@dataclass(slots=True)
class Closed:
    """A closed call with its applications, and two officers who check them."""

    call: Call
    made: list[Made]
    first: Person
    second: Person

    @property
    def one(self) -> Made:
        """The first application."""
        return self.made[0]


@kept
def a_closed_call(
    session: Session, *acronyms: str, content: bytes | None = None, files: FileStore | None = None
) -> Closed:
    """A call that closed with these applications submitted (one where none is named)."""
    call = a_call(session, content)
    names = acronyms or ("CIRCTEX",)
    made = [a_submitted_application(session, call, acronym=name, files=files) for name in names]
    close(session, call)
    officers = [a_person(session, roles=(Role.PROGRAMME_OFFICER,)) for _ in range(2)]
    return Closed(call, made, *officers)


def close(session: Session, call: Call, *, now: datetime = AFTER) -> None:
    """Close the call as the clock does."""
    close_call(session, SYSTEM, call.id, now=now)
    miss_deadline(session, SYSTEM, call.id, now=now)


def version_of(session: Session, made: Made, step: CheckStep) -> int:
    """The row version of a step."""
    found = screened(session, made.application_id)
    assert found is not None
    return found.checks[step].version if step in found.checks else 0


def proposed(
    session: Session,
    closed: Closed,
    made: Made,
    step: CheckStep,
    outcome: CheckOutcome = CheckOutcome.PASS,
    *,
    reason: str = REASON,
    now: datetime = AFTER,
) -> None:
    """The first officer proposes."""
    wanted = ProposeCheck(outcome=outcome, reason=reason, version=version_of(session, made, step))
    propose_check(session, actor_for(session, closed.first), made.application_id, step, wanted, now=now)


def decided(
    session: Session,
    closed: Closed,
    made: Made,
    step: CheckStep,
    outcome: CheckOutcome = CheckOutcome.PASS,
    *,
    now: datetime = AFTER,
) -> None:
    """The first officer proposes and the second confirms."""
    proposed(session, closed, made, step, outcome, now=now)
    wanted = DecideCheck(decision="confirm", version=version_of(session, made, step))
    decide_check(session, actor_for(session, closed.second), made.application_id, step, wanted, now=now)


def evidenced(session: Session, closed: Closed, made: Made, *, now: datetime = AFTER) -> None:
    """Every partner declares, and every one is found clear."""
    officer = actor_for(session, closed.first)
    for at, member in enumerate(made.members):
        declare_honour(session, made.actor(session, at), made.application_id, member.partner_id, now=now)
        looked_up = RecordCheck(partner_id=member.partner_id, check="edes", outcome=CheckResult.CLEAR)
        record_check(session, officer, made.application_id, looked_up, now=now)


def admitted(session: Session, closed: Closed, made: Made, *, now: datetime = AFTER) -> None:
    """All three steps passed."""
    evidenced(session, closed, made, now=now)
    for step in CheckStep:
        decided(session, closed, made, step, now=now)


def asked(
    session: Session,
    closed: Closed,
    made: Made,
    kind: ClarificationKind = ClarificationKind.MISSING_DOCUMENT,
    *,
    due_at: datetime = DUE,
    now: datetime = AFTER,
) -> UUID:
    """The first officer asks the consortium."""
    wanted = AskClarification(kind=kind, question="Please send Part B again.", field="part_b", due_at=due_at)
    return ask_clarification(session, actor_for(session, closed.first), made.application_id, wanted, now=now)


def answered(session: Session, made: Made, clarification_id: UUID, *, now: datetime = AFTER) -> None:
    """The coordinator answers."""
    words = AnswerClarification(answer="Here it is.")
    answer_clarification(session, made.actor(session), made.application_id, clarification_id, words, now=now)
